// The coach's codes in words.
import type { Advice } from '$lib/backend/generated/contract';
import { dollars } from '$lib/format';
import { m } from '$lib/paraglide/messages';
import { lookupWord } from '$lib/words';

export function adviceWords(advice: Advice): string {
  if (advice.field === 'tags' && advice.code === 'empty') return m.listings_advice_none();
  if (advice.code === 'too_long' && advice.detail['limit'] === undefined) return m.listings_advice_too_long_plain();
  if (advice.code === 'cap_stops_all') return m.listings_advice_cap_stops_all({ needed: dollars(advice.detail['needed'] ?? ''), cap: dollars(advice.detail['cap'] ?? '') });
  return lookupWord('listings_advice', advice.code, advice.detail) ?? (advice.weight === 'good' ? m.listings_advice_good() : m.listings_advice_other());
}

export function fieldName(field: string): string {
  switch (field) {
    case 'name':
      return m.listings_field_name();
    case 'description':
      return m.listings_field_description();
    case 'price':
      return m.listings_field_price();
    case 'category':
      return m.listings_field_category();
    case 'tags':
      return m.listings_field_tags();
    case 'inventory':
      return m.listings_field_stock();
    case 'count':
      return m.listings_field_count();
    case 'style':
      return m.listings_field_style();
    case 'aspect_ratio':
      return m.listings_field_shape();
    case 'resolution':
      return m.listings_field_size();
    case 'revisions':
      return m.listings_field_revisions();
    case 'order_cap_usd':
      return m.listings_field_cap();
    case 'least_price':
      return m.listings_field_least_price();
    case 'picture_models':
      return m.listings_models_picture();
    case 'text_models':
      return m.listings_models_text();
    default:
      return field.replaceAll('_', ' ');
  }
}
