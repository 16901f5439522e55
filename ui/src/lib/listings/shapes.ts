// The shapes a picture may have, as the engine names them, in the order a seller meets them.
import { m } from '$lib/paraglide/messages';

export const SHAPES = ['1:1', '3:4', '2:3', '4:3', '3:2', '9:16', '16:9'] as const;
export type Shape = (typeof SHAPES)[number];

/** Width over height; a shape this version does not know is drawn square. */
export function ratioOf(shape: string): number {
  const [width, height] = shape.split(':').map(Number);
  if (width === undefined || height === undefined) return 1;
  return width > 0 && height > 0 ? width / height : 1;
}

export function shapeWords(shape: string): string {
  switch (shape) {
    case '1:1':
      return m.listings_shape_square();
    case '9:16':
      return m.listings_shape_phone();
    case '16:9':
      return m.listings_shape_wide();
    default:
      return ratioOf(shape) < 1 ? m.listings_shape_portrait() : m.listings_shape_landscape();
  }
}
