import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { DeskFailure } from '../../src/lib/backend/backend';
import { SampleBackend, scenario } from '../../src/lib/backend/sample/sample';
import Messages from '../../src/screens/messages/Messages.svelte';
import { asked, bench, on } from '../bench';
import { openStall } from '../stall';

const inConversation = (id: string) => ({ open: { kind: 'conversation' as const, id } });
const text = () => screen.findByTestId<HTMLTextAreaElement>('letter-text');

describe('the list of messages', () => {
  it('shows both markets, the newest first, with what is unread and what needs the seller', async () => {
    bench(Messages, {}, 'busy');
    const rows = await screen.findAllByTestId('thread-row');
    const kinds = rows.map((row) => row.dataset['thread']?.split('/')[0]);
    expect(new Set(kinds)).toEqual(new Set(['conversation', 'order']));
    const first = rows.find((row) => row.dataset['thread'] === 'conversation/c1')!;
    expect(within(first).getByText('Harbour Books')).toBeVisible();
    expect(within(first).getByText('1 new')).toBeInTheDocument();
    expect(within(first).getByText('Held back')).toBeVisible();
  });

  it('is narrowed by kind and by words, and says what was found', async () => {
    const { backend, user } = bench(Messages, {}, 'busy');
    await screen.findAllByTestId('thread-row');
    await user.selectOptions(screen.getByTestId('threads-only'), 'unread');
    await waitFor(() => expect(asked(backend, 'messages.list').at(-1)).toMatchObject({ only: 'unread', after: null }));
    await user.selectOptions(screen.getByTestId('threads-only'), 'all');
    await user.type(screen.getByTestId('threads-search'), 'nobody says this');
    expect(await screen.findByText('Nothing fits')).toBeVisible();
    await user.click(screen.getByTestId('threads-clear'));
    expect(await screen.findAllByTestId('thread-row')).not.toHaveLength(0);
  });

  it('brings older conversations page by page, each once', async () => {
    const { user } = bench(Messages, {}, 'long');
    expect(await screen.findAllByTestId('thread-row')).toHaveLength(50);
    await user.click(screen.getByTestId('threads-more'));
    await waitFor(() => expect(screen.queryByTestId('threads-more')).toBeNull());
    const keys = screen.getAllByTestId('thread-row').map((row) => row.dataset['thread']);
    expect(keys.length).toBeGreaterThan(70);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is walked by keyboard, with one stop for the Tab key', async () => {
    const { user } = bench(Messages, {}, 'busy');
    await screen.findAllByTestId('thread-row');
    expect(screen.getAllByTestId('thread-row').filter((row) => row.tabIndex === 0)).toHaveLength(1);
    const rows = [screen.getByTestId('first-letter'), ...screen.getAllByTestId('thread-row')];
    await user.keyboard('j');
    expect(rows[0]).toHaveFocus();
    await user.keyboard('{ArrowDown}j{ArrowUp}');
    expect(rows[1]).toHaveFocus();
    await user.keyboard('/');
    expect(screen.getByTestId('threads-search')).toHaveFocus();
    await user.keyboard('j');
    expect(screen.getByTestId('threads-search')).toHaveValue('j');
  });

  it('says when there is none, when MoltMarket is missing, and what failed', async () => {
    const { unmount } = bench(Messages, {}, 'empty');
    expect(await screen.findByText('No messages yet')).toBeVisible();
    expect(screen.getByText('Connect it')).toHaveAttribute('href', '#/connection');
    unmount();
    bench(Messages, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });

  it('is counted beside the menu entry', async () => {
    const { backend } = await openStall('busy', '#/messages');
    const count = await screen.findByTestId('unread-count');
    expect(Number(count.getAttribute('title')?.match(/\d+/)?.[0])).toBe(2 + backend.orders.filter(({ unread, stage }) => unread && stage !== 'waiting').length);
  });
});

describe('a conversation', () => {
  it('tells who wrote what, the robot apart from the seller', async () => {
    bench(Messages, inConversation('c1'), 'busy');
    const letters = await screen.findAllByTestId('letter');
    expect(new Set(letters.map((letter) => letter.dataset['who']))).toEqual(new Set(['them', 'robot', 'seller']));
  });

  it('never loads a picture by itself: a link shows where it leads', async () => {
    const { container } = bench(Messages, inConversation('c1'), 'busy');
    const picture = await screen.findByTestId('picture-address');
    const link = within(picture).getByRole('link');
    expect(link).toHaveTextContent('A picture at pictures.harbour-books.example');
    expect(link).toHaveAttribute('rel', expect.stringContaining('noreferrer'));
    expect(container.querySelector('img[src^="http"]')).toBeNull();
  });

  it('marks signs of a scam', async () => {
    bench(Messages, inConversation('c2'), 'busy');
    expect(await screen.findAllByTestId('signs')).toHaveLength(2);
  });

  it('brings older letters and keeps their order', async () => {
    const { user } = bench(Messages, inConversation('c4'), 'busy');
    expect(await screen.findAllByTestId('letter')).toHaveLength(60);
    await user.click(screen.getByTestId('older'));
    await waitFor(() => expect(screen.getAllByTestId('letter')).toHaveLength(120));
    await user.click(screen.getByTestId('older'));
    await waitFor(() => expect(screen.queryByTestId('older')).toBeNull());
    const numbers = screen.getAllByTestId('letter').map((letter) => Number(/\d+/.exec(letter.textContent ?? '')?.[0]));
    expect(numbers).toEqual(Array.from({ length: 150 }, (_, nth) => nth + 1));
  });

  it('shows what was found in a held letter, and sends it only after a clear yes to exactly that', async () => {
    const { backend, user } = bench(Messages, inConversation('c1'), 'busy');
    expect(await screen.findByTestId('found')).toHaveTextContent('lin@example.example');
    await user.click(screen.getByTestId('letter-send-anyway'));
    const question = await screen.findByTestId('letter-question');
    expect(question).toHaveTextContent('Mine is lin@example.example if you want to send the text.');
    expect(asked(backend, 'people.send_held')).toHaveLength(0);
    await user.click(screen.getByTestId('letter-yes'));
    await waitFor(() => expect(asked(backend, 'people.send_held')).toHaveLength(1));
  });

  it('takes a held letter back into the box, before what is being written', async () => {
    const { backend, user } = bench(Messages, inConversation('c1'), 'busy');
    await user.type(await text(), 'And more');
    const [change] = screen.getAllByTestId('letter-change');
    await user.click(change!);
    await waitFor(() => expect(screen.getByTestId('letter-text')).toHaveValue('Of course. Mine is lin@example.example if you want to send the text.\n\nAnd more'));
    expect(asked(backend, 'people.take_back')).toHaveLength(1);
    expect(screen.queryByTestId('found')).toBeNull();
    await user.clear(await text());
  });

  it('tries a failed letter again, and throws one away only after a yes', async () => {
    const { backend, user } = bench(Messages, inConversation('c1'), 'busy');
    await user.click(await screen.findByTestId('letter-retry'));
    await waitFor(() => expect(asked(backend, 'people.send_held')).toHaveLength(1));
    await user.click(screen.getAllByTestId('letter-discard').at(-1)!);
    expect(asked(backend, 'people.discard_held')).toHaveLength(0);
    await user.click(await screen.findByTestId('letter-yes'));
    await waitFor(() => expect(asked(backend, 'people.discard_held')).toHaveLength(1));
  });

  it('a secret is not offered for sending', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    vi.spyOn(backend, 'call').mockImplementation(async (command, request) => {
      const answer = await call(command, request);
      if (command === 'people.conversation') for (const each of (answer as { letters: { secret: boolean; state: string }[] }).letters) each.secret = each.state === 'held';
      return answer;
    });
    on(backend, Messages, inConversation('c1'));
    await screen.findByTestId('found');
    expect(screen.queryByTestId('letter-send-anyway')).toBeNull();
  });

  it('is read again when the other side writes, and the new words are spoken', async () => {
    const { backend } = bench(Messages, inConversation('c3'), 'busy');
    await screen.findAllByTestId('letter');
    const before = asked(backend, 'people.conversation').length;
    backend.emit({ kind: 'letter_received', conversation_id: 'somebody else' });
    backend.hear('c3', 'One more thing');
    await waitFor(() => expect(screen.getByTestId('news')).toHaveTextContent('Ana: One more thing'));
    expect(asked(backend, 'people.conversation')).toHaveLength(before + 1);
  });
});

