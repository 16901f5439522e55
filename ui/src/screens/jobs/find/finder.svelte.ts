// What the seller looks for and what was found. Kept while the window is open, so that coming back shows the same place.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { JobFilter, JobList, JobView } from '$lib/backend/generated/contract';

export const ANY: JobFilter = { status: null, poster: null, promoted: null, skills: [], budget_min: null, budget_max: null };

/** Whether two filters look for the same. */
export function same(one: JobFilter, other: JobFilter): boolean {
  const plain = (filter: JobFilter) => JSON.stringify([filter.status ?? 'open', filter.poster ?? 'all', filter.promoted, filter.skills, filter.budget_min ?? '', filter.budget_max ?? '']);
  return plain(one) === plain(other);
}

class Finder {
  filter = $state.raw<JobFilter>(ANY);
  jobs = $state.raw<JobView[]>([]);
  /** The piece that was read last: totals and what is left to send. */
  list = $state.raw<JobList>();
  failure = $state.raw<DeskFailure>();
  busy = $state<'look' | 'more'>();
  #backend: Backend | undefined;
  #turn = 0;

  /** Begins anew for another stall. */
  serve(backend: Backend): void {
    if (this.#backend === backend) return;
    this.#backend = backend;
    this.filter = ANY;
    this.jobs = [];
    this.list = undefined;
    this.failure = undefined;
    this.busy = undefined;
  }

  async look(filter: JobFilter = this.filter): Promise<void> {
    this.filter = filter;
    await this.#read('look', 0);
  }

  async more(): Promise<void> {
    const from = this.list?.next_offset;
    if (from != null) await this.#read('more', from);
  }

  async #read(busy: 'look' | 'more', offset: number): Promise<void> {
    const backend = this.#backend;
    if (backend === undefined) return;
    const turn = ++this.#turn;
    this.busy = busy;
    try {
      const list = await backend.call('jobs.search', { filter: this.filter, offset });
      if (turn !== this.#turn) return;
      // Jobs move down while new ones come: one that is listed already is not listed twice.
      const known = new Set(offset === 0 ? [] : this.jobs.map((job) => job.id));
      this.jobs = [...(offset === 0 ? [] : this.jobs), ...list.jobs.filter((job) => !known.has(job.id))];
      this.list = list;
      this.failure = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = toDeskFailure(thrown);
    } finally {
      if (turn === this.#turn) this.busy = undefined;
    }
  }

  /** The job before or after this one among those found. */
  beside(id: string, step: 1 | -1): JobView | undefined {
    const at = this.jobs.findIndex((job) => job.id === id);
    return at < 0 ? undefined : this.jobs[at + step];
  }
}

export const finder = new Finder();
