import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import type { MoneyView } from '$lib/backend/generated/contract';
import Money from '../../src/screens/money/Money.svelte';
import { scale } from '../../src/screens/money/amounts';
import { asked, bench, on } from '../bench';

/** The sample with some of its money changed. */
function changed(change: (view: MoneyView) => void): SampleBackend {
  const backend = new SampleBackend(scenario('busy'));
  const call = backend.call.bind(backend);
  backend.call = (async (command: 'money.get', request: never) => {
    const answer = await call(command, request);
    if (command === 'money.get') change(answer as MoneyView);
    return answer;
  }) as typeof backend.call;
  return backend;
}

describe('money', () => {
  it('shows what came, waits and went, each in its own currency', async () => {
    bench(Money, {}, 'busy');
    expect(await screen.findByTestId('money-earned')).toHaveTextContent('1,083 UAT');
    expect(screen.getByTestId('money-awaited')).toHaveTextContent('76 UAT');
    expect(screen.getByTestId('money-spent')).toHaveTextContent('$32.74');
    expect(screen.getByTestId('money-profit')).toHaveTextContent('about $75.56');
    expect(screen.getByText(/A credit is counted as \$0\.10/)).toBeVisible();
    expect(screen.queryByTestId('money-practice')).not.toBeInTheDocument();
  });

  it('never adds jobs paid by hand to the other market', async () => {
    const { user } = bench(Money, {}, 'busy');
    await user.click(await screen.findByTestId('money-market-moltmarket'));
    const figures = screen.getByTestId('money-figures');
    expect(figures).toHaveTextContent('Received, as you noted');
    expect(screen.getByTestId('money-earned')).not.toHaveTextContent(/UAT|\$/);
    expect(screen.queryByTestId('money-profit')).not.toBeInTheDocument();
    expect(screen.getByTestId('money-unknown')).toHaveTextContent('One payment has no amount noted');
    expect(within(figures).getByText('You noted that this payment did not come.')).toBeVisible();
    expect(screen.getAllByTestId('bar-said')).toHaveLength(2);
  });

  it('goes from week to week by the arrow keys and says each in words', async () => {
    const { user } = bench(Money, {}, 'busy');
    const bars = await screen.findAllByTestId('bar');
    expect(bars).toHaveLength(12);
    expect(bars.filter((bar) => bar.tabIndex === 0)).toEqual([bars[11]]);
    bars[11]?.focus();
    await user.keyboard('{ArrowLeft}');
    expect(bars[10]).toHaveFocus();
    // The week that cost more than it brought.
    expect(screen.getByTestId('bar-said')).toHaveTextContent(/Earned 228 UAT · Fees 12 UAT · Spent on models \$26\.40 · Profit about −\$3\.60/);
    expect(bars[10]).toHaveAccessibleName(/Profit about −\$3\.60/);
    await user.keyboard('{Home}{ArrowLeft}');
    expect(bars[0]).toHaveFocus();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(bars[3]).toHaveAccessibleName(/nothing moved$/);
    await user.keyboard('{End}');
    expect(bars[11]).toHaveFocus();
  });

  it('shows the same numbers as a table, the newest first, with their sum', async () => {
    const { user } = bench(Money, {}, 'busy');
    await user.click(await screen.findByTestId('money-as-table'));
    const rows = within(screen.getByTestId('money-table')).getAllByRole('row');
    expect(rows).toHaveLength(14);
    expect(rows[0]).toHaveTextContent(/When\s*Earned\s*Fees\s*Spent on models\s*Profit/);
    expect(rows[2]).toHaveTextContent(/228 UAT\s*12 UAT\s*\$26\.40\s*−\$3\.60/);
    expect(rows[13]).toHaveTextContent(/Altogether\s*1,083 UAT\s*57 UAT\s*\$32\.74\s*\$75\.56/);
    expect(screen.queryAllByTestId('bar')).toHaveLength(0);
  });

  it('asks anew for another time', async () => {
    const { backend, user } = bench(Money, {}, 'busy');
    await screen.findByTestId('money-earned');
    await user.click(screen.getByTestId('money-span-week'));
    await waitFor(() => expect(screen.getAllByTestId('bar')).toHaveLength(7));
    expect(asked(backend, 'money.get')).toEqual([{ span: 'weeks12' }, { span: 'week' }]);
    expect(screen.getByRole('heading', { name: 'Day by day' })).toBeVisible();
    backend.emit({ kind: 'order_changed', id: 'o1' });
    await waitFor(() => expect(asked(backend, 'money.get')).toHaveLength(3));
    expect(asked(backend, 'money.get').at(-1)).toEqual({ span: 'week' });
  });

  it('names what brought it and leads to the listing', async () => {
    bench(Money, {}, 'busy');
    const listings = await screen.findByTestId('money-by-listing');
    expect(within(listings).getByRole('link', { name: 'Your pet in watercolour' })).toHaveAttribute('href', '#/listings/l1');
    expect(within(listings).queryByRole('link', { name: /Logo sketch/ })).not.toBeInTheDocument();
    expect(within(listings).getByText('Your own requests')).toBeVisible();
    expect(within(listings).getByRole('row', { name: /Logo sketch/ })).toHaveTextContent('−$16.87');
  });

  it('shows the limits with what is used, and where they are set', async () => {
    bench(Money, {}, 'busy');
    const caps = await screen.findByTestId('money-caps');
    expect(caps).toHaveTextContent('$4.31 of $5.00');
    expect(within(caps).getByRole('link', { name: 'Change' })).toHaveAttribute('href', '#/settings/caps');
    expect(within(caps).getByRole('link', { name: 'A fox in the snow' })).toHaveAttribute('href', '#/orders/o-drawing');
    expect(screen.getByTestId('money-warning')).toHaveTextContent('may not last another day');
  });

  it('says when a limit is reached, when there is none, and what a code means that nobody knows', async () => {
    on(
      changed((view) => {
        view.caps = { ...view.caps, day_used: '5', order: null, costliest: null };
        view.model = { balance: null, seen_at: null, spent_since: '0', warning: 'brand_new' };
      }),
      Money,
      {},
    );
    const caps = await screen.findByTestId('money-caps');
    expect(caps).toHaveTextContent('The limit is reached');
    expect(caps).toHaveTextContent('No order at work has cost anything yet.');
    expect(screen.getByTestId('money-model')).toHaveTextContent('Your provider did not say what is left.');
    expect(screen.getByTestId('money-warning')).toHaveTextContent('brand new');
  });

  it('saves a table of the time that is shown', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const save = vi.spyOn(backend, 'saveMoney');
    const { user } = on(backend, Money, {});
    await user.click(await screen.findByTestId('money-save'));
    expect(save).toHaveBeenCalledWith('weeks12', expect.stringMatching(/^stallkeeper-weeks12-\d{4}-\d\d-\d\d\.csv$/));
  });

  it('tells a stall that earned nothing what will stand here, and still its limits', async () => {
    const { user } = bench(Money, {}, 'empty');
    await screen.findByText('Nothing earned yet');
    await user.click(screen.getByTestId('money-span-all'));
    expect(screen.getByTestId('money-caps')).toBeVisible();
    expect(screen.queryByTestId('money-save')).not.toBeInTheDocument();
  });

  it('offers no other marketplace where nothing moved', async () => {
    on(changed((view) => view.books.push({ ...view.books[0]!, market: 'moltmarket', currency: null, awaited: '0', total: { earned: '0', fees: '0', refunded: '0', paid_out: '0', spent_usd: '0', profit_usd: null }, bars: [], listings: [] }) && view.books.splice(1, 1)), Money, {});
    await screen.findByTestId('money-earned');
    expect(screen.queryByTestId('money-market')).not.toBeInTheDocument();
  });

  it('leads from a quiet time to what was before', async () => {
    const { user } = on(
      changed((view) => {
        if (view.span !== 'all') view.books = [];
      }),
      Money,
      {},
    );
    await screen.findByText('Nothing moved in this time');
    await user.click(screen.getByTestId('money-all'));
    expect(await screen.findByTestId('money-earned')).toBeVisible();
  });

  it('marks practice money as practice', async () => {
    bench(Money, {}, 'practice');
    expect(await screen.findByTestId('money-practice')).toHaveTextContent('Nothing here is real');
    expect(screen.queryByTestId('money-model')).not.toBeInTheDocument();
  });

  it('says what went wrong and tries again', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    let fails = true;
    backend.call = ((command: 'money.get', request: never) =>
      command === 'money.get' && fails ? Promise.reject(new DeskFailure({ code: 'storage', message: '', detail: {} })) : call(command, request)) as typeof backend.call;
    const { user } = on(backend, Money, {});
    await screen.findByTestId('error-panel');
    fails = false;
    await user.click(screen.getByTestId('try-again'));
    expect(await screen.findByTestId('money-earned')).toBeVisible();
  });
});

describe('the scale of a chart', () => {
  it.each([
    [[0, 3, 7], { least: 0, most: 8, ticks: [0, 2, 4, 6, 8] }],
    [[-3, 22], { least: -10, most: 30, ticks: [-10, 0, 10, 20, 30] }],
    [[0, 0], { least: 0, most: 1, ticks: [0] }],
    [[-4, -1], { least: -4, most: 0, ticks: [-4, -3, -2, -1, 0] }],
  ])('of %j is round', (values, wanted) => {
    expect(scale(values)).toEqual({ ...wanted, ticks: wanted.ticks.map((tick) => expect.closeTo(tick, 6)) });
  });
});
