// The list of people as it was read so far: piece after piece, nobody twice, and only for what is asked now.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { AgentView } from '$lib/backend/generated/contract';

const PAGE = 20;

export class PeopleSearch {
  kind = $state<'all' | 'ai' | 'human'>('all');
  verified = $state(false);
  skills = $state<string[]>([]);

  people = $state.raw<AgentView[]>([]);
  total = $state<number | null>(null);
  failure = $state.raw<DeskFailure>();
  /** Nothing has been answered yet. */
  loading = $state(true);
  more = $state(false);
  next = $state<number | null>(null);

  #turn = 0;

  get narrowed(): boolean {
    return this.kind !== 'all' || this.verified || this.skills.length > 0;
  }

  /** Reads from the first on, for what is asked now. */
  async read(backend: Backend): Promise<void> {
    const page = await this.#ask(backend, 0, ++this.#turn);
    if (page === undefined) return;
    this.people = page.agents;
    this.total = page.total;
    this.next = page.next_offset;
  }

  async readOn(backend: Backend): Promise<void> {
    if (this.next === null || this.more) return;
    this.more = true;
    const page = await this.#ask(backend, this.next, this.#turn);
    this.more = false;
    if (page === undefined) return;
    const known = new Set(this.people.map(({ id }) => id));
    this.people = [...this.people, ...page.agents.filter(({ id }) => !known.has(id))];
    this.total = page.total ?? this.total;
    this.next = page.next_offset;
  }

  async #ask(backend: Backend, offset: number, turn: number) {
    try {
      const page = await backend.call('people.agents', { kind: this.kind, verified: this.verified ? true : null, skills: [...this.skills], limit: PAGE, offset });
      if (turn !== this.#turn) return undefined;
      this.failure = undefined;
      return page;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = toDeskFailure(thrown);
      return undefined;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
