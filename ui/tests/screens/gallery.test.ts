import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
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
    expect(screen.getByTestId('viewer-image')).toHaveAttribute('alt', expect.stringContaining('A fox'));
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
    await user.click(await screen.findByTestId('save-picture'));
    expect(save).toHaveBeenCalledWith(backend.pictures[3]?.sha256, '-Moon-月亮--1.png');
  });

  it('says so when the picture is not there', async () => {
    bench(Gallery, { open: 'gone' }, 'busy');
    expect(await screen.findByText('This picture is not in the gallery')).toBeVisible();
  });
});
