// Pictures laid in rows that fill the width, each in its own shape, none cropped.
import type { GalleryTile } from './backend/generated/contract';

export type Laid = { picture: GalleryTile; width: number };
export type Row = { height: number; /** Place of its first picture among all. */ first: number; pictures: Laid[] };

/** Pixels between pictures, both ways. */
export const GAP = 8;

/** Rows of about `wanted` pixels height. The last row keeps that height rather than being stretched. */
export function layRows(pictures: GalleryTile[], width: number, wanted: number): Row[] {
  const rows: Row[] = [];
  let open: GalleryTile[] = [];
  let ratios = 0;
  let first = 0;
  const close = (height: number) => {
    rows.push({ height: Math.round(height), first, pictures: open.map((picture) => ({ picture, width: Math.floor(ratioOf(picture) * height) })) });
    first += open.length;
    open = [];
    ratios = 0;
  };
  for (const picture of pictures) {
    open.push(picture);
    ratios += ratioOf(picture);
    const filling = (width - GAP * (open.length - 1)) / ratios;
    if (filling <= wanted) close(filling);
  }
  if (open.length > 0) close(Math.min(wanted, (width - GAP * (open.length - 1)) / ratios));
  return rows;
}

/** Lays a list that grows: rows that are full stay the same rows when more pictures come behind them. */
export class Layout {
  #pictures: GalleryTile[] = [];
  #rows: Row[] = [];
  #width = 0;

  lay(pictures: GalleryTile[], width: number, wanted: number): Row[] {
    const known = this.#pictures.length;
    const grown = known > 0 && width === this.#width && pictures.length > known && pictures[0] === this.#pictures[0] && pictures[known - 1] === this.#pictures[known - 1];
    const full = grown ? this.#rows.slice(0, -1) : [];
    const first = full.reduce((sum, row) => sum + row.pictures.length, 0);
    const more = layRows(pictures.slice(first), width, wanted).map((row) => ({ ...row, first: row.first + first }));
    this.#pictures = pictures;
    this.#width = width;
    this.#rows = [...full, ...more];
    return this.#rows;
  }
}

/** Very long pictures are laid as if less so, or one would take a row of slivers. */
function ratioOf({ width, height }: GalleryTile): number {
  if (width === 0 || height === 0) return 1;
  return Math.min(2.5, Math.max(0.5, width / height));
}
