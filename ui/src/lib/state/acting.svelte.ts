// Something the seller set going: which button is busy, and what to say when it does not work.
import { toast } from 'svelte-sonner';
import { toDeskFailure } from '$lib/backend/backend';
import { failureWords } from '$lib/words';

export class Acting {
  /** Name of what runs now. */
  busy = $state<string>();

  /** Runs one thing at a time. Answers undefined when it failed, after saying so. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy !== undefined) return undefined;
    this.busy = name;
    try {
      return await work();
    } catch (thrown) {
      const failure = toDeskFailure(thrown);
      toast.error(failureWords(failure));
      return undefined;
    } finally {
      this.busy = undefined;
    }
  }
}
