import { describe, expect, it } from 'vitest';
import { picture } from '$lib/backend/sample/data';
import { GAP, Layout, layRows } from './gallery';

const shaped = (id: string, width: number, height: number) => picture(id, { width, height, sha256: id });

describe('rows of pictures', () => {
  it('fill the width to within a pixel a picture, uncropped', () => {
    const pictures = Array.from({ length: 40 }, (_, nth) => shaped(String(nth), [1024, 768, 1600][nth % 3] ?? 1, 1024));
    const rows = layRows(pictures, 900, 190);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows.slice(0, -1)) {
      const width = row.pictures.reduce((sum, { width }) => sum + width, GAP * (row.pictures.length - 1));
      expect(width).toBeLessThanOrEqual(900);
      expect(width).toBeGreaterThan(900 - row.pictures.length - 4);
    }
    expect(rows.flatMap((row) => row.pictures.map(({ picture }) => picture.id))).toEqual(pictures.map(({ id }) => id));
    expect(rows[1]?.first).toBe(rows[0]?.pictures.length);
  });

  it('keep the last row at its height instead of blowing one picture up', () => {
    const [row] = layRows([shaped('one', 1024, 1024)], 900, 190);
    expect(row).toMatchObject({ height: 190, first: 0 });
    expect(row?.pictures[0]?.width).toBe(190);
  });

  it('hold a picture that is a sliver or has no size', () => {
    const rows = layRows([shaped('tall', 10, 4000), shaped('none', 0, 0)], 900, 190);
    expect(rows.flatMap(({ pictures }) => pictures.map(({ width }) => width))).toEqual([95, 190]);
  });

  it('stay the same rows when pictures come behind them', () => {
    const pictures = Array.from({ length: 300 }, (_, nth) => shaped(String(nth), [1024, 768, 1600][nth % 3] ?? 1, 1024));
    const layout = new Layout();
    const before = layout.lay(pictures.slice(0, 120), 900, 190);
    const after = layout.lay(pictures, 900, 190);
    expect(after).toEqual(layRows(pictures, 900, 190));
    expect(after[3]).toBe(before[3]);
    const rated = pictures.map((picture, nth) => (nth === 2 ? { ...picture, rating: 5 } : picture));
    expect(layout.lay(rated, 900, 190)[0]?.pictures[2]?.picture.rating).toBe(5);
    expect(layout.lay(rated, 700, 190)).toEqual(layRows(rated, 700, 190));
    expect(layout.lay(rated.slice(1), 700, 190)).toEqual(layRows(rated.slice(1), 700, 190));
  });

  it('lay fifty thousand in one go', () => {
    const pictures = Array.from({ length: 50_000 }, (_, nth) => shaped(String(nth), 1000 + (nth % 700), 1024));
    const rows = layRows(pictures, 1200, 190);
    expect(rows.reduce((sum, row) => sum + row.pictures.length, 0)).toBe(50_000);
  });
});
