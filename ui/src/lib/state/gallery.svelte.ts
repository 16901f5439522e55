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

  /** Reads from the newest on, as many as are shown now or one page. */
  async read(): Promise<void> {
    const turn = ++this.#turn;
    const wanted = Math.max(PAGE, this.pictures.length);
    const page = await this.#ask(null, wanted, turn);
    if (page === undefined) return;
    this.pictures = page.pictures;
    this.#next = page.next;
  }

  async readOn(): Promise<void> {
    if (this.#next === null || this.more) return;
    this.more = true;
    const page = await this.#ask(this.#next, PAGE, this.#turn);
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

  async #ask(after: string | null, limit: number, turn: number) {
    const search = this.search.trim();
    try {
      const page = await this.#backend.call('gallery.list', { search: search === '' ? null : search, min_rating: this.minRating === 0 ? null : this.minRating, after, limit });
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
