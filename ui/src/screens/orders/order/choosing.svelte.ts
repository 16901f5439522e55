// The files a seller has chosen for an order, from the choice until they are on it.
import { toDeskFailure, type Backend } from '$lib/backend/backend';
import type { FileLimits } from '$lib/backend/generated/contract';
import { m } from '$lib/paraglide/messages';
import { bytes } from '$lib/format';
import { failureWords } from '$lib/words';

const LONGEST_NAME = 120;

export type Chosen = { key: number; file: File; state: 'chosen' | 'sending' | 'failed'; problem: string | undefined; sent: number; stopping: boolean };

/** Why an order would not take a file; undefined when it would. */
export function problemOf(file: File, limits: FileLimits): string | undefined {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  if (file.size === 0) return m.files_problem_empty();
  if (file.size > limits.most_bytes) return m.files_problem_too_large({ most: bytes(limits.most_bytes) });
  if (extension !== undefined && limits.refused_extensions.includes(extension)) return m.files_problem_refused_kind({ kind: `.${extension}` });
  if (file.name.length > LONGEST_NAME) return m.files_problem_name({ most: LONGEST_NAME });
  return undefined;
}

async function stopFile(backend: Backend, orderId: string, { file }: Chosen): Promise<void> {
  await backend.call('orders.stop_file', { order_id: orderId, name: file.name }).catch(() => undefined);
}

export class Choosing {
  chosen = $state<Chosen[]>([]);
  #next = 0;
  #stopped = false;

  get sending(): boolean {
    return this.chosen.some(({ state }) => state === 'sending');
  }

  /** Those that can be sent. */
  get ready(): Chosen[] {
    return this.chosen.filter(({ state, problem }) => state !== 'sending' && (state === 'failed' || problem === undefined));
  }

  add(files: Iterable<File>, limits: FileLimits): void {
    for (const file of files) {
      const twice = this.chosen.some((known) => known.file.name === file.name && known.file.size === file.size);
      if (!twice) this.chosen.push({ key: this.#next++, file, state: 'chosen', problem: problemOf(file, limits), sent: 0, stopping: false });
    }
  }

  remove(key: number): void {
    this.chosen = this.chosen.filter((one) => one.key !== key);
  }

  /** What has not begun yet is not sent; the one under way is. */
  stop(): void {
    this.#stopped = true;
  }

  /** Stops everything, the one under way as far as it has not gone out whole. */
  async stopAll(backend: Backend, orderId: string): Promise<void> {
    this.#stopped = true;
    const one = this.chosen.find(({ state }) => state === 'sending');
    if (one === undefined) return;
    one.stopping = true;
    await stopFile(backend, orderId, one);
  }

  /** How far the file under way is. */
  heard(backend: Backend, orderId: string, name: string, sent: number): void {
    const one = this.chosen.find(({ state, file }) => state === 'sending' && file.name === name);
    if (one === undefined) return;
    one.sent = sent;
    // Asked to stop before the stall had it whole, the stall knew nothing of it then.
    if (one.stopping && sent < one.file.size) void stopFile(backend, orderId, one);
  }

  /** Sends one after the other; answers how many arrived. What failed stays, with the reason. */
  async send(backend: Backend, orderId: string): Promise<number> {
    this.#stopped = false;
    let arrived = 0;
    for (const { key } of this.ready) {
      if (this.#stopped) break;
      const one = this.chosen.find((known) => known.key === key);
      if (one === undefined) continue;
      one.state = 'sending';
      one.problem = undefined;
      one.sent = 0;
      one.stopping = false;
      try {
        await backend.sendFile(orderId, one.file);
        arrived += 1;
        this.remove(key);
      } catch (thrown) {
        const failure = toDeskFailure(thrown);
        one.state = 'failed';
        one.problem = failure.code === 'not_now' ? m.files_problem_busy() : failureWords(failure);
      }
    }
    return arrived;
  }
}
