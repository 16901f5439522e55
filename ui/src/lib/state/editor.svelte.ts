// A listing being written: the form, what the coach says of it, and the ways it leaves the desk.
import { untrack } from 'svelte';
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { Advice, ListingCheck, ListingForm, ListingProblem, ListingView } from '$lib/backend/generated/contract';

/** A pause in writing long enough to be read along. */
const PAUSE_MS = 350;

/** What the market's content rules read. */
const TEXTS = ['name', 'description', 'tags'];

/** What the market shows of a listing. */
const SHOWN = ['name', 'description', 'price', 'category', 'tags', 'inventory'];

const HEAVIEST_FIRST = ['stop', 'better', 'good'];

export class ListingEditor {
  form = $state() as ListingForm;
  /** As the engine keeps it; undefined until the first save. */
  stored = $state.raw<ListingView>();
  check = $state.raw<ListingCheck>();
  /** The coach did not answer. Writing goes on without it. */
  coachAway = $state(false);
  checking = $state(true);

  readonly #backend: Backend;
  #kept = $state('');
  #asked = 0;

  constructor(backend: Backend, form: ListingForm, stored?: ListingView) {
    this.#backend = backend;
    this.form = form;
    this.stored = stored;
    this.#kept = JSON.stringify(form);
    $effect(() => {
      const written = $state.snapshot(this.form);
      const first = untrack(() => this.check === undefined);
      this.checking = true;
      const timer = setTimeout(() => void this.#read(written), first ? 0 : PAUSE_MS);
      return () => {
        clearTimeout(timer);
      };
    });
  }

  get dirty(): boolean {
    return JSON.stringify(this.form) !== this.#kept;
  }

  /** Whether what buyers see reads otherwise than the engine keeps it. */
  get shownChanged(): boolean {
    return SHOWN.some((field) => !this.#unchanged(field));
  }

  /** The weightiest thing said about a field. */
  advice(field: string): Advice | undefined {
    return this.said(field)[0];
  }

  /** Everything said, or everything said about one field, the weightiest first. */
  said(field?: string): Advice[] {
    const all = this.check?.advice.filter((advice) => field === undefined || advice.field === field) ?? [];
    return all.toSorted((a, b) => HEAVIEST_FIRST.indexOf(a.weight) - HEAVIEST_FIRST.indexOf(b.weight));
  }

  get problem(): ListingProblem | null {
    return this.stored?.problem ?? null;
  }

  /** Fields the market refused and that still read as they did then. */
  get refusedFields(): string[] {
    const { problem } = this;
    if (problem === null || this.stored?.status === 'unclear') return [];
    if (problem.fields.length > 0) return problem.fields.filter((field) => this.#unchanged(field));
    // A broken content rule names no field: any of the texts may be meant, until one of them is changed.
    return problem.code.startsWith('content_policy') && TEXTS.every((field) => this.#unchanged(field)) ? TEXTS : [];
  }

  /** Takes over what the engine keeps now, unless the seller is in the middle of a change. */
  refresh(stored: ListingView): void {
    if (!this.dirty) this.#adopt(stored.form);
    this.stored = stored;
  }

  async save(): Promise<ListingView> {
    const form = $state.snapshot(this.form);
    const id = this.stored?.id ?? null;
    try {
      const stored = await this.#backend.call('listings.save', { id, form });
      this.stored = stored;
      this.#kept = JSON.stringify(form);
      return stored;
    } catch (thrown) {
      if (id !== null) await this.#readAgain(id);
      throw thrown;
    }
  }

  /** Saves, then asks the market to take it. Only after the seller's yes. Answers how it stands then, refused or not. */
  async publish(): Promise<ListingView> {
    const { id } = await this.save();
    try {
      this.stored = await this.#backend.call('listings.publish', { id });
    } catch (thrown) {
      await this.#readAgain(id);
      if (this.stored?.status !== 'refused' && this.stored?.status !== 'unclear') throw thrown;
    }
    return this.stored;
  }

  /** What the engine kept of a try that failed, the market's reasons among it. */
  async #readAgain(id: string): Promise<void> {
    try {
      this.stored = await this.#backend.call('listings.get', { id });
    } catch {
      // The failure of the try itself is what the seller is told.
    }
  }

  #unchanged(field: string): boolean {
    const then: Record<string, unknown> = this.stored?.form ?? {};
    const now: Record<string, unknown> = this.form;
    return JSON.stringify(now[field]) === JSON.stringify(then[field]);
  }

  #adopt(form: ListingForm): void {
    this.#kept = JSON.stringify(form);
    this.form = form;
  }

  async #read(form: ListingForm): Promise<void> {
    const turn = ++this.#asked;
    const answer = await this.#backend.call('listings.check', form).catch((thrown: unknown): DeskFailure => toDeskFailure(thrown));
    // An answer to older words would point at what is no longer there.
    if (turn !== this.#asked) return;
    this.checking = false;
    this.coachAway = answer instanceof Error;
    if (!(answer instanceof Error)) this.check = answer;
  }
}
