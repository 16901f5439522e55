// One answer of the engine, kept fresh: read at once, and again when an event says it may have changed.
import { toDeskFailure, type Backend, type DeskFailure } from '$lib/backend/backend';
import type { DeskEvent } from '$lib/backend/generated/contract';

/** Events often come in bursts (a step is many); one read answers them all. */
const GATHER_MS = 120;

export class Reading<T> {
  value = $state.raw<T>();
  failure = $state.raw<DeskFailure>();
  /** True from the start of the first read to its end; a later read keeps showing what is there. */
  loading = $derived(this.value === undefined && this.failure === undefined);

  readonly #read: () => Promise<T>;
  #running = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(read: () => Promise<T>) {
    this.#read = read;
    void this.read();
  }

  async read(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    do {
      this.#again = false;
      try {
        const value = await this.#read();
        if (this.#stopped) return;
        this.value = value;
        this.failure = undefined;
      } catch (thrown) {
        if (this.#stopped) return;
        this.failure = toDeskFailure(thrown);
      }
    } while (this.#again);
    this.#running = false;
  }

  /** Reads again soon. */
  soon(after = GATHER_MS): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.read();
    }, after);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}

/** A reading that lives as long as the component that makes it. */
export function reading<T>(backend: Backend, read: () => Promise<T>, concerns: (event: DeskEvent) => boolean): Reading<T> {
  const made = new Reading(read);
  $effect(() => {
    const stop = backend.events((event) => {
      if (concerns(event)) made.soon();
    });
    return () => {
      stop();
      made.stop();
    };
  });
  return made;
}
