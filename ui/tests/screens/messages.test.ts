import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import Messages from '../../src/screens/messages/Messages.svelte';
import { asked, bench } from '../bench';

describe('messages', () => {
  it('write back in the thread that is open, each letter with a key of its own', async () => {
    const { backend, user } = bench(Messages, {}, 'busy');
    const [first] = await screen.findAllByTestId('conversation');
    await user.click(first!);
    for (const text of ['Thank you', 'Until tomorrow']) {
      await user.type(await screen.findByTestId('letter-text'), text);
      await user.click(screen.getByTestId('letter-send'));
      await waitFor(() => expect(asked(backend, 'people.send').at(-1)).toMatchObject({ text }));
    }
    const keys = asked(backend, 'people.send').map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it('read the open thread again when the other side writes', async () => {
    const { backend, user } = bench(Messages, {}, 'busy');
    const [first] = await screen.findAllByTestId('conversation');
    await user.click(first!);
    await screen.findByTestId('letter-text');
    const id = asked(backend, 'people.conversation').at(-1)?.id ?? '';
    const before = asked(backend, 'people.conversation').length;
    backend.emit({ kind: 'letter_received', conversation_id: 'somebody else' });
    backend.emit({ kind: 'letter_received', conversation_id: id });
    await waitFor(() => expect(asked(backend, 'people.conversation')).toHaveLength(before + 1));
  });

  it('say when there are none, and what failed', async () => {
    const { unmount } = bench(Messages, {}, 'empty');
    expect(await screen.findByText('No messages yet')).toBeVisible();
    unmount();
    bench(Messages, {}, 'error');
    expect(await screen.findByTestId('error-panel')).toBeVisible();
  });
});
