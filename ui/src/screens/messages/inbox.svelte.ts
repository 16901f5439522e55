// The list of threads as far as it has been read: page after page, narrowed by a kind and by words.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { Letter, ThreadCard, ThreadList } from '$lib/backend/generated/contract';

export const ONLY = ['all', 'unread', 'unanswered', 'needs_you'] as const;
export type Only = (typeof ONLY)[number];

const PAGE = 50;
/** Events often come in bursts; one read answers them all. */
const GATHER_MS = 150;

export function keyOf(thread: { kind: string; id: string }): string {
  return `${thread.kind}/${thread.id}`;
}

export class Inbox {
  only = $state<Only>('all');
  search = $state('');
  threads = $state.raw<ThreadCard[]>([]);
  /** First letters to somebody that did not go yet. */
  first = $state.raw<Letter[]>([]);
  unread = $state(0);
  molt = $state<string>();
  failure = $state.raw<DeskFailure>();
  /** Nothing has been answered yet. */
  loading = $state(true);
  /** The words that were last looked for to the end. */
  answered = $state('');
  /** An older page is on its way. */
  more = $state(false);
  hasMore = $state(false);

  readonly #backend: Backend;
  #next: string | null = null;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get narrowed(): boolean {
    return this.only !== 'all' || this.search.trim() !== '';
  }

  /** Reads from the newest on, for what is asked now. */
  async read(): Promise<void> {
    const page = await this.#ask(null, ++this.#turn);
    if (page !== undefined) this.#begin(page);
  }

  /** Takes in what is new soon, and keeps the pages that were read before. */
  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.renew();
    }, GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  async renew(): Promise<void> {
    const page = await this.#ask(null, this.#turn);
    if (page === undefined) return;
    const fresh = new Set(page.threads.map(keyOf));
    const last = page.threads.at(-1);
    const place = last === undefined ? -1 : this.threads.findIndex((thread) => keyOf(thread) === keyOf(last));
    if (page.next === null || place < 0) {
      this.#begin(page);
      return;
    }
    this.#take(page);
    this.threads = [...page.threads, ...this.threads.slice(place + 1).filter((thread) => !fresh.has(keyOf(thread)))];
  }

  async readOn(): Promise<void> {
    if (this.#next === null || this.more) return;
    this.more = true;
    const page = await this.#ask(this.#next, this.#turn);
    this.more = false;
    if (page === undefined) return;
    // What was written meanwhile moves threads; none may stand twice.
    const known = new Set(this.threads.map(keyOf));
    this.threads = [...this.threads, ...page.threads.filter((thread) => !known.has(keyOf(thread)))];
    this.#next = page.next;
    this.hasMore = page.next !== null;
  }

  /** A thread as it was just read, wherever in the list it stands. */
  put(card: ThreadCard): void {
    this.threads = this.threads.map((thread) => (keyOf(thread) === keyOf(card) ? card : thread));
  }

  #begin(page: ThreadList): void {
    this.#take(page);
    this.threads = page.threads;
    this.#next = page.next;
    this.hasMore = page.next !== null;
  }

  #take(page: ThreadList): void {
    this.unread = page.unread;
    this.molt = page.molt;
    this.first = page.first_letters;
  }

  async #ask(after: string | null, turn: number): Promise<ThreadList | undefined> {
    const search = this.search.trim();
    try {
      const page = await this.#backend.call('messages.list', { only: this.only, search: search === '' ? null : search, after, limit: PAGE });
      if (turn !== this.#turn) return undefined;
      this.failure = undefined;
      this.answered = search;
      return page;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = toDeskFailure(thrown);
      return undefined;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
