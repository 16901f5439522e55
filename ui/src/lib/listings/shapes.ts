// The shapes a picture may have, as the engine names them, in the order a seller meets them.
import type { ListingForm } from '$lib/backend/generated/contract';
import { m } from '$lib/paraglide/messages';

export const SHAPES = ['1:1', '3:4', '2:3', '4:3', '3:2', '9:16', '16:9'] as const;
export type Shape = (typeof SHAPES)[number];

/** Width over height; a shape this version does not know is drawn square. */
export function ratioOf(shape: string): number {
  const [width, height] = shape.split(':').map(Number);
  if (width === undefined || height === undefined) return 1;
  return width > 0 && height > 0 ? width / height : 1;
}

/** The sizes a picture may be asked for in. */
export const SIZES = ['1K', '2K', '4K'] as const;

export function sizeWords(size: string): string {
  return size === '4K' ? m.listings_size_4k() : size === '2K' ? m.listings_size_2k() : m.listings_size_1k();
}

/** What the pictures of a listing are like; a standard size goes without saying. */
export function pictureWords({ aspect_ratio, recipe }: ListingForm): string {
  const shape = shapeWords(aspect_ratio);
  return recipe.resolution === '2K' || recipe.resolution === '4K' ? m.listings_shape_sized({ shape, size: recipe.resolution }) : shape;
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
