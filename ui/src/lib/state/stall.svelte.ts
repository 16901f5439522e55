// The stall around every screen: its sign, its light, its counts; and the few things the frame can change.
import type { Backend } from '$lib/backend/backend';
import type { Language, StallView } from '$lib/backend/generated/contract';
import { language } from '$lib/language.svelte';
import { Reading } from './reading.svelte';

export class Stall {
  readonly #backend: Backend;
  readonly #reading: Reading<StallView>;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#reading = new Reading(() => backend.call('stall.get', {}));
    $effect(() => {
      const stop = backend.events(() => {
        // Counts and the light follow from orders and messages too, so any event may move them.
        this.#reading.soon();
      });
      return () => {
        stop();
        this.#reading.stop();
      };
    });
    $effect(() => {
      if (this.view !== undefined) dress(this.view);
    });
  }

  get view(): StallView | undefined {
    return this.#reading.value;
  }

  get failure() {
    return this.#reading.failure;
  }

  read(): Promise<void> {
    return this.#reading.read();
  }

  /** Reads until the stall answers again: it is being opened anew. */
  async readUntilThere(tries = 40, pause = 500): Promise<void> {
    for (let tried = 0; tried < tries; tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await this.read();
      if (this.failure === undefined) return;
    }
  }

  /** Takes over the stall as an answer carried it. */
  show(view: StallView): void {
    this.#reading.value = view;
  }

  async setOpen(open: boolean): Promise<void> {
    this.show(await this.#backend.call('stall.set_open', { open }));
  }

  async chooseLanguage(chosen: Language): Promise<void> {
    const { values } = await this.#backend.call('settings.get', {});
    language.choose(chosen);
    await this.#backend.call('settings.save', { ...values, language: chosen });
    await this.read();
  }
}

/** Language, theme and text size belong to the page itself. */
function dress(view: StallView): void {
  language.choose(view.language);
  const root = document.documentElement;
  if (view.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = view.theme;
  root.style.setProperty('--text-size', String(view.text_size / 100));
}
