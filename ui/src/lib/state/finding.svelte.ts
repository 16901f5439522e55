// A search while somebody types: it waits for a pause, and an answer to what is no longer asked is dropped.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { SearchHit } from '$lib/backend/generated/contract';
import { TYPING_MS } from '$lib/typing';

export class Finding {
  hits = $state.raw<SearchHit[]>([]);
  failure = $state.raw<DeskFailure>();
  /** Asked and not yet answered. */
  looking = $state(false);
  /** The words the hits belong to. */
  words = $state('');

  readonly #backend: Backend;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  ask(typed: string): void {
    const words = typed.trim();
    clearTimeout(this.#timer);
    this.#turn += 1;
    if (words === '') {
      this.clear();
      return;
    }
    this.looking = true;
    this.#timer = setTimeout(() => void this.#find(words, this.#turn), TYPING_MS);
  }

  /** Nothing of a search is kept. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.hits = [];
    this.failure = undefined;
    this.looking = false;
    this.words = '';
  }

  async #find(words: string, turn: number): Promise<void> {
    try {
      const { hits } = await this.#backend.call('search.find', { words, limit: null });
      if (turn !== this.#turn) return;
      this.hits = hits;
      this.failure = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.hits = [];
      this.failure = toDeskFailure(thrown);
    }
    this.words = words;
    this.looking = false;
  }
}
