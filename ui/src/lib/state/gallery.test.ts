import { describe, expect, it } from 'vitest';
import { gallery as pictures } from '$lib/backend/sample/data';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import { Gallery } from './gallery.svelte';

function of(count: number) {
  const backend = new SampleBackend(scenario('busy'));
  backend.pictures = pictures(count);
  return { backend, gallery: new Gallery(backend) };
}

describe('the gallery as it is read', () => {
  it('reads page after page and counts once', async () => {
    const { backend, gallery } = of(900);
    await gallery.read();
    expect(gallery.pictures).toHaveLength(200);
    while (!gallery.whole) await gallery.readOn();
    expect(gallery.pictures).toHaveLength(900);
    expect(gallery.total).toBe(900);
    expect(backend.calls.filter(({ command }) => command === 'gallery.list')).toHaveLength(5);
  });

  it('takes a deleted picture out at once and brings it back to its place', async () => {
    const { backend, gallery } = of(300);
    await gallery.read();
    const before = gallery.pictures;
    await gallery.delete('p4');
    expect(gallery.pictures.some(({ id }) => id === 'p4')).toBe(false);
    expect(gallery.total).toBe(299);
    await gallery.restore();
    expect(gallery.pictures).toEqual(before);
    expect(gallery.total).toBe(300);
    expect(gallery.deleted).toBeUndefined();
    expect(backend.pictures[4]?.id).toBe('p4');
  });

  it('keeps a picture that may not go, and offers no way back', async () => {
    const { gallery } = of(10);
    await gallery.read();
    await expect(gallery.delete('p3')).rejects.toMatchObject({ code: 'picture_needed' });
    expect(gallery.pictures).toHaveLength(10);
    expect(gallery.deleted).toBeUndefined();
  });

  it('shows no picture twice when a new one shifts the pages', async () => {
    const { backend, gallery } = of(300);
    await gallery.read();
    backend.pictures = [...pictures(1).map((picture) => ({ ...picture, id: 'newest' })), ...backend.pictures];
    await gallery.readOn();
    const ids = gallery.pictures.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(300);
  });

  it('takes in new pictures without losing the pages read before', async () => {
    const { backend, gallery } = of(900);
    await gallery.read();
    await gallery.readOn();
    backend.pictures = [...pictures(1).map((picture) => ({ ...picture, id: 'newest' })), ...backend.pictures];
    await gallery.renew();
    expect(gallery.pictures).toHaveLength(401);
    expect(gallery.pictures[0]?.id).toBe('newest');
    expect(new Set(gallery.pictures.map(({ id }) => id)).size).toBe(401);
    expect(gallery.total).toBe(901);
  });

  it('drops the answer to a search that is not asked any more', async () => {
    const { backend, gallery } = of(60);
    const call = backend.call.bind(backend);
    let late: (() => void) | undefined;
    backend.call = ((command, request) => {
      const answer = call(command, request);
      if (late !== undefined) return answer;
      return new Promise((resolve) => {
        late = () => resolve(answer as never);
      });
    }) as typeof backend.call;
    gallery.search = 'lighthouse';
    const first = gallery.read();
    gallery.search = 'fox';
    await gallery.read();
    late?.();
    await first;
    expect(gallery.pictures.map(({ id }) => id)).toContain('p3');
    expect(gallery.pictures.map(({ id }) => id)).not.toContain('p1');
  });

  it('keeps what is shown when reading on fails, and says why', async () => {
    const { backend, gallery } = of(300);
    await gallery.read();
    backend.call = () => Promise.reject(new Error('gone'));
    await gallery.readOn();
    expect(gallery.pictures).toHaveLength(200);
    expect(gallery.failure?.code).toBe('internal');
    expect(gallery.more).toBe(false);
  });
});
