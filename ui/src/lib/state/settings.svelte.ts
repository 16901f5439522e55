// The settings as the seller changes them. Each change is kept at once; there is nothing to remember to save.
import { toast } from 'svelte-sonner';
import { toDeskFailure, type Backend } from '$lib/backend/backend';
import type { SettingsForm, SettingsView } from '$lib/backend/generated/contract';
import { failureWords } from '$lib/words';

export class SettingsEditor {
  view = $state.raw() as SettingsView;
  values = $state() as SettingsForm;
  /** What the engine would not take, by field. */
  problems = $state<Record<string, string>>({});
  /** True for a moment after a change was kept. */
  kept = $state(false);

  readonly #backend: Backend;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(backend: Backend, view: SettingsView) {
    this.#backend = backend;
    this.view = view;
    this.values = view.values;
  }

  /** Takes over what the engine has now, unless something is still on its way there. */
  refresh(view: SettingsView): void {
    this.view = view;
    if (this.#waiting === 0 && Object.keys(this.problems).length === 0) this.values = view.values;
  }

  /** Changes some values and keeps them. Changes are kept in the order they were made. */
  change(change: Partial<SettingsForm>): Promise<void> {
    Object.assign(this.values, change);
    const fields = Object.keys(change);
    this.problems = Object.fromEntries(Object.entries(this.problems).filter(([field]) => !fields.includes(field.split('.')[0] ?? field)));
    this.kept = false;
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#keep(fields));
    return this.#last;
  }

  /** A field whose words do not read as what is wanted; it is not kept. */
  refuse(field: keyof SettingsForm, words: string): void {
    this.problems = { ...this.problems, [field]: words };
  }

  async #keep(fields: string[]): Promise<void> {
    try {
      this.view = await this.#backend.call('settings.save', $state.snapshot(this.values));
      this.kept = true;
    } catch (thrown) {
      const failure = toDeskFailure(thrown);
      const field = failure.detail['field'] ?? fields[0];
      if (failure.code === 'invalid' && field !== undefined) this.problems = { ...this.problems, [field]: failureWords(failure) };
      else toast.error(failureWords(failure));
    } finally {
      this.#waiting -= 1;
    }
  }
}
