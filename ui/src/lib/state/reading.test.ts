import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { Reading } from './reading.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a burst of events is answered by one read', async () => {
  const read = vi.fn(() => Promise.resolve(1));
  const reading = new Reading(read);
  await vi.runAllTimersAsync();
  for (let event = 0; event < 10; event += 1) reading.soon();
  await vi.runAllTimersAsync();
  expect(read).toHaveBeenCalledTimes(2);
});

test('what changes during a read is read once more after it', async () => {
  let finish: (value: number) => void = () => undefined;
  const read = vi.fn(() => new Promise<number>((resolve) => (finish = resolve)));
  const reading = new Reading(read);
  void reading.read();
  void reading.read();
  finish(1);
  await vi.runAllTimersAsync();
  expect(read).toHaveBeenCalledTimes(2);
  finish(2);
  await vi.runAllTimersAsync();
  expect(reading.value).toBe(2);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a failure keeps what was shown and is cleared by the next answer', async () => {
  const answers = [() => Promise.resolve('there'), () => Promise.reject(new DeskFailure({ code: 'storage', message: '', detail: {} })), () => Promise.resolve('back')];
  const reading = new Reading(() => answers.shift()?.() ?? Promise.reject(new Error('no more')));
  await vi.runAllTimersAsync();
  await reading.read();
  expect(reading.value).toBe('there');
  expect(reading.failure?.code).toBe('storage');
  await reading.read();
  expect(reading.value).toBe('back');
  expect(reading.failure).toBeUndefined();
});

test('an answer that comes after the end is dropped', async () => {
  let finish: (value: number) => void = () => undefined;
  const reading = new Reading(() => new Promise<number>((resolve) => (finish = resolve)));
  reading.stop();
  finish(1);
  await vi.runAllTimersAsync();
  expect(reading.value).toBeUndefined();
});
