// The engine speaks in codes; these are their words. A code this version does not know still gets a sentence.
import { moment } from '$lib/format';
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
  'gallery_needed',
  'gallery_tag_problem',
  'tunnel_state',
  'tunnel_problem',
  'tunnel_key',
  'tunnel_doing',
  'tunnel_here',
  'connection_problem',
  'connection_step',
  'connection_links_way',
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
  'data_export_end',
  'data_warning',
  'needsyes',
  'jobs_delivery',
  'jobs_fit',
  'jobs_state',
  'jobs_payment',
  'jobs_posted',
  'jobs_verdict',
  'jobs_payment_hint',
  'jobs_posted_hint',
  'jobs_status',
  'jobs_mode',
  'jobs_mode_hint',
  'jobs_mode_line',
  'jobs_letter_why',
  'jobs_why',
  'jobs_stands',
  'jobs_line',
  'hire_line',
  'jobs_review_state',
  'jobs_review_line',
  'jobs_chain',
  'jobs_trouble',
  'jobs_applicant',
  'jobs_sign',
  'notnow',
  'field',
  'messages_only',
  'messages_state',
  'messages_why',
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
  'money_span',
  'money_kind',
  'money_warn',
  'search_kind',
  'checkup_need',
  'checkup_standing',
  'checkup_why',
  'checkup_fix',
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

/** A field of a form, as the engine names it (`skills[7]`), in words. */
function fieldWords(name: string): string {
  const [, field, at] = /^(\w+)(?:\[(\d+)\])?/.exec(name) ?? [];
  const known = field === undefined ? undefined : lookupWord('field', field);
  if (known === undefined) return name;
  return at === undefined ? known : `${known} ${String(Number(at) + 1)}`;
}

export function failureWords(failure: DeskFailure): string {
  const { code, detail } = failure;
  const found = detail['leak'] ?? detail['found'];
  if (code === 'needs_yes') return m.failure_needs_yes({ reason: word('needsyes', detail['reason'] ?? '') });
  if (code === 'not_now' && detail['reason'] !== undefined) return lookupWord('notnow', detail['reason']) ?? m.failure_not_now();
  if (code === 'outgoing_blocked' && found !== undefined) return m.failure_outgoing_blocked_what({ what: word('leak', found) });
  if (code === 'picture_needed') return word('gallery_needed', detail['reason'] ?? '', { ...detail, ...(detail['until'] === undefined ? {} : { until: moment(detail['until'], Date.now()) }) });
  const when = detail['next_at'] === undefined ? undefined : moment(detail['next_at'], Date.now());
  if (code === 'market_budget' && when !== undefined) return m.failure_market_budget_until({ when });
  const worded = { ...detail, ...(when === undefined ? {} : { when }), ...(detail['field'] === undefined ? {} : { field: fieldWords(detail['field']) }) };
  const known = lookupWord('failure', code, worded);
  if (known !== undefined) return known;
  if (code.startsWith('bucket_')) return word('reason', code);
  if (code.startsWith('market_')) return m.failure_market();
  if (code.startsWith('model_')) return m.failure_model();
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
  if (hold.code === 'draft_unanswered') return m.settle_go_on();
  return word('settle', ['by_hand', 'no_time', 'accept_asks', 'price_low', 'listing_paused'].includes(hold.code) && hold.settle === 'approve' ? 'accept' : hold.settle);
}

/** Why the public address does not open, with what belongs to it in the seller's language. */
export function tunnelWords(problem: string, detail: Record<string, string>): string {
  const what = detail['what'] ?? '';
  const worded = problem === 'key_unusable' ? lookupWord('tunnel_key', what) : problem === 'this_computer' ? (lookupWord('tunnel_here', what) ?? m.tunnel_here_other()) : undefined;
  const doing = detail['doing'] === undefined ? undefined : word('tunnel_doing', detail['doing']);
  return word('tunnel_problem', problem, { ...detail, ...(doing === undefined ? undefined : { doing }), ...(worded === undefined ? undefined : { what: worded }) });
}

/** One line of the flight recorder. */
export function recorderWords(entry: RecorderEntry): string {
  const { event, to, code, times } = entry.detail;
  const line = word('recorder', entry.kind, {
    ...entry.detail,
    event_words: event === undefined ? '–' : word('event', event),
    to_words: to === undefined ? '–' : word('stage', to),
    step_words: entry.step === null ? '–' : word('step', entry.step),
    hold_words: code === undefined ? '–' : word('hold', code),
  });
  return times === undefined ? line : m.recorder_line_times({ line, times });
}

/** Why something happened or did not: a code of ours, or somebody else's sentence as it came. */
export function reasonWords(reason: string): string {
  if (reason.startsWith('disk: ')) return m.reason_disk();
  return lookupWord('reason', reason) ?? lookupWord('hold', reason) ?? reason;
}
