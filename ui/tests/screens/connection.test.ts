import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import * as data from '$lib/backend/sample/data';
import type { ConnectionView } from '$lib/backend/generated/contract';
import Connection from '../../src/screens/connection/Connection.svelte';
import { asked, bench, on } from '../bench';

/** A stall whose connection reads otherwise, or whose test ends otherwise. */
function prepared(change: Partial<ConnectionView>, answers: Record<string, unknown> = {}): SampleBackend {
  const backend = new SampleBackend(scenario('busy'));
  const call = backend.call.bind(backend);
  backend.call = (async (command: 'connection.get', request: Record<symbol, never>) => {
    const answer = await call(command, request);
    if (command === 'connection.get') return { ...answer, ...change };
    return answers[command] ?? answer;
  }) as typeof backend.call;
  return backend;
}

describe('the connection', () => {
  it('says in words how each way stands', async () => {
    on(prepared({ feed: { last_at: data.at(-600_000), ok: false, every_seconds: 30, problem: 'market_network' } }), Connection, {});
    const ways = await screen.findByTestId('connection-ways');
    expect(ways).toHaveTextContent('The marketplace has your address.');
    expect(ways).toHaveTextContent('The marketplace does not answer.');
    expect(ways).toHaveTextContent('not working');
  });

  it('names the address the marketplace wrongly has', async () => {
    const push = { ...data.connection(false).push, matches: false, market_has: 'https://old.example/hook' };
    on(prepared({ push }), Connection, {});
    expect(await screen.findByTestId('connection-ways')).toHaveTextContent('another address: https://old.example/hook');
  });

  it('leads to Settings while no account is connected', async () => {
    on(prepared({ market: null, model: null }), Connection, {});
    expect(await screen.findByText('No marketplace account yet')).toBeVisible();
    expect(screen.getAllByRole('link', { name: 'Connect it in Settings' })).toHaveLength(2);
  });

  it('tells which step of the test did not work', async () => {
    const steps = [
      { code: 'key', ok: true, ms: 90, detail: null },
      { code: 'push_signed', ok: false, ms: 4100, detail: 'no answer from outside' },
      { code: 'moon_phase', ok: true, ms: 1, detail: null },
    ];
    const { user } = on(prepared({}, { 'connection.test': { steps } }), Connection, {});
    await user.click(await screen.findByTestId('connection-test-run'));
    expect(await screen.findByText('Something does not work. The steps below say what.')).toBeVisible();
    const [, failed, unknown] = screen.getAllByTestId('test-step');
    expect(failed).toHaveTextContent('failed: A signed test call came through');
    expect(failed).toHaveTextContent('no answer from outside');
    expect(unknown).toHaveTextContent('Step: moon phase');
  });

  it('looks at everything an order needs, and mends with one button', async () => {
    let open = false;
    const finding = (need: string, standing: string, why: string, fix: string | null) => ({ need, standing, why, detail: {}, fix });
    const backend = prepared({}, {});
    const call = backend.call.bind(backend);
    const made: [string, unknown][] = [];
    backend.call = ((command: 'connection.check_up', request: never) => {
      made.push([command, request]);
      if ((command as string) === 'stall.set_open') open = true;
      if (command !== 'connection.check_up') return call(command, request);
      return Promise.resolve({ findings: [finding('disk', 'fine', 'disk_room', null), open ? finding('open', 'fine', 'is_open', null) : finding('open', 'wrong', 'is_closed', 'open_stall'), finding('caps', 'heed', 'cap_near', 'caps'), finding('moon', 'unknown', 'moon_phase', 'again')] });
    }) as typeof backend.call;
    const { user } = on(backend, Connection, {});
    await user.click(await screen.findByTestId('check-up-run'));
    expect(await screen.findByTestId('check-up-verdict')).toHaveTextContent('1 to put right.');
    expect(screen.getByTestId('fix-caps')).toHaveAttribute('href', '#/settings/caps');
    expect(screen.getByTestId('finding-moon')).toHaveTextContent('It says: moon phase');
    await user.click(screen.getByTestId('fix-open'));
    await waitFor(() => expect(screen.getByTestId('check-up-verdict')).toHaveTextContent('Nothing stands in the way; 2 worth a look.'));
    expect(made.filter(([command]) => command === 'stall.set_open')).toEqual([['stall.set_open', { open: true }]]);
    expect(screen.queryByTestId('fix-open')).toBeNull();
  });

  it('has news handled again', async () => {
    const { backend, user } = bench(Connection, {}, 'busy');
    const [first] = await screen.findAllByTestId('news');
    await user.click(within(first as HTMLElement).getByTestId('news-again'));
    await waitFor(() => expect(asked(backend, 'connection.redeliver')).toEqual([{ id: 'e0' }]));
  });

  it('takes only an address that starts with https', async () => {
    const { backend, user } = bench(Connection, {}, 'busy');
    const address = await screen.findByTestId('street-own_address');
    await user.clear(address);
    await user.type(address, 'http://stall.example');
    await user.click(screen.getByTestId('street-save'));
    expect(address).toHaveAccessibleDescription(/cannot be used/);
    expect(asked(backend, 'connection.tunnel_save')).toEqual([]);
    await user.clear(address);
    await user.type(address, 'https://new.example');
    await user.click(screen.getByTestId('street-save'));
    await waitFor(() => expect(asked(backend, 'connection.tunnel_test')).toHaveLength(1));
    const [saved] = asked(backend, 'connection.tunnel_save');
    expect([saved?.kind, saved?.fields.own_address, saved?.secret]).toEqual(['own', 'https://new.example', null]);
  });

  it('opens another way with a pasted token and tries it', async () => {
    const { backend, user } = bench(Connection, {}, 'busy');
    await user.click(await screen.findByTestId('street-ngrok'));
    await user.type(screen.getByTestId('street-secret'), 'a-token');
    await user.click(screen.getByTestId('street-save'));
    await waitFor(() => expect(asked(backend, 'connection.tunnel_test')).toHaveLength(1));
    const [saved] = asked(backend, 'connection.tunnel_save');
    expect([saved?.kind, saved?.secret]).toEqual(['ngrok', 'a-token']);
  });

  it('shows what is wrong in words, and asks about a server’s key', async () => {
    const tunnel = { ...data.connection(false).tunnel, kind: 'ssh', state: 'trouble', problem: 'host_key_unknown', host_key: 'ssh-ed25519 SHA256:abc', carries_news: false };
    const { backend, user } = on(prepared({ tunnel }), Connection, {});
    const state = await screen.findByTestId('street-state');
    expect(state).toHaveTextContent('The server’s key waits for your yes.');
    expect(state).toHaveTextContent('SHA256:abc');
    await user.click(screen.getByTestId('host-key-yes'));
    await waitFor(() => expect(asked(backend, 'connection.host_key_confirm')).toEqual([{ host_key: 'ssh-ed25519 SHA256:abc' }]));
  });

  it('opens the proof of the count of missed orders', async () => {
    const { user } = bench(Connection, {}, 'busy');
    await user.click(await screen.findByTestId('connection-proof-open'));
    const proof = screen.getByTestId('connection-proof');
    expect(proof).toHaveTextContent('served all the same: 1');
    expect(within(proof).getAllByTestId('connection-change')).toHaveLength(3);
    expect(proof).toHaveTextContent('Not working');
  });

  it('tries a bucket as it is typed, then keeps it', async () => {
    const { backend, user } = bench(Connection, {}, 'busy');
    expect(await screen.findByTestId('links-way')).toHaveTextContent('Links lead to this computer now.');
    await user.click(screen.getByTestId('links-set-up'));
    await user.type(screen.getByTestId('links-endpoint'), 'https://s3.example.com');
    await user.type(screen.getByTestId('links-name'), 'my-pictures');
    await user.type(screen.getByTestId('links-key_id'), 'AKID');
    await user.type(screen.getByTestId('links-secret'), 's3cr3t');
    await user.click(screen.getByTestId('links-test'));
    expect(await screen.findByTestId('links-verdict')).toHaveTextContent('It works');
    expect(screen.getAllByTestId('links-step')).toHaveLength(4);
    await user.click(screen.getByTestId('links-save'));
    await waitFor(() => expect(asked(backend, 'connection.bucket_save')).toHaveLength(1));
    const [saved] = asked(backend, 'connection.bucket_save');
    expect(saved).toEqual({
      choice: 'auto',
      fields: { endpoint: 'https://s3.example.com', region: 'auto', name: 'my-pictures', prefix: 'stall/', path_style: true },
      key_id: 'AKID',
      secret: 's3cr3t',
    });
    expect(screen.getByTestId('links-secret')).toHaveValue('');
    expect(screen.getByTestId('links-way')).toHaveTextContent('Links lead into your bucket now.');
  });

  it('says which step of the bucket does not work, and forgets it', async () => {
    const bucket = { endpoint: 'https://s3.example.com', region: 'auto', name: 'my-pictures', prefix: '', path_style: true };
    const links = { ...data.connection(false).links, way: 'none', choice: 'bucket', bucket, has_keys: true };
    const steps = [{ code: 'bucket_put', ok: false, ms: 30, detail: 'bucket_full' }];
    const { backend, user } = on(prepared({ links }, { 'connection.bucket_test': { ok: false, at: data.at(0), steps } }), Connection, {});
    expect(await screen.findByTestId('links-way')).toHaveTextContent('No link can be made now.');
    await user.click(screen.getByTestId('links-test'));
    expect(await screen.findByTestId('links-step')).toHaveTextContent('The bucket is full.');
    await user.click(screen.getByTestId('links-forget'));
    await waitFor(() => expect(asked(backend, 'connection.bucket_forget')).toHaveLength(1));
  });

  it('says what failed', async () => {
    bench(Connection, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});
