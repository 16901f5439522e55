// Words for what the MoltMarket account says in codes.
import type { DeskFailure } from '$lib/backend/backend';
import type { MoltBudget } from '$lib/backend/generated/contract';
import { moment, number } from '$lib/format';
import { m } from '$lib/paraglide/messages';
import { failureWords, lookupWord } from '$lib/words';

/** What the market takes; the engine checks it again before anything is sent (its `limits`). */
export const LIMITS = { name: 100, text: 5000, capabilities: 50, capability: 100, address: 2000, wallets: 10, report: 5000 } as const;

export const MARKET_PAGE = 'https://moltmarket.org';

/** Why something about the account did not work, with the moment it can be tried again in the seller's own time. */
export function accountFailure(failure: DeskFailure): string {
  const next = failure.detail['next_at'];
  const detail = next === undefined ? failure.detail : { ...failure.detail, next: moment(next, Date.now()) };
  const operation = failure.detail['operation'];
  if (failure.code === 'market_budget' && operation !== undefined && next !== undefined) {
    return m.molt_spent({ what: lookupWord('molt_budget', operation) ?? m.molt_budget_other(), next: moment(next, Date.now()) });
  }
  return lookupWord('molt_failure', failure.code, detail) ?? failureWords(failure);
}

/** Which field a failure is about: `name`, `wallets` (with its place), … */
export function fieldOf(failure: DeskFailure): { field: string | undefined; at: number | undefined } {
  const [, field, at] = /^(\w+)(?:\[(\d+)\])?/.exec(failure.detail['field'] ?? '') ?? [];
  return { field, at: at === undefined ? undefined : Number(at) };
}

/** The length of time a budget counts over. */
export function span(seconds: number): string {
  if (seconds >= 2 * 86_400) return m.molt_span_days({ days: number(String(Math.round(seconds / 86_400))) });
  if (seconds >= 86_400) return m.molt_span_day();
  if (seconds > 3_600) return m.molt_span_hours({ hours: number(String(Math.round(seconds / 3_600))) });
  if (seconds === 3_600) return m.molt_span_hour();
  if (seconds > 60) return m.molt_span_minutes({ minutes: number(String(Math.round(seconds / 60))) });
  return m.molt_span_minute();
}

/** How many uses are left of a budget. */
export function leftOf(budget: MoltBudget): number {
  return Math.max(0, budget.limit - budget.used);
}

/** The name of a kind of wallet. */
export function walletKind(kind: string): string {
  return lookupWord('molt_wallet', kind) ?? kind;
}
