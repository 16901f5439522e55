import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { SampleBackend } from '$lib/backend/sample/sample';
import { openStall } from '../../../tests/stall';

const now = () => new Date().toISOString();

function dispute(backend: SampleBackend): void {
  backend.change('o-approve', { stage: 'delivered', market_status: 'in_dispute', hold: { code: 'disputed', detail: {}, since: now(), settle: 'none' } });
}

test('everything about an order is saved, large where it is disputed and small elsewhere', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  const save = vi.spyOn(backend, 'saveEvidence');
  await user.click(await screen.findByTestId('evidence'));
  expect(save).toHaveBeenCalledWith('o-approve', expect.stringMatching(/^order-[A-Za-z0-9-]+\.zip$/));
  dispute(backend);
  const banner = await screen.findByTestId('hold');
  await waitFor(() => expect(banner).toHaveTextContent('The buyer has opened a dispute'));
  await user.click(await within(banner).findByTestId('evidence'));
  expect(save).toHaveBeenCalledTimes(2);
  expect(screen.getAllByTestId('evidence')).toHaveLength(1);
});

test('a refund says what it comes to before it is sent, and its words go after it', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  expect(screen.queryByTestId('action-propose_refund')).toBeNull();
  dispute(backend);
  await user.click(await screen.findByTestId('action-propose_refund'));
  const dialog = await screen.findByTestId('refund');
  expect(await within(dialog).findByTestId('refund-comes-to')).toBeVisible();
  expect(screen.getByTestId('refund-yes')).toHaveTextContent('Propose 50 %');
  await user.click(within(dialog).getByLabelText('Another share'));
  const percent = within(dialog).getByTestId('refund-percent');
  await user.clear(percent);
  await user.type(percent, '101');
  expect(screen.getByTestId('refund-yes')).toBeDisabled();
  expect(dialog).toHaveTextContent('A whole number from 0 to 100.');
  await user.clear(percent);
  await user.type(percent, '30');
  await waitFor(() => expect(screen.getByTestId('refund-yes')).toBeEnabled());
  expect(backend.calls.some(({ command }) => command === 'orders.propose_refund')).toBe(false);
  await user.type(within(dialog).getByTestId('refund-words'), 'Sorry');
  await user.click(screen.getByTestId('refund-yes'));
  await waitFor(() => expect(screen.queryByTestId('refund')).toBeNull());
  const sent = backend.calls.filter(({ command }) => command === 'orders.propose_refund' || command === 'orders.message');
  expect(sent).toEqual([
    { command: 'orders.propose_refund', request: { order_id: 'o-approve', percent: 30 } },
    { command: 'orders.message', request: { order_id: 'o-approve', text: 'Sorry' } },
  ]);
  expect(await screen.findByTestId('money-refund')).toBeVisible();
});

test('a proposal is not sent twice when only its words fail', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  dispute(backend);
  await user.click(await screen.findByTestId('action-propose_refund'));
  await screen.findByTestId('refund-comes-to');
  await user.type(screen.getByTestId('refund-words'), 'Sorry');
  const call = backend.call.bind(backend);
  const failing = vi.spyOn(backend, 'call').mockImplementation((command, request) => (command === 'orders.message' ? Promise.reject(new Error('gone')) : call(command, request)));
  await user.click(screen.getByTestId('refund-yes'));
  expect(await screen.findByTestId('refund-only-words')).toBeVisible();
  failing.mockRestore();
  await user.click(screen.getByTestId('refund-yes'));
  await waitFor(() => expect(screen.queryByTestId('refund')).toBeNull());
  expect(backend.calls.filter(({ command }) => command === 'orders.propose_refund')).toHaveLength(1);
});

test('a picture like another buyer’s is shown before the yes, also when the yes stands elsewhere', async () => {
  const { backend, user } = await openStall('busy', '#/today');
  const other = backend.pictures[8];
  if (other === undefined) throw new Error('the sample has more pictures');
  backend.alikes.set('o-approve', [{ id: other.id, sha256: other.sha256, order_id: other.order_id, order_title: other.order_title, buyer_name: 'Jonas', created_at: other.created_at, same: false, deleted: false }]);
  const needs = await screen.findAllByTestId('settle');
  const approve = needs.find((button) => button.textContent.includes('Deliver'));
  if (approve === undefined) throw new Error('the sample has a picture to approve');
  await user.click(approve);
  const banner = await screen.findByTestId('hold');
  expect(within(banner).getByTestId('look-alikes')).toHaveTextContent('Jonas');
  expect(backend.calls.some(({ command }) => command === 'orders.approve')).toBe(false);
  await user.click(within(banner).getByTestId('settle'));
  expect(backend.calls).toContainEqual({ command: 'orders.approve', request: { id: 'o-approve' } });
});

test('a finished job whose payment is not noted has a column of its own', async () => {
  const { backend } = await openStall('busy', '#/orders');
  await screen.findByTestId('board');
  expect(screen.queryByTestId('column-direct')).toBeNull();
  backend.change('o-paid-moon', { market: 'moltmarket', listing_id: null, payment: 'expected' });
  const direct = await screen.findByTestId('column-direct');
  expect(within(direct).getByTestId('order-tile').dataset['order']).toBe('o-paid-moon');
  backend.change('o-paid-moon', { payment: 'received' });
  await waitFor(() => expect(screen.queryByTestId('column-direct')).toBeNull());
});
