import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import type { MoltState } from '$lib/backend/sample/account';
import MoltMarket from '../../src/screens/connection/MoltMarket.svelte';
import Connection from '../../src/screens/connection/Connection.svelte';
import Jobs from '../../src/screens/jobs/Jobs.svelte';
import Welcome from '../../src/screens/welcome/Connect.svelte';
import { asked, bench, on } from '../bench';

function card(molt: MoltState) {
  return bench(MoltMarket, {}, molt === 'practice' ? 'practice' : 'busy', { molt });
}

describe('the MoltMarket account', () => {
  it('is connected by a key, and says what is wrong with one at the field', async () => {
    const { backend, user } = card('none');
    await user.click(await screen.findByTestId('molt-connect'));
    await user.click(screen.getByTestId('molt-key-keep'));
    expect(screen.getByTestId('molt-key')).toHaveAccessibleDescription(/Paste the key first/);
    await user.type(screen.getByTestId('molt-key'), 'a bad key');
    await user.click(screen.getByTestId('molt-key-keep'));
    await waitFor(() => expect(screen.getByTestId('molt-key')).toHaveAccessibleDescription(/not accepted/));
    expect(screen.getByTestId('molt-key')).toHaveAttribute('type', 'password');
    await user.clear(screen.getByTestId('molt-key'));
    await user.type(screen.getByTestId('molt-key'), ' moltmarket_live_good ');
    await user.click(screen.getByTestId('molt-key-keep'));
    expect(await screen.findByText(/Connected as Lin/)).toBeVisible();
    expect(asked(backend, 'molt.connect').at(-1)).toEqual({ key: 'moltmarket_live_good', base_url: null });
  });

  it('is registered only after the terms were accepted, within its limits, and then waits to be claimed', async () => {
    const { backend, user } = card('none');
    await user.click(await screen.findByTestId('molt-connect'));
    await user.click(screen.getByTestId('molt-way-new'));
    const form = screen.getByTestId('molt-register-form');
    expect(form).toHaveTextContent('accepts MoltMarket');
    expect(form).toHaveTextContent('once in seven days');
    await user.click(screen.getByTestId('molt-register'));
    expect(form).toHaveTextContent('terms have to be accepted');
    expect(screen.getByTestId('molt-new-name')).toHaveAccessibleDescription(/Give it a name/);
    await user.click(screen.getByTestId('molt-new-name'));
    await user.paste('n'.repeat(101));
    expect(screen.getByTestId('molt-new-name')).toHaveAccessibleDescription(/1 characters too many/);
    await user.click(screen.getByTestId('molt-terms'));
    await user.type(screen.getByTestId('molt-new-about'), 'Draws.');
    await user.click(screen.getByTestId('molt-register'));
    expect(asked(backend, 'molt.register')).toEqual([]);
    await user.clear(screen.getByTestId('molt-new-name'));
    await user.type(screen.getByTestId('molt-new-name'), 'too late');
    await user.click(screen.getByTestId('molt-register'));
    expect(await screen.findByTestId('molt-register-failure')).toHaveTextContent(/New account: MoltMarket allows no more for now/);
    await user.clear(screen.getByTestId('molt-new-name'));
    await user.type(screen.getByTestId('molt-new-name'), 'Fresh Paint');
    await user.type(screen.getByTestId('molt-new-words'), 'ink,');
    await user.click(screen.getByTestId('molt-register'));
    const claim = await screen.findByTestId('molt-claim');
    expect(claim).toHaveTextContent('reef-7Q2X');
    expect(within(claim).getByRole('link')).toHaveAttribute('href', expect.stringContaining('https://'));
    expect(asked(backend, 'molt.register').at(-1)).toEqual({ base_url: null, name: 'Fresh Paint', description: 'Draws.', capabilities: ['ink'], terms_seen: true });
  });

  it('shows link and code to copy until it is claimed, and looks when asked', async () => {
    const { backend, user } = card('unclaimed');
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    await user.click(await screen.findByTestId('molt-claim-code-copy'));
    expect(write).toHaveBeenLastCalledWith('reef-7Q2X');
    await user.click(screen.getByTestId('molt-claim-url-copy'));
    expect(write).toHaveBeenLastCalledWith(expect.stringContaining('/claim/'));
    await user.click(screen.getByTestId('molt-claim-look'));
    expect(await screen.findByText(/Not claimed yet/)).toBeVisible();
    expect(asked(backend, 'molt.poll_now')).toHaveLength(1);
  });

  it('takes notice by itself when it is claimed', async () => {
    const backend = new SampleBackend(scenario('busy', { molt: 'unclaimed' }));
    let claimed = false;
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'molt.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return claimed && command === 'molt.get' ? { ...answer, status: 'open', claim_url: null, claim_code: null } : answer;
    }) as typeof backend.call;
    on(backend, MoltMarket, {});
    expect(await screen.findByTestId('molt-claim')).toBeVisible();
    claimed = true;
    backend.emit({ kind: 'molt_changed' });
    await waitFor(() => expect(screen.queryByTestId('molt-claim')).toBeNull());
    expect(screen.getByTestId('molt-account')).toHaveTextContent('claimed by its owner');
  });

  it('in use says who, since when, how the inbox is read and what is left', async () => {
    const { backend, user } = card('open');
    const account = await screen.findByTestId('molt-account');
    expect(account).toHaveTextContent('Connected as Lin’s Studio');
    expect(account).toHaveTextContent('connected since');
    expect(screen.getByTestId('molt-key-place')).toHaveTextContent('the keychain of this computer');
    expect(screen.getByTestId('molt-inbox')).toHaveTextContent('every 10 minutes');
    await user.click(screen.getByTestId('molt-read'));
    expect(await screen.findByText('Read. Nothing new.')).toBeVisible();
    expect(asked(backend, 'molt.poll_now')).toHaveLength(1);
    const budgets = screen.getByTestId('molt-budgets');
    expect(budgets).toHaveTextContent('Messages 26 of 30 left in an hour');
    expect(budgets).toHaveTextContent('Changes of the profile 0 of 1 left in 30 minutes');
    expect(budgets).toHaveTextContent('Changes of a posted job: Translate my listing');
    expect(screen.getByTestId('molt-news')).toHaveTextContent(/A message\s*conversation read/);
    expect(screen.getByTestId('molt-news')).toHaveTextContent('Other news: festival_announced');
  });

  it('tells why the inbox could not be read', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'molt.poll_now', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'molt.poll_now' ? { ...answer, inbox: { ...answer.inbox, ok: false, problem: 'market_network' } } : answer;
    }) as typeof backend.call;
    const { user } = on(backend, MoltMarket, {});
    await user.click(await screen.findByTestId('molt-read'));
    expect(await screen.findByTestId('molt-read-outcome')).toHaveTextContent('It could not be read. The marketplace does not answer.');
  });

  it('is let go only after a yes that says what is lost', async () => {
    const { backend, user } = card('open');
    await user.click(await screen.findByTestId('molt-disconnect'));
    expect(asked(backend, 'molt.disconnect')).toEqual([]);
    expect(screen.getByTestId('molt-disconnect-dialog')).toHaveTextContent('cannot be connected again');
    await user.click(screen.getByTestId('molt-disconnect-yes'));
    expect(await screen.findByTestId('molt-connect')).toBeVisible();
    expect(asked(backend, 'molt.disconnect')).toHaveLength(1);
  });

  it.each([
    ['refused_key', 'MoltMarket refuses the key'],
    ['opening', 'MoltMarket does not answer'],
  ] as const)('in trouble (%s) says so and takes another key', async (state, words) => {
    const { user } = card(state);
    expect(await screen.findByText(words)).toBeVisible();
    await user.click(screen.getByTestId('molt-replace'));
    expect(screen.getByTestId('molt-key')).toBeVisible();
    expect(screen.queryByTestId('molt-way')).toBeNull();
  });

  it('of the practice can be neither changed nor let go', async () => {
    card('practice');
    expect(await screen.findByText(/Practice account/)).toBeVisible();
    expect(screen.queryByTestId('molt-replace')).toBeNull();
    expect(screen.queryByTestId('molt-disconnect')).toBeNull();
  });

  it('can be all there is: connecting ends without another account', async () => {
    const done = vi.fn();
    const { user } = bench(Welcome, { onback: () => undefined, onfinish: done }, 'welcome');
    await user.click(await screen.findByTestId('molt-connect'));
    expect(screen.queryByTestId('finish')).toBeNull();
    await user.type(screen.getByTestId('molt-key'), 'moltmarket_live_good');
    await user.click(screen.getByTestId('molt-key-keep'));
    await user.click(await screen.findByTestId('finish'));
    await waitFor(() => expect(done).toHaveBeenCalled());
  });

  it('says what failed', async () => {
    bench(MoltMarket, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});

describe('changed rules', () => {
  it.each([
    ['Connection', Connection],
    ['Jobs', Jobs],
  ])('stand on %s and are acknowledged only from the list of changes', async (_, place) => {
    const { backend, user } = bench(place, {}, 'busy');
    const banner = await screen.findByTestId('molt-rules');
    expect(banner).toHaveTextContent('version 2.3.0');
    expect(screen.queryByTestId('molt-rules-yes')).toBeNull();
    await user.click(screen.getByTestId('molt-rules-open'));
    expect(screen.getByTestId('molt-rules-dialog')).toHaveTextContent('Messages: at most 30 an hour.');
    expect(screen.getByTestId('molt-rules-dialog')).toHaveTextContent('up to version 2.2.0');
    expect(asked(backend, 'molt.acknowledge_rules')).toEqual([]);
    await user.click(screen.getByTestId('molt-rules-yes'));
    await waitFor(() => expect(screen.getByTestId('molt-rules')).toHaveTextContent('You have read'));
    expect(asked(backend, 'molt.acknowledge_rules')).toEqual([{ version: '2.3.0' }]);
  });

  it('are not there when there are none', async () => {
    bench(Jobs, {}, 'empty');
    await screen.findByTestId('jobs-tab');
    expect(screen.queryByTestId('molt-rules')).toBeNull();
  });
});
