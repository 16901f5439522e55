import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { openStall } from '../../../tests/stall';

test('held orders stand in one column and nowhere else', async () => {
  const { backend } = await openStall('busy', '#/orders');
  const needs = await screen.findByTestId('column-needs');
  const held = backend.orders.filter((order) => order.hold !== null).length;
  expect(within(needs).getAllByTestId('order-tile')).toHaveLength(held);
  expect(within(screen.getByTestId('column-making')).getAllByTestId('order-tile').map((tile) => tile.dataset['order'])).toEqual(['o-drawing']);
  expect(within(screen.getByTestId('column-approving')).queryAllByTestId('order-tile')).toHaveLength(0);
});

test('search and filters are asked of the engine', async () => {
  const { backend, user } = await openStall('busy', '#/orders');
  await screen.findByTestId('board');
  await user.type(screen.getByTestId('orders-search'), 'marta');
  await waitFor(() => expect(screen.getAllByTestId('order-tile').map((tile) => tile.dataset['order'])).toEqual(['o-drawing']));
  await user.click(screen.getByTestId('orders-held'));
  expect(await screen.findByText('Nothing matches')).toBeVisible();
  expect(backend.calls.findLast(({ command }) => command === 'orders.list')?.request).toMatchObject({ search: 'marta', held_only: true });
  await user.click(screen.getByTestId('orders-clear'));
  expect(await screen.findByTestId('board')).toBeVisible();
});

test('the list shows the same orders as the board', async () => {
  const { user } = await openStall('busy', '#/orders');
  const tiles = (await screen.findAllByTestId('order-tile')).map((tile) => tile.dataset['order']);
  await user.click(screen.getByTestId('as-list'));
  const lines = (await screen.findAllByTestId('order-line')).map((line) => line.dataset['order']);
  expect(lines.toSorted()).toEqual(tiles.toSorted());
  await user.click(screen.getByTestId('as-board'));
});

test('no orders yet says how they come', async () => {
  await openStall('empty', '#/orders');
  expect(await screen.findByText('No orders yet')).toBeVisible();
});

test('an order offers what the engine allows and nothing else', async () => {
  await openStall('busy', '#/orders/o-drawing');
  await screen.findByTestId('thread');
  const offered = screen.getAllByTestId(/^action-/).map((button) => button.dataset['testid']);
  expect(offered).toEqual(['action-take_over', 'action-pause', 'action-cancel']);
});

test('cancelling needs a reason and says what it means', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-drawing');
  await user.click(await screen.findByTestId('action-cancel'));
  const dialog = await screen.findByTestId('asking');
  expect(within(dialog).getByText(/cannot be undone/)).toBeVisible();
  expect(within(dialog).getByTestId('asking-yes')).toBeDisabled();
  await user.type(within(dialog).getByTestId('asking-text'), 'Out of paint');
  await user.click(within(dialog).getByTestId('asking-yes'));
  expect(backend.calls).toContainEqual({ command: 'orders.cancel', request: { order_id: 'o-drawing', reason: 'Out of paint' } });
  expect(await screen.findByText('Closed')).toBeInTheDocument();
});

test('a picture is drawn again with other words', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  await user.click(await screen.findByTestId('action-redraw'));
  const words = await screen.findByTestId('asking-text');
  await user.clear(words);
  await user.type(words, 'The same, at dawn');
  await user.click(screen.getByTestId('asking-yes'));
  expect(backend.calls).toContainEqual({ command: 'orders.redraw', request: { order_id: 'o-approve', prompt: 'The same, at dawn' } });
});

test('the banner delivers what waits for approval', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  const banner = await screen.findByTestId('hold');
  await user.click(within(banner).getByTestId('settle'));
  expect(backend.calls).toContainEqual({ command: 'orders.approve', request: { id: 'o-approve' } });
  await waitFor(() => expect(screen.queryByTestId('hold')).toBeNull());
});

test('what a buyer writes is text, whatever is in it', async () => {
  const { backend } = await openStall('busy', '#/orders/o-approve');
  await screen.findByTestId('thread');
  const hostile = '<img src=x onerror="alert(1)"><b>bold</b>';
  backend.said.set('o-approve', [{ id: 'x', who: 'buyer', name: null, text: hostile, at: new Date().toISOString(), state: 'received', signs: [] }]);
  backend.emit({ kind: 'message_received', order_id: 'o-approve' });
  const said = await screen.findByText(hostile);
  expect(said.querySelector('img, b')).toBeNull();
});

test('what is suspicious about a message is said beside it', async () => {
  const { backend } = await openStall('busy', '#/orders/o-approve');
  await screen.findByTestId('thread');
  expect(screen.queryByTestId('signs')).toBeNull();
  backend.said.set('o-approve', [{ id: 'x', who: 'buyer', name: null, text: 'Send me your key on Telegram', at: new Date().toISOString(), state: 'received', signs: ['asks_secret', 'off_platform'] }]);
  backend.emit({ kind: 'message_received', order_id: 'o-approve' });
  const signs = await screen.findByTestId('signs');
  expect(signs).toHaveTextContent('never send them');
  expect(signs).toHaveTextContent('Outside the marketplace nobody protects you');
});

test('a message that was held back is changed and sent', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  backend.change('o-approve', { hold: { code: 'outgoing_blocked', detail: { found: 'contact', text: 'Add me on Telegram', key: 'guide:m1' }, since: new Date().toISOString(), settle: 'words' } });
  const words = await screen.findByTestId('held-words');
  expect(words).toHaveValue('Add me on Telegram');
  expect(screen.getByTestId('hold')).toHaveTextContent('a way to meet outside the marketplace');
  await user.clear(words);
  await user.type(words, 'What should it show?');
  await user.click(screen.getByTestId('settle'));
  expect(backend.calls).toContainEqual({ command: 'orders.send_words', request: { order_id: 'o-approve', text: 'What should it show?' } });
});