describe('writing', () => {
  it('sends each letter with a key of its own, by button and by keyboard', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await user.type(await text(), 'Thank you');
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(screen.getByTestId('letter-text')).toHaveValue(''));
    await user.type(await text(), 'First line{Enter}second');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(asked(backend, 'people.send').at(-1)).toMatchObject({ text: 'First line\nsecond' }));
    await user.click(screen.getByTestId('enter-sends'));
    await user.type(await text(), 'Until tomorrow{Enter}');
    await waitFor(() => expect(asked(backend, 'people.send').at(-1)).toMatchObject({ text: 'Until tomorrow' }));
    await user.click(screen.getByTestId('enter-sends'));
    expect(new Set(asked(backend, 'people.send').map(({ key }) => key)).size).toBe(3);
  });

  it('keeps the words and the key when sending failed', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await user.type(await text(), 'Once only');
    const call = vi.spyOn(backend, 'call').mockRejectedValueOnce(new Error('gone'));
    await user.click(screen.getByTestId('letter-send'));
    expect(await screen.findByTestId('send-problem')).toBeVisible();
    expect(screen.getByTestId('letter-text')).toHaveValue('Once only');
    const [, lost] = call.mock.calls.find(([command]) => command === 'people.send') ?? [];
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(asked(backend, 'people.send')).toHaveLength(1));
    expect(asked(backend, 'people.send')[0]?.key).toBe((lost as { key: string }).key);
  });

  it('keeps a draft for each thread, and says so in the list', async () => {
    const { user } = await openStall('busy', '#/messages/conversation/c3');
    await user.type(await text(), 'Half a thought');
    location.hash = '#/messages/conversation/c2';
    await waitFor(() => expect(screen.getByTestId('letter-text')).toHaveValue(''));
    expect(await screen.findByText('Draft')).toBeVisible();
    location.hash = '#/messages/conversation/c3';
    await waitFor(() => expect(screen.getByTestId('letter-text')).toHaveValue('Half a thought'));
    await user.clear(await text());
  });

  it('shows what is left of the allowance, and when more comes back', async () => {
    const { unmount } = bench(Messages, inConversation('c3'), 'busy');
    expect(await screen.findByTestId('budget')).toHaveTextContent('26 of 30 messages left this hour');
    unmount();
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    const free = new Date(Date.now() + 12.5 * 60_000).toISOString();
    vi.spyOn(backend, 'call').mockImplementation((command, request) =>
      command === 'people.budgets' ? (Promise.resolve({ budgets: [{ operation: 'send-message', subject: null, used: 30, limit: 30, window_seconds: 3600, free_again_at: free }] }) as never) : call(command, request),
    );
    on(backend, Messages, inConversation('c3'));
    await waitFor(() => expect(screen.getByTestId('budget')).toHaveTextContent('All 30 messages of this hour are used. The next can go in 12 minutes'));
  });

  it('sends a picture by its address, once it is a web address', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await user.type(await text(), 'Look');
    await user.click(screen.getByTestId('letter-with-picture'));
    await user.type(screen.getByTestId('letter-picture'), 'javascript:alert(1)');
    expect(screen.getByTestId('letter-send')).toBeDisabled();
    await user.clear(screen.getByTestId('letter-picture'));
    await user.type(screen.getByTestId('letter-picture'), 'https://pictures.example/1.png');
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(asked(backend, 'people.send').at(-1)).toMatchObject({ image_url: 'https://pictures.example/1.png' }));
  });

  it('sends a picture of the gallery by a link made for it, and says why there is none', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await user.type(await text(), 'Look');
    await user.click(screen.getByTestId('letter-with-picture'));
    await user.click(screen.getByTestId('letter-gallery'));
    const picker = await screen.findByTestId('gallery-picker');
    await user.click((await within(picker).findAllByRole('button', { name: /^Use the picture/ }))[0]!);
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>('letter-picture').value).toMatch(/^https:\/\/stall\.example\/files\//));
    expect(screen.getByText(/^Opens until .+, while your stall is open\.$/)).toBeVisible();
    const { value } = screen.getByTestId<HTMLInputElement>('letter-picture');
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(asked(backend, 'people.send').at(-1)).toMatchObject({ text: 'Look', image_url: value }));

    await user.type(await text(), 'Again');
    await user.click(screen.getByTestId('letter-with-picture'));
    const call = backend.call.bind(backend);
    vi.spyOn(backend, 'call').mockImplementation((command, request) => (command === 'people.picture_address' ? (Promise.reject(new DeskFailure({ code: 'no_links', message: 'none', detail: {} })) as never) : call(command, request)));
    await user.click(screen.getByTestId('letter-gallery'));
    await user.click((await within(await screen.findByTestId('gallery-picker')).findAllByRole('button', { name: /^Use the picture/ }))[0]!);
    expect(await screen.findByText(/^No link can be made now/)).toBeVisible();
    expect(screen.getByTestId('letter-picture')).toHaveValue('');
    await user.clear(await text());
  });

  it('drafts an answer that is read, changed and sent by the seller, and says why it drafts none', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await user.type(await text(), 'My own words.');
    await user.click(screen.getByTestId('letter-suggest'));
    await waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>('letter-text').value).toBe('My own words.\n\nThank you for asking! I will look into it and answer you here shortly.'));
    expect(asked(backend, 'replies.suggest')).toEqual([{ kind: 'conversation', id: 'c3' }]);
    expect(screen.getByTestId('drafted')).toHaveTextContent('Drafted by the model. Read it before you send it.');
    expect(asked(backend, 'people.send')).toEqual([]);
    await user.clear(await text());
    expect(screen.queryByTestId('drafted')).toBeNull();
    await user.type(await text(), 'Mine');
    const call = backend.call.bind(backend);
    vi.spyOn(backend, 'call').mockImplementation((command, request) => (command === 'replies.suggest' ? (Promise.reject(new DeskFailure({ code: 'reply_refused', message: '', detail: {} })) as never) : call(command, request)));
    await user.click(screen.getByTestId('letter-suggest'));
    expect(await screen.findByTestId('send-problem')).toHaveTextContent('The model would not write an answer');
    expect(screen.getByTestId('letter-text')).toHaveValue('Mine');
    await user.clear(await text());
  });

  it('fills in a saved reply, and keeps new ones', async () => {
    const { backend, user } = bench(Messages, inConversation('c3'), 'busy');
    await text();
    await user.click(screen.getByTestId('replies-open'));
    await user.click(await screen.findByTestId('reply-use'));
    await waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>('letter-text').value).toMatch(/^Thank you, Ana! You will hear from Lin’s Studio soon\.$/));
    await user.click(screen.getByTestId('replies-open'));
    await user.click(await screen.findByTestId('reply-new'));
    await user.type(screen.getByTestId('reply-name'), 'Soon');
    await user.click(screen.getByTestId('reply-save'));
    await waitFor(() => expect(asked(backend, 'replies.save').at(-1)?.replies.map(({ name }) => name)).toEqual(['Thank you', 'Soon']));
    await user.click((await screen.findAllByTestId('reply-drop'))[0]!);
    await waitFor(() => expect(asked(backend, 'replies.save').at(-1)?.replies.map(({ name }) => name)).toEqual(['Soon']));
    await user.keyboard('{Escape}');
    await user.clear(await text());
  });
});

describe('the thread of an order', () => {
  it('opens in place with what the order is, and answers the buyer', async () => {
    const { backend, user } = bench(Messages, { open: { kind: 'order', id: 'o-approve' } }, 'busy');
    expect(await screen.findByTestId('open-order')).toHaveAttribute('href', '#/orders/o-approve');
    await user.type(await text(), 'It is nearly done');
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(asked(backend, 'orders.message').at(-1)).toEqual({ order_id: 'o-approve', text: 'It is nearly done' }));
  });
});

describe('a first letter', () => {
  it('finds somebody and writes to them', async () => {
    const { backend, user } = await openStall('busy', '#/messages/new');
    const [first] = await screen.findAllByTestId('person');
    if (first === undefined) throw new Error('the sample has people');
    await user.click(first);
    await waitFor(() => expect(location.hash).toBe('#/messages/new/p1'));
    await user.type(await text(), 'Hello');
    await user.click(screen.getByTestId('letter-send'));
    await waitFor(() => expect(asked(backend, 'people.start').at(-1)).toMatchObject({ person_id: 'p1', text: 'Hello', job_id: null }));
    expect((await screen.findAllByTestId('unsent')).length).toBeGreaterThan(0);
  });
});
