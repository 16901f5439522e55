// One conversation as far back as it has been read.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { Letter, ThreadCard } from '$lib/backend/generated/contract';

export class Conversation {
  card = $state.raw<ThreadCard>();
  letters = $state.raw<Letter[]>([]);
  hasOlder = $state(false);
  failure = $state.raw<DeskFailure>();
  /** Older letters are on their way. */
  more = $state(false);

  readonly #backend: Backend;
  readonly id: string;
  #running = false;
  #again = false;

  constructor(backend: Backend, id: string) {
    this.#backend = backend;
    this.id = id;
  }

  /** Reads the newest letters; older ones that were read stay. Answers what the other side wrote since. */
  async read(): Promise<Letter[]> {
    if (this.#running) {
      this.#again = true;
      return [];
    }
    this.#running = true;
    const news: Letter[] = [];
    do {
      this.#again = false;
      try {
        const view = await this.#backend.call('people.conversation', { id: this.id });
        const known = new Set(this.letters.map(({ id }) => id));
        if (this.card !== undefined) news.push(...view.letters.filter((letter) => letter.who === 'them' && !known.has(letter.id)));
        const from = this.letters.findIndex(({ id }) => id === view.letters[0]?.id);
        this.hasOlder = from > 0 ? this.hasOlder : view.has_older;
        this.letters = [...this.letters.slice(0, Math.max(0, from)), ...view.letters];
        this.card = view.card;
        this.failure = undefined;
      } catch (thrown) {
        this.failure = toDeskFailure(thrown);
      }
    } while (this.#again);
    this.#running = false;
    return news;
  }

  async older(): Promise<void> {
    const [first] = this.letters;
    if (first === undefined || !this.hasOlder || this.more) return;
    this.more = true;
    try {
      const page = await this.#backend.call('people.older', { conversation_id: this.id, before: first.id });
      this.letters = [...page.letters, ...this.letters];
      this.hasOlder = page.has_older;
    } catch (thrown) {
      this.failure = toDeskFailure(thrown);
    } finally {
      this.more = false;
    }
  }
}
