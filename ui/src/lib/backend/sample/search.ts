// Search over the sample stall: what it holds in memory. Part of the sample.
import type { ExcerptPart, ListingView, OrderCard, PictureView, SearchHit } from '../generated/contract';
import type { Request, Response } from '../backend';

export type SearchHandlers = { 'search.find': (request: Request<'search.find'>) => Response<'search.find'> };

function marked(text: string, words: string[]): ExcerptPart[] {
  const escaped = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const parts = text.split(new RegExp(`(${escaped.join('|')})`, 'gi'));
  return parts.map((part, at) => ({ text: part, found: at % 2 === 1 })).filter((part) => part.text !== '');
}

export function searchHandlers(stall: () => { orders: OrderCard[]; listings: ListingView[]; pictures: PictureView[] }): SearchHandlers {
  return {
    'search.find': ({ words: typed, limit }) => {
      const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
      if (words.length === 0) return { hits: [] };
      const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
      const hit = (kind: string, id: string, title: string, excerpt: string, more: Partial<SearchHit> = {}): SearchHit => ({
        kind,
        id,
        title: marked(title, words),
        excerpt: marked(excerpt, words),
        name: null,
        sha256: null,
        at: null,
        ...more,
      });
      const { orders, listings, pictures } = stall();
      const few = <T>(all: T[], text: (each: T) => string) => all.filter((each) => has(text(each))).slice(0, limit ?? 5);
      return {
        hits: [
          ...few(orders, (order) => `${order.title} ${order.buyer_name ?? ''} ${order.market_order_id}`).map((order) =>
            hit('order', order.id, order.title, has(order.title) ? '' : `${order.market_order_id} ${order.buyer_name ?? ''}`, { name: order.buyer_name, at: order.created_at }),
          ),
          ...few(listings, (listing) => `${listing.form.name} ${listing.form.description}`).map((listing) => hit('listing', listing.id, listing.form.name, has(listing.form.name) ? '' : listing.form.description)),
          ...few(orders, (order) => `could you make ${order.title} a little brighter`).map((order) =>
            hit('message', order.id, order.title, `Could you make ${order.title} a little brighter? <b>Thanks</b>`, { name: order.buyer_name, at: order.updated_at }),
          ),
          ...few(pictures, (picture) => picture.prompt).map((picture) => hit('picture', picture.id, picture.order_title ?? '', picture.prompt, { sha256: picture.sha256, at: picture.created_at })),
        ],
      };
    },
  };
}
