import { screen, waitFor, within } from '@testing-library/svelte';
import { createEvent, fireEvent } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Order from './Order.svelte';
import { bench, on } from '../../../tests/bench';

const ORDER = { id: 'o-drawing' };

function file(name: string, size = 4): File {
  const made = new File(['x'.repeat(Math.min(size, 10))], name, { type: 'image/png' });
  Object.defineProperty(made, 'size', { value: size });
  return made;
}

async function choose(user: { upload: (input: HTMLElement, files: File[]) => Promise<void> }, ...files: File[]): Promise<void> {
  await screen.findByTestId('files');
  await user.upload(screen.getByTestId('files-input'), files);
}

describe('files of the seller', () => {
  it('go out after the yes and are listed on the order', async () => {
    const { backend, user } = bench(Order, ORDER, 'busy');
    await choose(user, file('fox.png'), file('fox.psd'));
    expect(screen.getAllByTestId('file-chosen')).toHaveLength(2);
    expect(backend.sentFiles.size).toBe(0);
    await user.click(screen.getByTestId('files-send'));
    await waitFor(() => expect(screen.getAllByTestId('file-sent')).toHaveLength(2));
    expect(screen.queryByTestId('file-chosen')).toBeNull();
    expect(backend.sentFiles.get('o-drawing')?.map(({ name }) => name)).toEqual(['fox.png', 'fox.psd']);
    expect(screen.getByText('2 sent. Hand the order over when nothing is missing.')).toBeInTheDocument();
  });

  it('that the marketplace would not take are told apart before anything is sent', async () => {
    const { backend, user } = bench(Order, ORDER, 'busy');
    await choose(user, file('setup.EXE'), file('empty.png', 0), file('film.mp4', 200_000_000), file('fox.png'));
    expect(screen.getAllByTestId('file-problem').map((problem) => problem.textContent)).toEqual([
      'The marketplace takes no .exe files. Put it into a zip.',
      'This file is empty.',
      'This is too large: the marketplace takes up to 104.9 MB.',
    ]);
    await user.click(screen.getByTestId('files-send'));
    await waitFor(() => expect(screen.getAllByTestId('file-chosen')).toHaveLength(3));
    expect(backend.sentFiles.get('o-drawing')?.map(({ name }) => name)).toEqual(['fox.png']);
    await user.click(within(screen.getAllByTestId('file-chosen')[0] as HTMLElement).getByRole('button', { name: 'Take setup.EXE off the list' }));
    expect(screen.getAllByTestId('file-chosen')).toHaveLength(2);
  });

  it('that did not arrive stay with the reason and can be sent again', async () => {
    const backend = new SampleBackend(scenario('busy'));
    backend.refusedFiles.add('fox.png');
    const { user } = on(backend, Order, ORDER);
    await choose(user, file('fox.png'));
    await user.click(screen.getByTestId('files-send'));
    expect(await screen.findByTestId('file-problem')).toHaveTextContent('A file of this name is on the order already. Give it another name.');
    backend.refusedFiles.clear();
    await user.click(screen.getByTestId('files-send'));
    await screen.findByTestId('file-sent');
  });

  it('can be dropped anywhere on the page', async () => {
    bench(Order, ORDER, 'busy');
    await screen.findByTestId('files');
    const carried = { types: ['Files'], files: [file('fox.png')] };
    const drop = createEvent.drop(document.body, { dataTransfer: carried });
    await fireEvent(document.body, drop);
    expect(await screen.findByTestId('file-chosen')).toHaveTextContent('fox.png');
    expect(drop.defaultPrevented).toBe(true);
  });

  it('say how far they are, that all went out is not that they arrived, and can be stopped', async () => {
    const backend = new SampleBackend(scenario('busy'));
    let refuse: (reason: DeskFailure) => void = () => undefined;
    backend.sendFile = () => new Promise((_, reject) => (refuse = reject));
    const { user } = on(backend, Order, ORDER);
    await choose(user, file('fox.png', 4_000_000), file('fox.psd'));
    await user.click(screen.getByTestId('files-send'));
    const bar = await screen.findByRole('progressbar', { name: 'Sending fox.png' });
    backend.emit({ kind: 'file_progress', order_id: 'o-drawing', name: 'fox.png', sent: 1_000_000, total: 4_000_000 });
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '1000000'));
    expect(bar).toHaveAttribute('aria-valuetext', '1 MB of 4 MB');
    backend.emit({ kind: 'file_progress', order_id: 'o-waiting', name: 'fox.png', sent: 4_000_000, total: 4_000_000 });
    expect(bar).toHaveAttribute('aria-valuenow', '1000000');
    backend.emit({ kind: 'file_progress', order_id: 'o-drawing', name: 'fox.png', sent: 4_000_000, total: 4_000_000 });
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuetext', 'Sent, waiting for the marketplace’s answer…'));
    await user.click(screen.getByTestId('file-stop'));
    expect(backend.calls).toContainEqual({ command: 'orders.stop_file', request: { order_id: 'o-drawing', name: 'fox.png' } });
    refuse(new DeskFailure({ code: 'file_stopped', message: '', detail: {} }));
    expect(await screen.findByTestId('file-problem')).toHaveTextContent('Stopped. Nothing of it is on the order.');
    // The one behind it was not begun.
    await waitFor(() => expect(screen.getAllByTestId('file-chosen')).toHaveLength(2));
    expect(screen.queryByRole('progressbar', { name: 'Sending fox.psd' })).toBeNull();
  });

  it('are stopped also when the yes to stop came before the stall had them', async () => {
    const backend = new SampleBackend(scenario('busy'));
    let refuse: (reason: DeskFailure) => void = () => undefined;
    backend.sendFile = () => new Promise((_, reject) => (refuse = reject));
    const { user } = on(backend, Order, ORDER);
    await choose(user, file('fox.png', 4_000_000));
    await user.click(screen.getByTestId('files-send'));
    const stop = await screen.findByRole('button', { name: 'Stop sending fox.png' });
    await user.click(stop);
    await user.click(stop);
    const asked = () => backend.calls.filter(({ command }) => command === 'orders.stop_file').length;
    expect(asked()).toBe(1);
    expect(screen.getAllByText('Stopping…')).toHaveLength(2);
    backend.emit({ kind: 'file_progress', order_id: 'o-drawing', name: 'fox.png', sent: 0, total: 4_000_000 });
    expect(asked()).toBe(2);
    refuse(new DeskFailure({ code: 'file_stopped', message: '', detail: {} }));
    await screen.findByTestId('file-problem');
    expect(stop).toHaveFocus();
    expect(stop).toHaveAccessibleName('Take fox.png off the list');
    // Sent again, it is not stopped by the word of before.
    await user.click(screen.getByTestId('files-send'));
    backend.emit({ kind: 'file_progress', order_id: 'o-drawing', name: 'fox.png', sent: 0, total: 4_000_000 });
    expect(asked()).toBe(2);
  });

  it('go out in sight, one after the other, in the sample stall too', async () => {
    const backend = new SampleBackend(scenario('busy', { sendMs: 20 }));
    const { user } = on(backend, Order, ORDER);
    const told: number[] = [];
    backend.events((event) => {
      if (event.kind === 'file_progress') told.push(event.sent);
    });
    await choose(user, file('fox.png', 4_000));
    await user.click(screen.getByTestId('files-send'));
    await screen.findByTestId('file-sent');
    expect(told).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  });

  it('are not asked for where the order takes none', async () => {
    bench(Order, { id: 'o-paid-moon' }, 'busy');
    await screen.findByTestId('pictures');
    expect(screen.queryByTestId('files')).toBeNull();
  });
});
