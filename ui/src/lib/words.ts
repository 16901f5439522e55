// The engine speaks in codes; these are their words. A code this version does not know still gets a sentence.
import { m } from '$lib/paraglide/messages';
import type { DeskFailure } from './backend/backend';
import type { Hold, Proof, RecorderEntry, TruthLight } from './backend/generated/contract';

/** Message families whose last part is a code. */
export const FAMILIES = [
  'stage',
  'next',
  'step',
  'event',
  'hold',
  'sign',
  'leak',
  'holdhint',
  'settle',
  'action',
  'recorder',
  'fact',
  'reason',
  'who',
  'state',
  'light',
  'proof',
  'failure',
  'deadline',
  'automation',
  'listings_status',
  'listings_automation_hint',
  'listings_category',
  'listings_advice',
  'listings_policy',
  'listings_metric',
  'gallery_state',
  'tunnel_state',
  'tunnel_problem',
  'connection_problem',
  'connection_step',
  'connection_via',
  'connection_kind',
  'connection_outcome',
  'settings_theme',
  'settings_account',
  'settings_account_place',
  'settings_template',
  'settings_notice',
  'settings_buyer',
  'data_backup',
  'data_warning',
  'needsyes',
  'jobs_delivery',
  'jobs_fit',
  'jobs_state',
  'jobs_payment',
  'jobs_posted',
  'jobs_verdict',
  'molt_trouble',
  'molt_trouble_next',
  'molt_failure',
  'molt_pending',
  'molt_inbox_problem',
  'molt_budget',
  'molt_news',
  'molt_outcome',
  'molt_wallet',
  'people_reason',
  'people_reason_hint',
  'weather_group',
  'weather_slider',
  'weather_amount',
] as const;
export type Family = (typeof FAMILIES)[number];

type Wording = (inputs: Record<string, string>) => string;

/** The words of a code, or undefined when there are none. Parameters that did not come read as a dash. */
export function lookupWord(family: Family, code: string, detail: Record<string, string> = {}): string | undefined {
  const key = `${family}_${code.replaceAll(/\W/g, '_')}`;
  if (!Object.hasOwn(m, key)) return undefined;
  const wording = (m as unknown as Record<string, Wording>)[key];
  return wording?.(
    new Proxy(detail, {
      get: (given, name) => (typeof name === 'string' ? (given[name] ?? '–') : undefined),
      has: () => true,
    }),
  );
}

/** The words of a code; one not known is shown as it came, in words as far as it can be. */
export function word(family: Family, code: string, detail: Record<string, string> = {}): string {
  return lookupWord(family, code, detail) ?? m.unknown_code({ code: code.replaceAll('_', ' ') });
}

export function failureWords(failure: DeskFailure): string {
  if (failure.code === 'needs_yes') return m.failure_needs_yes({ reason: word('needsyes', failure.detail['reason'] ?? '') });
  const known = lookupWord('failure', failure.code, failure.detail);
  if (known !== undefined) return known;
  if (failure.code.startsWith('market_')) return m.failure_market();
  if (failure.code.startsWith('model_')) return m.failure_model();
  return m.failure_internal();
}

export function lightWords(light: TruthLight): string {
  return lookupWord('light', light.reason) ?? m.light_unknown();
}

/** What a live check proved, said to the person who gave the key. */
export function proofWords(proof: Proof): string {
  if (proof.ok) return proof.name === null ? m.proof_key_works() : m.proof_hello({ name: proof.name });
  return word('proof', proof.code);
}

/** What settles a hold, as the words of a button. */
export function settleWords(hold: Hold): string {
  return word('settle', (hold.code === 'by_hand' || hold.code === 'no_time') && hold.settle === 'approve' ? 'accept' : hold.settle);
}

/** One line of the flight recorder. */
export function recorderWords(entry: RecorderEntry): string {
  const { event, to, code } = entry.detail;
  return word('recorder', entry.kind, {
    ...entry.detail,
    event_words: event === undefined ? '–' : word('event', event),
    to_words: to === undefined ? '–' : word('stage', to),
    step_words: entry.step === null ? '–' : word('step', entry.step),
    hold_words: code === undefined ? '–' : word('hold', code),
  });
}

/** Why something happened or did not: a code of ours, or somebody else's sentence as it came. */
export function reasonWords(reason: string): string {
  return lookupWord('reason', reason) ?? lookupWord('hold', reason) ?? reason;
}
