import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Gallery from '../../src/screens/gallery/Gallery.svelte';
import { asked, bench, on } from '../bench';

describe('the gallery', () => {
  it('says what will be here while there is nothing', async () => {
    bench(Gallery, { open: null }, 'empty');
    expect(await screen.findByText('No pictures yet')).toBeVisible();
    expect(screen.queryByTestId('gallery-search')).toBeNull();
  });

  it('says what failed and tries again', async () => {
    const { backend, user } = bench(Gallery, { open: null }, 'error');
    await user.click(await screen.findByTestId('try-again'));
    await waitFor(() => expect(asked(backend, 'gallery.list')).toHaveLength(2));
  });

  it('searches by words and rating, and lets go of both', async () => {
    const { backend, user } = bench(Gallery, { open: null }, 'busy');
    await screen.findByText('60 pictures');
    await user.type(screen.getByTestId('gallery-search'), 'nothing like it');
    expect(await screen.findByText('Nothing matches')).toBeVisible();
    expect(asked(backend, 'gallery.list').at(-1)?.search).toBe('nothing like it');
    await user.click(screen.getByRole('button', { name: 'Show all pictures' }));
    await screen.findByText('60 pictures');
    await user.selectOptions(screen.getByTestId('gallery-rating'), '5');
    await waitFor(() => expect(asked(backend, 'gallery.list').at(-1)?.min_rating).toBe(5));
  });

  it('does not search for the signs an input method is still at work on', async () => {
    const { backend } = bench(Gallery, { open: null }, 'busy');
    await screen.findByText('60 pictures');
    const field = screen.getByTestId<HTMLInputElement>('gallery-search');
    vi.useFakeTimers();
    for (const value of ['h', 'hu', 'hu li']) {
      field.value = value;
      await fireEvent(field, new InputEvent('input', { bubbles: true, isComposing: true }));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    vi.useRealTimers();
    field.value = '狐狸';
    await fireEvent.compositionEnd(field);
    await waitFor(() => expect(asked(backend, 'gallery.list').at(-1)?.search).toBe('狐狸'));
    expect(asked(backend, 'gallery.list').map((list) => list.search)).toEqual([null, '狐狸']);
  });

  it('reads again when a picture was made', async () => {
    const { backend } = bench(Gallery, { open: null }, 'busy');
    await screen.findByText('60 pictures');
    backend.pictures = backend.pictures.slice(1);
    backend.emit({ kind: 'picture_made', order_id: null, sha256: 'x' });
    expect(await screen.findByText('59 pictures')).toBeVisible();
  });
});

describe('the viewer', () => {
  it('shows the whole picture with how it was made', async () => {
    bench(Gallery, { open: 'p3' }, 'busy');
    const details = await screen.findByTestId('picture-details');
    expect(details).toHaveTextContent('A fox in a birch wood');
    expect(details).toHaveTextContent('google/gemini-2.5-flash-image');
    expect(details).toHaveTextContent('$0.0387');
    expect(screen.getByTestId('picture-order')).toHaveAttribute('href', '#/orders/o-approve');
    await waitFor(() => expect(screen.getByTestId('viewer-image')).toHaveAttribute('alt', expect.stringContaining('A fox')));
  });

  it('turns by arrow keys and stops at the ends', async () => {
    bench(Gallery, { open: 'p0' }, 'busy');
    await screen.findByTestId('viewer-image');
    expect(screen.getByTestId('viewer-previous')).toBeDisabled();
    await fireEvent.keyDown(window, { key: 'ArrowRight' });
    expect(location.hash).toBe('#/gallery/p1');
    await fireEvent.keyDown(window, { key: 'ArrowLeft' });
    // At the first there is nowhere further to go.
    expect(location.hash).toBe('#/gallery/p1');
  });

  it('keeps a rating and takes it away again', async () => {
    const { backend, user } = bench(Gallery, { open: 'p3' }, 'busy');
    await user.click(await screen.findByTestId('rate-5'));
    await waitFor(() => expect(asked(backend, 'gallery.rate')).toEqual([{ id: 'p3', rating: 5 }]));
    await waitFor(() => expect(screen.getByTestId('rate-5')).toHaveAttribute('aria-pressed', 'true'));
    await user.click(screen.getByTestId('rate-5'));
    await waitFor(() => expect(asked(backend, 'gallery.rate').at(-1)).toEqual({ id: 'p3', rating: 0 }));
  });

  it('saves under a name a file system takes', async () => {
    const backend = new SampleBackend(scenario('busy'));
    backend.pictures = backend.pictures.map((picture) => ({ ...picture, order_title: '../..\\Moon: 月亮?' }));
    const save = vi.spyOn(backend, 'savePicture');
    const { user } = on(backend, Gallery, { open: 'p3' });
    await screen.findByTestId('picture-details');
    await user.click(await screen.findByTestId('save-picture'));
    expect(save).toHaveBeenCalledWith(backend.pictures[3]?.sha256, '-Moon-月亮--1.png');
  });

  it('says so when the picture is not there', async () => {
    bench(Gallery, { open: 'gone' }, 'busy');
    expect(await screen.findByText('This picture is not in the gallery')).toBeVisible();
  });
});

describe('tags', () => {
  it('are added, taken off and narrow the gallery', async () => {
    const { backend, user } = bench(Gallery, { open: 'p3' }, 'busy');
    await user.type(await screen.findByTestId('tag-add'), 'to print{Enter}');
    await waitFor(() => expect(asked(backend, 'gallery.tag')).toEqual([{ id: 'p3', tag: 'to print', on: true }]));
    expect(await screen.findByText('to print')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Take off the tag winter' }));
    await waitFor(() => expect(asked(backend, 'gallery.tag').at(-1)).toEqual({ id: 'p3', tag: 'winter', on: false }));
    await user.click(screen.getByRole('button', { name: '狐狸' }));
    await waitFor(() => expect(asked(backend, 'gallery.list').at(-1)?.tag).toBe('狐狸'));
  });

  it('say why one was not taken', async () => {
    const backend = new SampleBackend(scenario('busy'));
    const call = backend.call.bind(backend);
    backend.call = ((command, request) =>
      command === 'gallery.tag' ? Promise.reject(new DeskFailure({ code: 'invalid', message: '', detail: { field: 'tag', problem: 'too_many' } })) : call(command, request)) as typeof backend.call;
    const { user } = on(backend, Gallery, { open: 'p3' });
    await user.type(await screen.findByTestId('tag-add'), 'one more{Enter}');
    expect(await screen.findByText('A picture has at most 20 tags.')).toBeVisible();
    expect(screen.getByTestId('tag-add')).toHaveValue('one more');
  });

  it('are chosen from those in use', async () => {
    const { backend, user } = bench(Gallery, { open: null }, 'busy');
    await screen.findByText('60 pictures');
    await user.selectOptions(await screen.findByTestId('gallery-tag'), 'winter');
    expect(await screen.findByText('3 pictures')).toBeVisible();
    expect(asked(backend, 'gallery.list').at(-1)?.tag).toBe('winter');
  });
});

describe('what is done with a picture', () => {
  it('warns of one that looks like what another buyer got', async () => {
    bench(Gallery, { open: 'p3' }, 'busy');
    const warning = await screen.findByTestId('look-alikes');
    expect(warning).toHaveTextContent('Looks like a picture another buyer got');
    expect(warning).toHaveTextContent('Jonas');
    expect(screen.getByTestId('look-alike')).toHaveAttribute('href', '#/gallery/p8');
  });

  it('begins a listing with it', async () => {
    const { backend } = bench(Gallery, { open: 'p3' }, 'busy');
    expect(await screen.findByTestId('picture-use')).toHaveAttribute('href', `#/listings/new/${backend.pictures[3]?.sha256 ?? ''}`);
  });

  it('sends it again only after a yes that names buyer and file', async () => {
    const { backend, user } = bench(Gallery, { open: 'p3' }, 'busy');
    await user.click(await screen.findByTestId('picture-send'));
    const question = screen.getByTestId('picture-send-ask');
    expect(question).toHaveTextContent('Send this picture to Marta?');
    expect(question).toHaveTextContent('picture-1-2.png');
    expect(asked(backend, 'gallery.send')).toHaveLength(0);
    await user.click(screen.getByTestId('picture-send-yes'));
    await waitFor(() => expect(asked(backend, 'gallery.send')).toEqual([{ id: 'p3', name: 'picture-1-2.png' }]));
    expect(await screen.findByText('The picture is on the order.')).toBeVisible();
    expect(screen.queryByTestId('picture-send')).toBeNull();
  });

  it('offers no sending where the order takes no files', async () => {
    bench(Gallery, { open: 'p1' }, 'busy');
    await screen.findByTestId('picture-copy');
    expect(screen.queryByTestId('picture-send')).toBeNull();
  });

  it('deletes it, shows the next, and brings it back', async () => {
    const { backend, user } = bench(Gallery, { open: 'p1' }, 'busy');
    await user.click(await screen.findByTestId('picture-delete'));
    await waitFor(() => expect(location.hash).toBe('#/gallery/p2'));
    expect(asked(backend, 'gallery.delete')).toEqual([{ id: 'p1' }]);
    await user.click(await screen.findByTestId('undo-delete-button'));
    await waitFor(() => expect(asked(backend, 'gallery.undelete')).toEqual([{ id: 'p1' }]));
    await waitFor(() => expect(location.hash).toBe('#/gallery/p1'));
    expect(screen.queryByTestId('undo-delete')).toBeNull();
  });

  it('brings it back by Ctrl+Z, but not out of a field', async () => {
    const { backend, user } = bench(Gallery, { open: 'p1' }, 'busy');
    await screen.findByTestId('picture-details');
    await fireEvent.keyDown(window, { key: 'Delete' });
    await screen.findByTestId('undo-delete');
    await user.type(await screen.findByTestId('tag-add'), '{Control>}z{/Control}');
    expect(asked(backend, 'gallery.undelete')).toHaveLength(0);
    await fireEvent.keyDown(window, { key: 'z', ctrlKey: true });
    await waitFor(() => expect(asked(backend, 'gallery.undelete')).toEqual([{ id: 'p1' }]));
  });

  it('keeps what is still needed', async () => {
    const { user } = bench(Gallery, { open: 'p3' }, 'busy');
    await user.click(await screen.findByTestId('picture-delete'));
    await waitFor(() => expect(location.hash).toBe(''));
    expect(screen.queryByTestId('undo-delete')).toBeNull();
  });
});
