// The gallery as far as it has been read: page after page, narrowed by a search and a rating.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { PictureView } from '$lib/backend/generated/contract';

/** Pictures a page; a row is some bytes, so pages are generous. */
const PAGE = 200;

export class Gallery {
  search = $state('');
  minRating = $state(0);
  pictures = $state.raw<PictureView[]>([]);
  total = $state(0);
  failure = $state.raw<DeskFailure>();
  /** Nothing has been answered yet. */
  loading = $state(true);
  more = $state(false);

  readonly #backend: Backend;
  #next: string | null = null;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Nothing is there at all, rather than nothing that matches. */
  get empty(): boolean {
    return !this.loading && this.pictures.length === 0 && !this.narrowed;
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.minRating > 0;
  }

  /** Reads from the newest on, for what is asked now. */
  async read(): Promise<void> {
    const page = await this.#ask(null, ++this.#turn);
    if (page === undefined) return;
    this.pictures = page.pictures;
    this.#next = page.next;
  }

  /** Takes in what is new, and keeps the pages that were read before. */
  async renew(): Promise<void> {
    const page = await this.#ask(null, this.#turn);
    if (page === undefined) return;
    const fresh = new Set(page.pictures.map(({ id }) => id));
    const last = page.pictures.at(-1)?.id;
    const older = this.pictures.slice(this.pictures.findIndex(({ id }) => id === last) + 1);
    if (page.next === null || !this.pictures.some(({ id }) => id === last)) {
      this.pictures = page.pictures;
      this.#next = page.next;
    } else {
      this.pictures = [...page.pictures, ...older.filter(({ id }) => !fresh.has(id))];
    }
  }

  async readOn(): Promise<void> {
    if (this.#next === null || this.more) return;
    this.more = true;
    const page = await this.#ask(this.#next, this.#turn);
    this.more = false;
    if (page === undefined) return;
    // A picture made meanwhile shifts pages; none may stand twice.
    const known = new Set(this.pictures.map(({ id }) => id));
    this.pictures = [...this.pictures, ...page.pictures.filter(({ id }) => !known.has(id))];
    this.#next = page.next;
  }

  /** Where a picture stands, reading on until it turns up. Minus one when it is not here. */
  async find(id: string): Promise<number> {
    for (;;) {
      const at = this.pictures.findIndex((picture) => picture.id === id);
      if (at >= 0 || this.#next === null || this.failure !== undefined) return at;
      await this.readOn();
    }
  }

  async rate(id: string, rating: number): Promise<void> {
    await this.#backend.call('gallery.rate', { id, rating });
    this.pictures = this.pictures.map((picture) => (picture.id === id ? { ...picture, rating } : picture));
  }

  async #ask(after: string | null, turn: number) {
    const search = this.search.trim();
    try {
      const page = await this.#backend.call('gallery.list', { search: search === '' ? null : search, min_rating: this.minRating === 0 ? null : this.minRating, after, limit: PAGE });
      if (turn !== this.#turn) return undefined;
      this.failure = undefined;
      this.total = page.total;
      return page;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = toDeskFailure(thrown);
      return undefined;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
