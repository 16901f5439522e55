// Starting points for a new listing, each ready to be published as it stands.
import type { ListingForm } from '$lib/backend/generated/contract';
import { lookWords, type Look } from '$lib/listings/looks';
import { m } from '$lib/paraglide/messages';
import { asTheStall } from './recipe';

export const TEMPLATES = ['pet', 'avatar', 'poster', 'seasons'] as const;
export type Template = (typeof TEMPLATES)[number];

export function templateName(template: Template): string {
  return wordings[template].title();
}

/** The look its swatch shows. */
export function templateLook(template: Template): Look {
  return wordings[template].look;
}

export function templateForm(template: Template, example: string | null): ListingForm {
  const { name, description, tags, look, price, shape, count } = wordings[template];
  return {
    name: name(),
    description: description(),
    price,
    category: 'tech',
    tags: tags.map((tag) => tag()),
    inventory: null,
    style: lookWords(look),
    aspect_ratio: shape,
    count,
    revisions: 1,
    automation: null,
    example,
    recipe: asTheStall(),
  };
}

const wordings = {
  pet: {
    title: m.listings_template_pet,
    name: m.listings_first_name,
    description: m.listings_first_description,
    tags: [m.listings_first_tag_1, m.listings_first_tag_2, m.listings_first_tag_3],
    look: 'storybook',
    price: '10',
    shape: '1:1',
    count: 1,
  },
  avatar: {
    title: m.listings_template_avatar,
    name: m.listings_template_avatar_name,
    description: m.listings_template_avatar_description,
    tags: [m.listings_template_avatar_tag_1, m.listings_template_avatar_tag_2],
    look: 'ink',
    price: '8',
    shape: '1:1',
    count: 1,
  },
  poster: {
    title: m.listings_template_poster,
    name: m.listings_template_poster_name,
    description: m.listings_template_poster_description,
    tags: [m.listings_template_poster_tag_1, m.listings_template_poster_tag_2],
    look: 'flat',
    price: '15',
    shape: '2:3',
    count: 1,
  },
  seasons: {
    title: m.listings_template_seasons,
    name: m.listings_template_seasons_name,
    description: m.listings_template_seasons_description,
    tags: [m.listings_template_seasons_tag_1, m.listings_template_seasons_tag_2],
    look: 'watercolour',
    price: '30',
    shape: '16:9',
    count: 4,
  },
} as const satisfies Record<Template, unknown>;
