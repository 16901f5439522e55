// The moment now, for everything on a screen that counts. It ticks only while something reads it.
import { createSubscriber } from 'svelte/reactivity';

class Clock {
  #now = Date.now();
  #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      this.#now = Date.now();
      const timer = setInterval(() => {
        this.#now = Date.now();
        update();
      }, everyMs);
      return () => {
        clearInterval(timer);
      };
    });
  }

  /** Milliseconds since 1970. */
  get now(): number {
    this.#subscribe();
    return this.#now;
  }
}

export const seconds = new Clock(1000);
