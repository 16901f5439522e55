import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import type { SearchHit } from '$lib/backend/generated/contract';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Search from '../../src/frame/Search.svelte';
import { asked, bench, on } from '../bench';

const hit = (kind: string, id: string, text: string): SearchHit => ({ kind, id, title: [{ text, found: false }], excerpt: [], name: null, sha256: null, at: null });

/** A stall whose searches are answered by hand, in any order. */
function byHand() {
  const backend = new SampleBackend(scenario('busy'));
  const call = backend.call.bind(backend);
  const waiting: { words: string; answer: (hits: SearchHit[]) => void; refuse: (failure: DeskFailure) => void }[] = [];
  backend.call = ((command: 'search.find', request: { words: string }) => {
    if (command !== 'search.find') return call(command, request as never);
    return new Promise<unknown>((resolve, reject) => waiting.push({ words: request.words, answer: (hits) => resolve({ hits }), refuse: reject }));
  }) as typeof backend.call;
  return { backend, waiting };
}

async function opened(shown: { user: ReturnType<typeof on>['user'] }) {
  await shown.user.keyboard('{Control>}k{/Control}');
  return screen.findByTestId('search-field');
}

describe('search over everything', () => {
  it('opens by its key and by its button, has the keyboard at once, and closes by Escape', async () => {
    const { user } = bench(Search, {}, 'busy');
    const opener = await screen.findByTestId('search-open');
    expect(opener).toHaveAccessibleName('Search everything');
    await user.click(opener);
    const field = await screen.findByTestId('search-field');
    await waitFor(() => expect(field).toHaveFocus());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('search-field')).not.toBeInTheDocument());
    await user.keyboard('{Meta>}k{/Meta}');
    expect(await screen.findByTestId('search-field')).toBeVisible();
    await user.keyboard('{Meta>}k{/Meta}');
    await waitFor(() => expect(screen.queryByTestId('search-field')).not.toBeInTheDocument());
  });

  it('waits for an input method', async () => {
    const { backend, waiting } = byHand();
    const shown = on(backend, Search, {});
    const field = (await opened(shown)) as HTMLInputElement;
    field.value = 'hu';
    await fireEvent(field, new InputEvent('input', { bubbles: true, isComposing: true }));
    expect(screen.getByRole('status')).not.toHaveTextContent('Searching');
    field.value = '狐狸';
    await fireEvent(field, new InputEvent('input', { bubbles: true, isComposing: true }));
    await fireEvent.compositionEnd(field);
    await waitFor(() => expect(waiting.map(({ words }) => words)).toEqual(['狐狸']));
  });

  it('finds orders, marks the words as text, and opens what is chosen', async () => {
    const shown = bench(Search, {}, 'busy');
    const field = await opened(shown);
    await shown.user.type(field, 'brighter');
    const groups = await screen.findByRole('group', { name: 'Messages about orders' });
    const first = within(groups).getAllByRole('option')[0];
    expect(first?.querySelector('mark')).toHaveTextContent('brighter');
    expect(first).toHaveTextContent('<b>Thanks</b>');
    expect(first?.querySelector('b')).toBeNull();
    expect(field).toHaveAttribute('aria-activedescendant', screen.getAllByRole('option')[0]?.id);
    await shown.user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(screen.queryByTestId('search-field')).not.toBeInTheDocument());
    expect(location.hash).toMatch(/^#\/orders\/./);
  });

  it('asks once when somebody stops typing, and drops answers to what is no longer asked', async () => {
    const { backend, waiting } = byHand();
    const shown = on(backend, Search, {});
    const field = await opened(shown);
    await shown.user.type(field, 'fo');
    await waitFor(() => expect(waiting.map(({ words }) => words)).toEqual(['fo']));
    await shown.user.type(field, 'x');
    await waitFor(() => expect(waiting.map(({ words }) => words)).toEqual(['fo', 'fox']));
    waiting[1]?.answer([hit('order', 'new', 'A fox')]);
    expect(await screen.findByText('A fox')).toBeVisible();
    waiting[0]?.answer([hit('order', 'old', 'Something stale')]);
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByText('Something stale')).not.toBeInTheDocument();
    expect(screen.getByText('A fox')).toBeVisible();
  });

  it.each([
    ['order', '#/orders/a%2F1'],
    ['message', '#/orders/a%2F1'],
    ['conversation', '#/messages/conversation/a%2F1'],
    ['letter', '#/messages/conversation/a%2F1'],
    ['listing', '#/listings/a%2F1'],
    ['picture', '#/gallery/a%2F1'],
    ['application', '#/jobs/mine/a%2F1'],
    ['posted', '#/jobs/hiring/a%2F1'],
    ['person', '#/jobs/people/a%2F1'],
  ])('leads from a %s to %s', async (kind, address) => {
    const { backend, waiting } = byHand();
    const shown = on(backend, Search, {});
    await shown.user.type(await opened(shown), 'zzz');
    await waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.answer([hit(kind, 'a/1', 'Here'), hit('brand_new', 'x', 'From tomorrow')]);
    await shown.user.click(await screen.findByText('Here'));
    expect(location.hash).toBe(address);
    expect(screen.queryByText('From tomorrow')).not.toBeInTheDocument();
  });

  it('knows the screens and the parts of the settings by name', async () => {
    const shown = bench(Search, {}, 'empty');
    const field = await opened(shown);
    expect(within(await screen.findByRole('group', { name: 'Go to' })).getAllByRole('option')).toHaveLength(9);
    expect(asked(shown.backend, 'search.find')).toEqual([]);
    await shown.user.type(field, 'spending');
    await shown.user.click(await screen.findByRole('option', { name: 'Spending limits' }));
    expect(location.hash).toBe('#/settings/caps');
  });

  it('goes round by the arrow keys', async () => {
    const shown = bench(Search, {}, 'empty');
    await opened(shown);
    const options = await screen.findAllByRole('option');
    await shown.user.keyboard('{ArrowUp}');
    expect(options.at(-1)).toHaveAttribute('aria-selected', 'true');
    await shown.user.keyboard('{ArrowDown}');
    expect(options[0]).toHaveAttribute('aria-selected', 'true');
  });

  it('says that nothing was found only once that is known', async () => {
    const { backend, waiting } = byHand();
    const shown = on(backend, Search, {});
    await shown.user.type(await opened(shown), 'qqqq');
    await waitFor(() => expect(waiting).toHaveLength(1));
    expect(screen.queryByTestId('search-nothing')).not.toBeInTheDocument();
    waiting[0]?.answer([]);
    expect(await screen.findByTestId('search-nothing')).toHaveTextContent('Nothing has these words');
    await shown.user.keyboard('{Enter}');
    expect(screen.getByTestId('search-field')).toBeVisible();
  });

  it('says why a search did not work', async () => {
    const { backend, waiting } = byHand();
    const shown = on(backend, Search, {});
    await shown.user.type(await opened(shown), 'fox');
    await waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.refuse(new DeskFailure({ code: 'storage', message: '', detail: {} }));
    expect(await screen.findByTestId('search-failed')).toBeVisible();
    expect(screen.queryByTestId('search-nothing')).not.toBeInTheDocument();
  });

  it('remembers nothing', async () => {
    const shown = bench(Search, {}, 'busy');
    await shown.user.type(await opened(shown), 'brighter');
    await screen.findByRole('group', { name: 'Messages about orders' });
    await shown.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('search-field')).not.toBeInTheDocument());
    const field = await opened(shown);
    expect(field).toHaveValue('');
    expect(screen.queryByRole('group', { name: 'Messages about orders' })).not.toBeInTheDocument();
  });
});
