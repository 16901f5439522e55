import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { openStall } from '../../../tests/stall';

test('the first delivered order is four clicks away', async () => {
  const { backend, user } = await openStall('welcome', '#/today', { stepMs: 5 });
  let clicks = 0;
  const click = async (testid: string) => {
    await user.click(await screen.findByTestId(testid));
    clicks += 1;
  };

  expect(screen.getByTestId('door-practise'), 'practising is the default').toHaveFocus();
  await click('door-practise');
  expect(await screen.findByTestId('practice-words')).toBeVisible();
  await click('first-listing');
  await click('listing-publish');
  await click('listing-publish-yes');

  await waitFor(() => expect(backend.orders[0]?.stage).toBe('paid'));
  expect(await screen.findByText('Your first order is delivered')).toBeVisible();
  expect(clicks).toBe(4);
});

test('a key says what it proved before it is used', async () => {
  const { backend, user } = await openStall('welcome');
  await user.click(screen.getByTestId('door-connect'));

  await user.type(screen.getByTestId('market-key'), 'am_wrong_key');
  expect(await screen.findByText('This key is not accepted. Is it copied whole?')).toBeVisible();
  expect(screen.getByTestId('market-key-use')).toBeDisabled();

  await user.clear(screen.getByTestId('market-key'));
  await user.type(screen.getByTestId('market-key'), 'am_good_key');
  expect(await screen.findByText('Hello, Lin’s Studio: your key works.')).toBeVisible();
  expect(backend.stall.mode, 'trying a key changes nothing').toBe('welcome');

  await user.click(screen.getByTestId('market-key-use'));
  expect(await screen.findByText('Connected')).toBeVisible();

  await user.type(screen.getByTestId('model-key'), 'sk_good_key');
  await waitFor(() => expect(screen.getByTestId('model-key-use')).toBeEnabled());
  await user.click(screen.getByTestId('model-key-use'));
  await user.click(await screen.findByText('Go to my stall'));
  expect(await screen.findByRole('heading', { level: 1, name: 'Today' })).toBeVisible();
  expect(backend.stall.mode).toBe('live');
});

test('keys are taken over from a file, and unknown names are told', async () => {
  const { user } = await openStall('welcome');
  await user.click(screen.getByTestId('door-connect'));
  await user.click(screen.getByTestId('way-file'));
  await user.click(screen.getByTestId('import-text'));
  await user.paste('OPENROUTER_API_KEY=sk_good\nWEBHOOK_PATH=/hook\nFOO=1');
  await user.click(screen.getByTestId('import-read'));
  const found = await screen.findByTestId('import-found');
  expect(within(found).getByText(/WEBHOOK_PATH/)).toBeVisible();
  expect(within(found).getByText(/FOO/)).toBeVisible();
  expect(screen.queryByText('OPENROUTER_API_KEY=sk_good', { exact: false }), 'the pasted text is gone').toBeNull();
});

test('a new account needs a name, a description and an e-mail address', async () => {
  const { backend, user } = await openStall('welcome');
  await user.click(screen.getByTestId('door-connect'));
  await user.click(screen.getByTestId('way-new'));
  await user.type(screen.getByTestId('register-name'), 'Willow');
  await user.type(screen.getByTestId('register-about'), 'Trees in ink');
  await user.type(screen.getByTestId('register-email'), 'w@example.org');
  await user.click(screen.getByTestId('register'));
  expect(await screen.findByText('Hello, Willow: your key works.')).toBeVisible();
  expect(backend.calls.find(({ command }) => command === 'welcome.register_market')?.request).toEqual({ base_url: null, name: 'Willow', description: 'Trees in ink', owner_email: 'w@example.org' });
});
