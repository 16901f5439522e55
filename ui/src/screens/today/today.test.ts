import { render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { openStall } from '../../../tests/stall';
import App from '../../App.svelte';
import { SampleBackend, scenario } from '../../lib/backend/sample/sample';

test('what needs the seller is settled where it stands', async () => {
  const { backend, user } = await openStall('busy');
  const cards = await screen.findAllByTestId('needs-you');
  const failed = cards.find((card) => card.dataset['hold'] === 'draw_failed');
  if (failed === undefined) throw new Error('the sample has a failed drawing');
  await user.click(within(failed).getByTestId('settle'));
  expect(backend.calls).toContainEqual({ command: 'orders.retry', request: { id: 'o-failed' } });
  await waitFor(() => expect(screen.queryByText('The picture could not be drawn')).toBeNull());
});

test('of very many a few are shown, and more when asked', async () => {
  const { backend, user } = await openStall('busy');
  const [first] = await screen.findAllByTestId('needs-you');
  expect(first).toBeDefined();
  expect(screen.queryByTestId('today-more')).toBeNull();
  const held = backend.orders.find((order) => order.hold?.code === 'draw_failed');
  if (held === undefined) throw new Error('the sample has a failed drawing');
  const before = backend.orders.filter((order) => order.hold !== null).length;
  backend.orders = [...backend.orders, ...Array.from({ length: 20 }, (_, nth) => ({ ...held, id: `o-more-${String(nth)}` }))];
  backend.change('o-failed', { unread: true });
  const more = await screen.findByTestId('today-more');
  expect(screen.getAllByTestId('needs-you')).toHaveLength(12);
  expect(more).toHaveTextContent(`(${String(before + 20 - 12)} left)`);
  await user.click(more);
  await waitFor(() => expect(screen.getAllByTestId('needs-you')).toHaveLength(Math.min(24, before + 20)));
});

test('a hold that needs words leads to the order', async () => {
  await openStall('busy');
  const cards = await screen.findAllByTestId('needs-you');
  const disputed = cards.find((card) => card.dataset['hold'] === 'disputed');
  if (disputed === undefined) throw new Error('the sample has a dispute');
  expect(within(disputed).getByTestId('settle')).toHaveAttribute('href', '#/orders/o-disputed');
});

test('an order under way shows its walk and its progress', async () => {
  await openStall('busy');
  const orders = await screen.findAllByTestId('running-order');
  const drawing = orders.find((order) => order.dataset['order'] === 'o-drawing');
  if (drawing === undefined) throw new Error('the sample draws');
  expect(within(drawing).getByRole('progressbar', { name: 'Drawing' })).toBeInTheDocument();
  const steps = within(drawing).getAllByRole('listitem');
  expect(steps.map((step) => step.getAttribute('aria-current'))).toEqual([null, null, null, 'step', null, null, null]);
});

test('the screen reads again when an order changes', async () => {
  const { backend } = await openStall('busy');
  await screen.findAllByTestId('needs-you');
  backend.change('o-asking', { hold: { code: 'buyer_asks', detail: { question: 'Hm?' }, since: new Date().toISOString(), settle: 'reply' } });
  expect(await screen.findByText('The buyer has a question')).toBeVisible();
});

test('a new stall is led to its first listing', async () => {
  await openStall('empty');
  expect(await screen.findByTestId('first-steps')).toHaveAttribute('data-step', '1');
  expect(screen.getByTestId('first-listing')).toHaveAttribute('href', '#/listings/new');
});

test('a stall without a market of listings is led to its first job', async () => {
  const backend = new SampleBackend(scenario('empty'));
  const call = backend.call.bind(backend);
  backend.call = (async (command: 'today.get', request: Record<symbol, never>) => {
    const answer = await call(command, request);
    return command === 'today.get' ? { ...answer, lists: false } : answer;
  }) as typeof backend.call;
  location.hash = '#/today';
  render(App, { backend });
  expect(await screen.findByTestId('first-job')).toHaveAttribute('href', '#/jobs');
  expect(screen.queryByTestId('first-listing')).toBeNull();
});

test('what did not load is told in words with a way to try again', async () => {
  const { backend, user } = await openStall('error');
  expect(await screen.findByText('The disk did not take it. Is there room left?')).toBeVisible();
  const before = backend.calls.filter(({ command }) => command === 'today.get').length;
  await user.click(screen.getByTestId('try-again'));
  expect(backend.calls.filter(({ command }) => command === 'today.get').length).toBe(before + 1);
});

test('the language changes every word at once', async () => {
  const { user } = await openStall('busy');
  await user.click(screen.getByTestId('language-zh-CN'));
  expect(await screen.findByRole('heading', { level: 1, name: '今天' })).toBeVisible();
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(screen.queryByText('Needs you')).toBeNull();
});

test('the sign opens and closes the stall', async () => {
  const { backend, user } = await openStall('busy');
  await user.click(screen.getByTestId('open-switch'));
  expect(backend.stall.open).toBe(false);
  expect(await screen.findByText('The stall is closed')).toBeVisible();
});

test('a clicked notice opens its order', async () => {
  const { backend } = await openStall('busy');
  backend.emit({ kind: 'open_order', id: 'o-approve' });
  expect(await screen.findByRole('heading', { level: 1, name: 'Book cover, painted by hand look' })).toBeVisible();
});
