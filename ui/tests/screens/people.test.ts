import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import { DeskFailure } from '$lib/backend/backend';
import type { MoltState } from '$lib/backend/sample/account';
import People from '../../src/screens/jobs/People.svelte';
import Person from '../../src/screens/jobs/Person.svelte';
import Profile from '../../src/screens/jobs/Profile.svelte';
import { asked, bench, on } from '../bench';

const BTC = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const ETH = '0x52908400098527886E0F7030069857D2E4169EE7';

function profile(molt: MoltState = 'open') {
  const made = bench(Profile, {}, 'busy', { molt });
  return made;
}

async function fresh() {
  const undo = await screen.findByTestId('profile-look').then(() => screen.queryByTestId('profile-undo'));
  undo?.click();
}

describe('the own profile', () => {
  it('sends only what changed, after showing exactly that', async () => {
    const { backend, user } = profile();
    await fresh();
    expect(screen.getByTestId('profile-look')).toBeDisabled();
    await user.type(screen.getByTestId('profile-about'), ' Also ink.');
    await user.click(screen.getByTestId('profile-look'));
    const dialog = await screen.findByTestId('profile-dialog');
    expect(within(dialog).getByTestId('profile-change')).toHaveTextContent('posters. Also ink.');
    expect(within(dialog).getByTestId('profile-change')).not.toHaveTextContent('Ethereum');
    expect(asked(backend, 'molt.profile_save')).toEqual([]);
    await user.click(screen.getByTestId('profile-send'));
    await waitFor(() => expect(asked(backend, 'molt.profile_save')).toEqual([{ description: 'Watercolour pictures for children’s books and posters. Also ink.', capabilities: null, avatar_url: null, wallets: null }]));
    expect(await screen.findByTestId('profile-pending')).toHaveTextContent(/Goes out in 1[78] minutes/);
  });

  it('replaces wallets as a whole and says what is wrong with each at its place', async () => {
    const { backend, user } = profile();
    await fresh();
    await user.click(screen.getByTestId('wallet-add'));
    const [, second] = screen.getAllByTestId('wallet-address');
    await user.type(second as HTMLElement, '0x12');
    await user.click(screen.getByTestId('profile-look'));
    expect(await screen.findByTestId('wallet-problem')).toHaveTextContent('not a whole address');
    expect(second).toHaveAccessibleDescription(/not a whole address/);
    expect(screen.queryByTestId('profile-dialog')).toBeNull();
    await user.selectOptions(screen.getAllByTestId('wallet-kind')[1] as HTMLElement, 'btc');
    await user.clear(second as HTMLElement);
    await user.type(second as HTMLElement, ` ${BTC} `);
    await user.click(screen.getByTestId('profile-look'));
    const dialog = await screen.findByTestId('profile-dialog');
    expect(dialog).toHaveTextContent(ETH);
    expect(dialog).toHaveTextContent(BTC);
    expect(dialog).toHaveTextContent('replaced by exactly these');
    await user.click(screen.getByTestId('profile-send'));
    await waitFor(() =>
      expect(asked(backend, 'molt.profile_save').at(-1)?.wallets).toEqual([
        { kind: 'eth', address: ETH },
        { kind: 'btc', address: BTC },
      ]),
    );
  });

  it('does not take a picture away that the market would keep', async () => {
    const backend = new SampleBackend(scenario('busy', { molt: 'open' }));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'molt.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'molt.get' && answer.profile !== null ? { ...answer, own_id: 'with a picture', profile: { ...answer.profile, avatar_url: 'https://a.example/b.png' } } : answer;
    }) as typeof backend.call;
    const { user } = on(backend, Profile, {});
    await user.clear(await screen.findByTestId('profile-avatar'));
    await user.click(screen.getByTestId('profile-look'));
    expect(screen.getByTestId('profile-avatar')).toHaveAccessibleDescription(/but not none/);
    expect(asked(backend, 'molt.profile_check')).toEqual([]);
  });

  it('shows what waits and takes it back', async () => {
    const { backend, user } = profile('pending');
    expect(await screen.findByTestId('profile-pending')).toHaveTextContent(BTC);
    await user.click(screen.getByTestId('profile-take-back'));
    await waitFor(() => expect(screen.queryByTestId('profile-pending')).toBeNull());
    expect(asked(backend, 'molt.profile_take_back')).toHaveLength(1);
  });

  it('says why the market did not take it', async () => {
    profile('refused');
    expect(await screen.findByTestId('profile-pending')).toHaveTextContent('content rules do not allow');
  });

  it('keeps what is typed when the profile changes elsewhere', async () => {
    const backend = new SampleBackend(scenario('busy', { molt: 'open' }));
    let words = 'As it was.';
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'molt.get', request: Record<symbol, never>) => {
      const answer = await call(command, request);
      return command === 'molt.get' && answer.profile !== null ? { ...answer, own_id: 'changes', profile: { ...answer.profile, description: words } } : answer;
    }) as typeof backend.call;
    const { user } = on(backend, Profile, {});
    await user.type(await screen.findByTestId('profile-about'), ' Mine.');
    words = 'As it is now.';
    backend.emit({ kind: 'molt_changed' });
    const note = await screen.findByTestId('profile-moved');
    expect(screen.getByTestId('profile-about')).toHaveValue('As it was. Mine.');
    await user.click(within(note).getByRole('button'));
    expect(screen.getByTestId('profile-about')).toHaveValue('As it is now.');
  });

  it('leads to Connection without an account, and says what failed', async () => {
    const { unmount } = bench(Profile, {}, 'empty');
    expect(await screen.findByRole('link', { name: 'Go to Connection' })).toBeVisible();
    unmount();
    bench(Profile, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});

describe('people', () => {
  it('are listed with rating and signs, and read on piece by piece', async () => {
    const { backend, user } = bench(People, {}, 'busy', { molt: 'crowd' });
    expect(await screen.findAllByTestId('person')).toHaveLength(20);
    const [harbour, , quick, own] = screen.getAllByTestId('person');
    expect(harbour).toHaveTextContent('4.6(12 reviews)');
    expect(quick).toHaveTextContent('Be careful with what they say');
    expect(own).toHaveTextContent('You');
    expect(screen.getByText('20 of 45 shown')).toBeVisible();
    await user.click(screen.getByTestId('people-more'));
    await waitFor(() => expect(screen.getAllByTestId('person')).toHaveLength(40));
    await user.click(screen.getByTestId('people-more'));
    await waitFor(() => expect(screen.getAllByTestId('person')).toHaveLength(45));
    expect(screen.queryByTestId('people-more')).toBeNull();
    expect(asked(backend, 'people.agents').map(({ offset }) => offset)).toEqual([0, 20, 40]);
  });

  it('are narrowed by kind, skill and whether they are verified', async () => {
    const { backend, user } = bench(People, {}, 'busy');
    await screen.findAllByTestId('person');
    await user.click(screen.getByTestId('people-kind-ai'));
    await waitFor(() => expect(screen.getAllByTestId('person')).toHaveLength(1));
    await user.click(screen.getByTestId('people-verified'));
    expect(await screen.findByText('Nobody fits')).toBeVisible();
    await user.click(screen.getByTestId('people-kind-all'));
    await user.type(screen.getByTestId('people-skills'), 'publishing{Enter}');
    await waitFor(() => expect(screen.getAllByTestId('person')).toHaveLength(1));
    expect(asked(backend, 'people.agents').at(-1)).toEqual({ kind: 'all', verified: true, skills: ['publishing'], limit: 20, offset: 0 });
  });

  it('need an account, and say what failed', async () => {
    const { unmount } = bench(People, {}, 'empty');
    expect(await screen.findByText('MoltMarket is not connected')).toBeVisible();
    unmount();
    bench(People, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });

  it('each have a page with what others say, where they are paid, and the way to write', async () => {
    bench(Person, { id: 'p1' }, 'busy');
    expect(await screen.findByTestId('person-reviews')).toHaveTextContent('paid at once');
    expect(screen.getByTestId('person-wallets')).toHaveTextContent(ETH);
    expect(screen.getByTestId('person-write')).toHaveAttribute('href', '#/messages/new/p1');
  });

  it('can be nobody, or oneself', async () => {
    const { unmount } = bench(Person, { id: 'nobody' }, 'busy');
    expect(await screen.findByText('They are not on MoltMarket')).toBeVisible();
    unmount();
    bench(Person, { id: 'me' }, 'busy');
    expect(await screen.findByRole('link', { name: 'Change my profile' })).toBeVisible();
    expect(screen.queryByTestId('person-report')).toBeNull();
  });

  it('are reported after a look at exactly what is sent', async () => {
    const { backend, user } = bench(Person, { id: 'p3' }, 'busy');
    expect(await screen.findByTestId('signs')).toHaveTextContent('On MoltMarket the work comes first');
    await user.click(screen.getByTestId('person-report'));
    expect(screen.getByTestId('report-dialog')).toHaveTextContent('Reports left today: 4 of 5');
    await user.click(screen.getByTestId('report-reason-other'));
    expect(screen.getByTestId('report-look')).toBeDisabled();
    await user.type(screen.getByTestId('report-details'), 'They asked for my seed phrase');
    await user.click(screen.getByTestId('report-look'));
    expect(screen.getByTestId('report-dialog')).toHaveTextContent('They asked for my seed phrase');
    expect(asked(backend, 'people.report')).toEqual([]);
    await user.click(screen.getByTestId('report-yes'));
    expect(await screen.findByTestId('report-problem')).toHaveTextContent('words that look like those of a wallet');
    await user.clear(screen.getByTestId('report-details'));
    await user.type(screen.getByTestId('report-details'), 'A deposit.');
    await user.click(screen.getByTestId('report-look'));
    await user.click(screen.getByTestId('report-yes'));
    expect(await screen.findByTestId('person-reported')).toHaveTextContent('no answer comes here');
    expect(asked(backend, 'people.report').at(-1)).toEqual({ person_id: 'p3', reason: 'other', details: 'A deposit.' });
  });

  it('say when it is not certain whether a report arrived', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = ((command, request) => (command === 'people.report' ? Promise.reject(new DeskFailure({ code: 'unclear', message: '', detail: {} })) : call(command, request))) as typeof backend.call;
    const { user } = on(backend, Person, { id: 'p2' });
    await user.click(await screen.findByTestId('person-report'));
    await user.click(screen.getByTestId('report-look'));
    await user.click(screen.getByTestId('report-yes'));
    expect(await screen.findByTestId('report-problem')).toHaveTextContent('not certain whether the report arrived');
  });
});
