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
  it('finds a picture pages away', async () => {
    const { gallery } = of(900);
    await gallery.read();
    expect(gallery.pictures).toHaveLength(200);
    expect(await gallery.find('p750')).toBe(750);
    expect(gallery.total).toBe(900);
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

  it('says so when a picture is nowhere', async () => {
    const { gallery } = of(250);
    await gallery.read();
    expect(await gallery.find('gone')).toBe(-1);
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
    expect(gallery.pictures.every(({ prompt }) => prompt.includes('fox'))).toBe(true);
    expect(gallery.pictures.length).toBeGreaterThan(0);
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
