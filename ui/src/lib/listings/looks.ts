// Looks a seller can choose with one click. The words are what every picture of the listing is drawn with, so they
// stand in the form as plain text and may be changed there.
import { m } from '$lib/paraglide/messages';

export const LOOKS = ['watercolour', 'storybook', 'flat', 'ink', 'oil', 'photo', 'clay', 'pixel'] as const;
export type Look = (typeof LOOKS)[number];

export function lookName(look: Look): string {
  return wordings[look].name();
}

export function lookWords(look: Look): string {
  return wordings[look].words();
}

/** The look whose words these are, in either language. */
export function lookOf(style: string): Look | undefined {
  return LOOKS.find((look) => wordings[look].words({}, { locale: 'en' }) === style || wordings[look].words({}, { locale: 'zh-CN' }) === style);
}

const wordings = {
  watercolour: { name: m.listings_style_watercolour, words: m.listings_style_watercolour_words },
  storybook: { name: m.listings_style_storybook, words: m.listings_style_storybook_words },
  flat: { name: m.listings_style_flat, words: m.listings_style_flat_words },
  ink: { name: m.listings_style_ink, words: m.listings_style_ink_words },
  oil: { name: m.listings_style_oil, words: m.listings_style_oil_words },
  photo: { name: m.listings_style_photo, words: m.listings_style_photo_words },
  clay: { name: m.listings_style_clay, words: m.listings_style_clay_words },
  pixel: { name: m.listings_style_pixel, words: m.listings_style_pixel_words },
};
