// How the orders of a listing are made, where it differs from the stall: empty, and in plain sentences.
import type { AutomationMode, ListingCheck, ListingForm, ListingRecipe } from '$lib/backend/generated/contract';
import { credits, dollars, list } from '$lib/format';
import { m } from '$lib/paraglide/messages';

/** Everything as the stall has it. */
export function asTheStall(): ListingRecipe {
  return { text_models: [], picture_models: [], order_cap_usd: '', language: null, accept_by_hand: false, draft_first: false, draft_model: '', resolution: '1K', least_price: '', hide_when_full: false };
}

/** What the robot accepts, in one sentence. */
export function acceptWords({ recipe }: ListingForm, mode: AutomationMode): string {
  if (mode === 'by_hand') return m.listings_says_by_hand();
  if (recipe.accept_by_hand) return m.listings_says_accept_asks();
  if (isAmount(recipe.least_price)) return m.listings_says_accept_least({ price: credits(recipe.least_price.trim()) });
  return m.listings_says_accept();
}

/** What will happen to an order of this listing, a sentence a step. `named` words a model. */
export function recipeWords(form: ListingForm, mode: AutomationMode, check: ListingCheck | undefined, named: (model: string) => string): string[] {
  const { recipe } = form;
  const [first, ...rest] = recipe.picture_models.map(named);
  const draws =
    first === undefined
      ? m.listings_says_draw({ count: form.count })
      : rest.length === 0
        ? m.listings_says_draw_with({ count: form.count, model: first })
        : m.listings_says_draw_with_else({ count: form.count, model: first, others: list(rest) });
  const cap = check?.order_cap_usd ?? null;
  const language = { en: m.listings_says_english, 'zh-CN': m.listings_says_chinese };
  return [
    acceptWords(form, mode),
    recipe.language === null ? m.listings_says_buyers_language() : language[recipe.language](),
    ...(recipe.draft_first ? [recipe.draft_model === '' ? m.listings_says_draft() : m.listings_says_draft_with({ model: named(recipe.draft_model) })] : []),
    draws,
    cap === null ? m.listings_says_no_cap() : (check?.cap_is_listings === true ? m.listings_says_cap_own : m.listings_says_cap_stall)({ cap: dollars(cap) }),
    ...(recipe.hide_when_full ? [m.listings_says_hide_when_full()] : []),
    ...(mode === 'automatic' ? [m.listings_says_deliver()] : mode === 'ask_before_delivering' ? [m.listings_says_deliver_asks()] : []),
  ];
}

function isAmount(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text.trim()) && Number(text) > 0;
}
