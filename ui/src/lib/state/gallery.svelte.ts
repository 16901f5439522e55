// The gallery as far as it has been read: page after page, narrowed by a search, a rating and a tag.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { GalleryTile, TagCount } from '$lib/backend/generated/contract';

/** Pictures a page; a row is some bytes, so pages are generous. */
const PAGE = 200;
/** How long a deleted picture can be brought back from the screen. */
const UNDO_MS = 10_000;

/** A picture taken out just now, with its place. */
export type Deleted = { id: string; tile: GalleryTile | undefined; at: number };

export class Gallery {
  search = $state('');
  minRating = $state(0);
  tag = $state('');
  pictures = $state.raw<GalleryTile[]>([]);
  total = $state(0);
  /** There are more than `total`. */
  totalIsLeast = $state(false);
  /** The tags in use. */
  tags = $state.raw<TagCount[]>([]);
  failure = $state.raw<DeskFailure>();
  /** Nothing has been answered yet. */
  loading = $state(true);
  more = $state(false);
  deleted = $state.raw<Deleted>();

  readonly #backend: Backend;
  #next: string | null = null;
  #turn = 0;
  #forgetting: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Nothing is there at all, rather than nothing that matches. */
  get empty(): boolean {
    return !this.loading && this.pictures.length === 0 && !this.narrowed;
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.minRating > 0 || this.tag !== '';
  }

  /** Everything that matches has been read. */
  get whole(): boolean {
    return this.#next === null;
  }

  /** Shows everything again. */
  widen(): void {
    this.search = '';
    this.minRating = 0;
    this.tag = '';
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
    const turn = this.#turn;
    const page = await this.#ask(this.#next, turn);
    this.more = false;
    if (page === undefined) return;
    // A picture made meanwhile shifts pages; none may stand twice.
    const known = new Set(this.pictures.slice(-2 * PAGE).map(({ id }) => id));
    this.pictures = [...this.pictures, ...page.pictures.filter(({ id }) => !known.has(id))];
    this.#next = page.next;
  }

  /** Reads which tags there are; without them the gallery is as good. */
  async readTags(): Promise<void> {
    try {
      this.tags = (await this.#backend.call('gallery.tags', {})).tags;
    } catch {
      // They are asked for again with the next change.
    }
  }

  async rate(id: string, rating: number): Promise<void> {
    await this.#backend.call('gallery.rate', { id, rating });
    this.pictures = this.pictures.map((picture) => (picture.id === id ? { ...picture, rating } : picture));
  }

  /** Takes a picture out, at once; `restore` brings it back for a while. */
  async delete(id: string): Promise<void> {
    await this.#backend.call('gallery.delete', { id });
    const at = this.pictures.findIndex((picture) => picture.id === id);
    this.deleted = { id, tile: this.pictures[at], at };
    if (at >= 0) {
      this.pictures = this.pictures.filter((picture) => picture.id !== id);
      this.total = Math.max(0, this.total - 1);
    }
    this.holdUndo();
  }

  async restore(): Promise<void> {
    const deleted = this.deleted;
    if (deleted === undefined) return;
    await this.#backend.call('gallery.undelete', { id: deleted.id });
    clearTimeout(this.#forgetting);
    this.deleted = undefined;
    if (deleted.tile === undefined || this.pictures.some(({ id }) => id === deleted.id)) return;
    this.pictures = this.pictures.toSpliced(deleted.at, 0, deleted.tile);
    this.total += 1;
  }

  /** The way back is there for as long again; while the pointer or the keyboard is on it, for good. */
  holdUndo(forGood = false): void {
    clearTimeout(this.#forgetting);
    if (forGood) return;
    this.#forgetting = setTimeout(() => {
      this.deleted = undefined;
    }, UNDO_MS);
  }

  async #ask(after: string | null, turn: number) {
    const search = this.search.trim();
    try {
      const page = await this.#backend.call('gallery.list', {
        search: search === '' ? null : search,
        min_rating: this.minRating === 0 ? null : this.minRating,
        tag: this.tag === '' ? null : this.tag,
        after,
        limit: PAGE,
      });
      if (turn !== this.#turn) return undefined;
      this.failure = undefined;
      if (page.total !== null) {
        this.total = page.total;
        this.totalIsLeast = page.total_is_least;
      }
      return page;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = toDeskFailure(thrown);
      return undefined;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
