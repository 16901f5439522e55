// The form of the own profile: what it starts from, what of it changed, and what exactly would be sent.
import type { MoltProfileForm, MoltView, MoltWallet } from '$lib/backend/generated/contract';

export type Draft = { description: string; capabilities: string[]; avatar_url: string; wallets: MoltWallet[] };

/** The profile as it will be once what waits has been sent. */
export function from(view: MoltView): Draft {
  const { profile, pending } = view;
  const waiting = pending?.form;
  return {
    description: waiting?.description ?? profile?.description ?? '',
    capabilities: [...(waiting?.capabilities ?? profile?.capabilities ?? [])],
    avatar_url: waiting?.avatar_url ?? profile?.avatar_url ?? '',
    wallets: (waiting?.wallets ?? profile?.wallets ?? []).map((wallet) => ({ ...wallet })),
  };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Only what differs is sent; wallets always as a whole. Empty rows are nothing. */
export function changes(draft: Draft, base: Draft): MoltProfileForm {
  const wallets = draft.wallets.map(({ kind, address }) => ({ kind, address: address.trim() })).filter(({ address }) => address !== '');
  const description = draft.description.trim();
  const avatar = draft.avatar_url.trim();
  return {
    description: description === base.description.trim() ? null : description,
    capabilities: same(draft.capabilities, base.capabilities) ? null : draft.capabilities,
    avatar_url: avatar === base.avatar_url.trim() ? null : avatar,
    wallets: same(wallets, base.wallets) ? null : wallets,
  };
}

export function isEmpty(form: MoltProfileForm): boolean {
  return form.description === null && form.capabilities === null && form.avatar_url === null && form.wallets === null;
}

export function equal(one: Draft, other: Draft): boolean {
  return same(one, other);
}
