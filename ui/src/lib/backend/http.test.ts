import { expect, test, vi } from 'vitest';
import type { DeskEvent } from './generated/contract';
import { httpBackend, readEvents, takeToken } from './http';

function answer(status: number, body: unknown = {}): Response {
  return new Response(JSON.stringify(body), { status });
}

function streamOf(...parts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

test('the token moves out of the address', () => {
  history.replaceState(null, '', '/?a=1#token=s3cret');
  expect(takeToken(location, history, sessionStorage)).toBe('s3cret');
  expect(location.href).not.toContain('s3cret');
  expect(takeToken(location, history, sessionStorage), 'it is kept for this tab').toBe('s3cret');
  sessionStorage.clear();
});

test('a request carries the token in its header and its parameters in the body', async () => {
  const fetched = vi.fn<typeof fetch>().mockImplementation(() => Promise.resolve(answer(200, { orders: [], next: null })));
  const backend = await httpBackend('s3cret', fetched);
  await backend.call('orders.seen', { id: '7' });
  const [path, init] = fetched.mock.lastCall ?? [];
  expect(path).toBe('/desk/orders.seen');
  expect(init?.method).toBe('POST');
  expect(new Headers(init?.headers).get('authorization')).toBe('Bearer s3cret');
  expect(init?.body).toBe('{"id":"7"}');
});

test('without a valid token nothing is shown but that the address has expired', async () => {
  await expect(httpBackend(null)).rejects.toMatchObject({ code: 'address_expired' });
  await expect(httpBackend('old', () => Promise.resolve(answer(401)))).rejects.toMatchObject({ code: 'address_expired' });
});

test('errors of the engine keep their code; others become one of ours', async () => {
  const answers = [answer(200), answer(409, { code: 'conflict', message: 'changed', detail: { field: 'x' } }), answer(502, 'gateway')];
  const backend = await httpBackend('s3cret', () => {
    const next = answers.shift();
    return next === undefined ? Promise.reject(new TypeError('refused')) : Promise.resolve(next);
  });
  await expect(backend.call('stall.get', {})).rejects.toMatchObject({ code: 'conflict', detail: { field: 'x' } });
  await expect(backend.call('stall.get', {})).rejects.toMatchObject({ code: 'internal' });
  await expect(backend.call('stall.get', {})).rejects.toMatchObject({ code: 'unreachable' });
});

test('events are read across the cuts of the stream, comments left out', async () => {
  const events: DeskEvent[] = [];
  const body = streamOf(': hello\n\ndata: {"kind":"stall_', 'changed"}\n', '\nevent: desk\ndata: {"kind":"order_changed","id":"7"}\r\n\r\n');
  for await (const event of readEvents(body)) events.push(event);
  expect(events).toEqual([{ kind: 'stall_changed' }, { kind: 'order_changed', id: '7' }]);
});

test('a stream that breaks is opened again, and everything is read again', async () => {
  vi.useFakeTimers();
  const streams = [streamOf('data: {"kind":"stall_changed"}\n\n'), streamOf('')];
  const fetched: typeof fetch = (input) => {
    if (input !== '/desk/events') return Promise.resolve(answer(200));
    return Promise.resolve(new Response(streams.shift() ?? new ReadableStream(), { status: 200 }));
  };
  const backend = await httpBackend('s3cret', fetched);
  const events: DeskEvent[] = [];
  const stop = backend.events((event) => events.push(event));
  await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toEqual(['stall_changed', 'stall_changed', 'order_changed', 'picture_made', 'listing_changed', 'application_changed', 'posted_job_changed', 'connection_changed', 'molt_changed', 'people_changed', 'settings_changed']));
  stop();
  vi.useRealTimers();
});

test('all who listen share one stream, which ends with the last of them', async () => {
  const opened: AbortSignal[] = [];
  let send: (text: string) => void = () => undefined;
  const fetched: typeof fetch = (input, init) => {
    if (input !== '/desk/events') return Promise.resolve(answer(200));
    if (init?.signal != null) opened.push(init.signal);
    const body = new ReadableStream({ start: (controller) => (send = (text) => controller.enqueue(new TextEncoder().encode(text))) });
    return Promise.resolve(new Response(body, { status: 200 }));
  };
  const backend = await httpBackend('s3cret', fetched);
  const heard: string[] = [];
  const stopFirst = backend.events(({ kind }) => heard.push(`one ${kind}`));
  const stopSecond = backend.events(({ kind }) => heard.push(`two ${kind}`));
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  send('data: {"kind":"molt_changed"}\n\n');
  await vi.waitFor(() => expect(heard).toEqual(['one molt_changed', 'two molt_changed']));
  stopFirst();
  send('data: {"kind":"people_changed"}\n\n');
  await vi.waitFor(() => expect(heard.slice(2)).toEqual(['two people_changed']));
  expect(opened[0]?.aborted).toBe(false);
  stopSecond();
  expect(opened[0]?.aborted).toBe(true);
  const stopThird = backend.events(() => undefined);
  await vi.waitFor(() => expect(opened).toHaveLength(2));
  stopThird();
});
