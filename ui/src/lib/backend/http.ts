// The same stall over local HTTP, for `stallkeeper-server`. The token comes in the address fragment, which a
// browser never sends, and is kept for this tab only. Pictures are fetched by <img>, which cannot carry a
// header, so a cookie that scripts cannot read is set once for them.
import { DeskFailure, toDeskFailure, isDeskError, type Backend } from './backend';
import type { DeskEvent, FileView, SavedMoney } from './generated/contract';

const TOKEN = 'stallkeeper.token';
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Takes the token out of the address, so that it is not left in the history or read over a shoulder. */
export function takeToken(address: Location, history: History, kept: Storage): string | null {
  const given = /^#token=([^&]+)$/.exec(address.hash)?.[1];
  if (given !== undefined) {
    kept.setItem(TOKEN, decodeURIComponent(given));
    history.replaceState(null, '', address.pathname + address.search);
  }
  return kept.getItem(TOKEN);
}

export async function httpBackend(token: string | null, fetched: typeof fetch = fetch): Promise<Backend> {
  const authorization = `Bearer ${token ?? ''}`;

  async function post(path: string, body: unknown): Promise<globalThis.Response> {
    try {
      return await fetched(path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch (thrown) {
      throw toDeskFailure(thrown, 'unreachable');
    }
  }

  async function read(answer: globalThis.Response): Promise<unknown> {
    if (answer.status === 401) throw expired();
    let content: unknown;
    try {
      content = await answer.json();
    } catch (thrown) {
      throw toDeskFailure(thrown);
    }
    if (answer.ok) return content;
    throw isDeskError(content) ? new DeskFailure(content) : toDeskFailure(`status ${String(answer.status)}`);
  }

  if (token === null || (await post('/desk/session', {})).status === 401) throw expired();

  return {
    platform: 'browser',

    async call(command, request) {
      return (await read(await post(`/desk/${command}`, request))) as never;
    },

    async sendFile(orderId, file) {
      const headers = { authorization, 'content-type': file.type === '' ? 'application/octet-stream' : file.type, 'x-file-name': encodeURIComponent(file.name) };
      let answer: globalThis.Response;
      try {
        answer = await fetched(`/desk/files/${encodeURIComponent(orderId)}`, { method: 'POST', headers, body: file });
      } catch (thrown) {
        throw toDeskFailure(thrown, 'unreachable');
      }
      return (await read(answer)) as FileView;
    },

    events: sharedEvents((listener, signal) => void followEvents(fetched, authorization, listener, signal)),

    pictureUrl: (sha256, size) => `/desk/pictures/${size}/${sha256}`,

    savePicture(sha256, suggestedName) {
      const link = document.createElement('a');
      link.href = `/desk/pictures/full/${sha256}`;
      link.download = suggestedName;
      link.click();
      return Promise.resolve(true);
    },

    start: null,

    async saveEvidence(orderId, suggestedName) {
      let answer: globalThis.Response;
      try {
        answer = await fetched(`/desk/evidence/${encodeURIComponent(orderId)}`, { headers: { authorization } });
      } catch (thrown) {
        throw toDeskFailure(thrown, 'unreachable');
      }
      if (!answer.ok) await read(answer);
      let pack: Blob;
      try {
        pack = await answer.blob();
      } catch (thrown) {
        throw toDeskFailure(thrown, 'unreachable');
      }
      keep(pack, suggestedName);
      return true;
    },

    async saveMoney(span, suggestedName) {
      const { lines, text } = (await read(await post('/desk/money.save_csv', { span, path: null }))) as SavedMoney;
      keep(new Blob([text ?? ''], { type: 'text/csv;charset=utf-8' }), suggestedName);
      return lines;
    },
  };
}

/** Has the browser keep a file. */
function keep(content: Blob, suggestedName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = suggestedName;
  link.click();
  // The browser reads it in its own time.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function expired(): DeskFailure {
  return new DeskFailure({ code: 'address_expired', message: 'the token is missing or no longer accepted', detail: {} });
}

/** One stream for all who listen: a browser opens only six connections to one address, and every reading listens. */
function sharedEvents(follow: (listener: (event: DeskEvent) => void, signal: AbortSignal) => void): Backend['events'] {
  const listeners = new Set<(event: DeskEvent) => void>();
  let stopping: AbortController | undefined;
  return (listener) => {
    // The same function may listen twice; each time is one of its own.
    const heard = (event: DeskEvent) => listener(event);
    listeners.add(heard);
    if (stopping === undefined) {
      stopping = new AbortController();
      follow((event) => {
        for (const each of [...listeners]) each(event);
      }, stopping.signal);
    }
    return () => {
      listeners.delete(heard);
      if (listeners.size > 0) return;
      stopping?.abort();
      stopping = undefined;
    };
  };
}

/** Reads the event stream and opens it again when it breaks, waiting longer each time. */
async function followEvents(
  fetched: typeof fetch,
  authorization: string,
  listener: (event: DeskEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let broken = false;
  while (!signal.aborted) {
    try {
      const answer = await fetched('/desk/events', { headers: { authorization, accept: 'text/event-stream' }, signal });
      if (answer.status === 401) return;
      if (answer.ok && answer.body !== null) {
        // What happened while the stream was down is unknown: have every screen read again.
        if (broken) for (const event of everything) listener(event);
        wait = FIRST_WAIT_MS;
        for await (const event of readEvents(answer.body)) listener(event);
      }
    } catch {
      // A broken stream is ordinary (sleep, restart); the loop opens it again.
    }
    broken = true;
    await new Promise((resume) => setTimeout(resume, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

const everything: DeskEvent[] = [
  { kind: 'stall_changed' },
  { kind: 'order_changed', id: '' },
  { kind: 'picture_made', order_id: null, sha256: '' },
  { kind: 'listing_changed', id: '' },
  { kind: 'application_changed', id: '' },
  { kind: 'posted_job_changed', id: '' },
  { kind: 'connection_changed' },
  { kind: 'molt_changed' },
  { kind: 'people_changed' },
  { kind: 'settings_changed' },
];

/** Splits a server-sent event stream into its events. */
export async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<DeskEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    pending += value;
    const blocks = pending.split(/\r?\n\r?\n/);
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n');
      if (data !== '') yield JSON.parse(data) as DeskEvent;
    }
  }
}
