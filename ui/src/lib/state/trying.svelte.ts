// Something the seller set going whose failure belongs beside what they filled in, not in a passing notice.
import { toDeskFailure, type DeskFailure } from '$lib/backend/backend';

export class Trying {
  /** Name of what runs now. */
  busy = $state<string>();
  /** Why the last try failed, until the next one. */
  failure = $state.raw<DeskFailure>();

  /** Runs one thing at a time. Answers undefined when it failed. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy !== undefined) return undefined;
    this.busy = name;
    this.failure = undefined;
    try {
      return await work();
    } catch (thrown) {
      this.failure = toDeskFailure(thrown);
      return undefined;
    } finally {
      this.busy = undefined;
    }
  }
}