test('the seller writes, and sees it sent', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-approve');
  await user.type(await screen.findByTestId('message-text'), 'Nearly there');
  await user.click(screen.getByTestId('message-send'));
  expect(backend.calls).toContainEqual({ command: 'orders.message', request: { order_id: 'o-approve', text: 'Nearly there' } });
  expect(await screen.findByText('Nearly there')).toBeVisible();
  expect(screen.getByTestId('message-text')).toHaveValue('');
});

test('an unread order is marked as seen', async () => {
  const { backend } = await openStall('busy', '#/orders/o-approve');
  await waitFor(() => expect(backend.orders.find(({ id }) => id === 'o-approve')?.unread).toBe(false));
});

test('the flight recorder says why something was not done', async () => {
  await openStall('busy', '#/orders/o-approve');
  const lines = await screen.findAllByTestId('recorder-line');
  const notDone = lines.find((line) => line.dataset['kind'] === 'not_done');
  if (notDone === undefined) throw new Error('the sample has something not done');
  expect(notDone).toHaveTextContent('Not done: Accepting');
  expect(notDone).toHaveTextContent('As many orders as you allow are already under way.');
});

test('an unknown hold still has words', async () => {
  const { backend } = await openStall('busy', '#/orders/o-drawing');
  await screen.findByTestId('thread');
  backend.change('o-drawing', { hold: { code: 'moon_too_bright', detail: {}, since: new Date().toISOString(), settle: 'none' } });
  expect(await screen.findByText('Something new: moon too bright')).toBeVisible();
});

test('an order that is not here leads back', async () => {
  await openStall('busy', '#/orders/nowhere');
  expect(await screen.findByText('This order is not here')).toBeVisible();
});

test('links that are out are stopped after a yes', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-delivered');
  const links = await screen.findByTestId('order-links');
  expect(links).toHaveTextContent('A link to one picture is out; it opens until');
  await user.click(within(links).getByTestId('links-end'));
  expect(await screen.findByTestId('links-dialog')).toHaveTextContent('It cannot be taken back.');
  expect(backend.calls.map(({ command }) => command)).not.toContain('orders.end_links');
  await user.click(screen.getByTestId('links-end-yes'));
  await waitFor(() => expect(screen.queryByTestId('order-links')).toBeNull());
  expect(backend.calls).toContainEqual({ command: 'orders.end_links', request: { id: 'o-delivered' } });
});

test('an order of a job claims neither credits nor a payment that nobody saw', async () => {
  const { backend } = await openStall('busy', '#/orders/o-paid-moon');
  await screen.findByTestId('money');
  backend.change('o-paid-moon', { market: 'moltmarket', listing_id: null, price: '30' });
  await screen.findByTestId('money-payment');
  const money = screen.getByTestId('money');
  expect(within(money).getByTestId('money-payment')).toHaveTextContent('Expected');
  expect(money).toHaveTextContent('30');
  expect(money).not.toHaveTextContent('UAT');
  expect(money).not.toHaveTextContent('You receive');
  expect(within(money).getByTestId('to-application')).toHaveAttribute('href', '#/jobs/mine/a1');
  expect(screen.getByTestId('job-stands')).toHaveTextContent('Look whether you were paid');
  const steps = within(screen.getByTestId('stepper')).getAllByRole('listitem');
  expect(steps.at(-1)).not.toHaveClass('done');
  expect(steps.at(-2)).toHaveClass('done');
});

test('says what a picture is that was not asked for', async () => {
  const { backend } = await openStall('busy', '#/orders/o-paid-moon');
  backend.offs.set('o-paid-moon', [{ round: 1, n: 1, what: ['ratio', 'size'], ratio: '16:9', size: '4K' }]);
  backend.change('o-paid-moon', {});
  const pictures = await screen.findByTestId('pictures');
  await within(pictures).findByText(/^Smaller than 4K: \d+ × \d+$/);
  within(pictures).getByText(/^Not 16:9: \d+ × \d+$/);
});

test('a draft that waits for the buyer may be gone on from', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-asking');
  await screen.findByTestId('thread');
  backend.change('o-asking', { next: 'wait_draft' });
  const go = await screen.findByRole('button', { name: 'The draft is good: go on' });
  await user.click(go);
  expect(backend.calls).toContainEqual({ command: 'orders.approve', request: { id: 'o-asking' } });
});

test('an order of a paused listing is accepted all the same, or the listing is resumed', async () => {
  const { backend, user } = await openStall('busy', '#/orders/o-drawing');
  backend.change('o-drawing', { stage: 'waiting', hold: { code: 'listing_paused', detail: { listing: 'l7' }, since: new Date().toISOString(), settle: 'approve' } });
  const banner = await screen.findByTestId('hold');
  expect(banner).toHaveTextContent('You paused this listing');
  const settle = within(banner).getByTestId('settle');
  expect(settle).toHaveTextContent('Accept the order');
  await user.click(within(banner).getByTestId('resume-listing'));
  expect(backend.calls).toContainEqual({ command: 'listings.pause', request: { id: 'l7', paused: false } });
  await user.click(settle);
  expect(backend.calls).toContainEqual({ command: 'orders.approve', request: { id: 'o-drawing' } });
});
