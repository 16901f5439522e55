// Money of the sample stall: twelve weeks of a small shop, and jobs paid by hand. Part of the sample.
import type { Language, ListingMoney, MoneyBar, MoneyBook, MoneySums, MoneyView } from '../generated/contract';
import type { Request, Response } from '../backend';

export type MoneyHandlers = {
  'money.get': (request: Request<'money.get'>) => Response<'money.get'>;
  'money.look': (request: Request<'money.look'>) => Response<'money.look'>;
  'money.save_csv': (request: Request<'money.save_csv'>) => Response<'money.save_csv'>;
};

const DAY = 86_400_000;
const RATE = 0.1;
const EARNED = [38, 57, 19, 0, 76, 133, 95, 114, 57, 171, 228, 95];
const SPENT = [0.31, 0.42, 0.2, 0, 0.55, 0.97, 0.71, 0.83, 0.44, 1.21, 26.4, 0.7];

function sums(earned: number, spent: number, currency: boolean): MoneySums {
  const cents = (value: number) => String(Math.round(value * 10_000) / 10_000);
  return {
    earned: cents(earned),
    fees: currency ? cents((earned / 95) * 5) : '0',
    refunded: '0',
    paid_out: '0',
    spent_usd: cents(spent),
    profit_usd: currency ? cents(earned * RATE - spent) : null,
  };
}

function monday(): number {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return today.getTime() - ((today.getDay() + 6) % 7) * DAY;
}

function bars(span: string, full: boolean, currency: boolean): MoneyBar[] {
  const length = span === 'week' ? DAY : 7 * DAY;
  const many = span === 'week' ? 7 : span === 'month' ? 4 : span === 'all' ? 40 : 12;
  const first = span === 'week' ? monday() : monday() - (many - 1) * 7 * DAY;
  return Array.from({ length: many }, (_, at) => {
    const share = span === 'week' ? 0.2 : currency ? 1 : 0.6;
    const place = (at * 5 + (span === 'week' ? 4 : span === 'all' ? 8 : 0)) % 12;
    const [index, moved] = span === 'weeks12' ? [at, full] : [place, full && !(span === 'week' && at > 3)];
    const from = first + at * length;
    return {
      from: new Date(from).toISOString(),
      to: new Date(from + length).toISOString(),
      sums: moved ? sums((EARNED[index] ?? 0) * share, (SPENT[index] ?? 0) * share, currency) : sums(0, 0, currency),
    };
  });
}

function total(parts: MoneyBar[], currency: boolean): MoneySums {
  const add = (pick: (each: MoneySums) => string) => parts.reduce((sum, part) => sum + Number(pick(part.sums)), 0);
  return sums(
    add((each) => each.earned),
    add((each) => each.spent_usd),
    currency,
  );
}

function listings(language: Language, whole: MoneySums, long: string | undefined): ListingMoney[] {
  const names = language === 'en' ? ['Your pet in watercolour', 'A picture book page', 'Logo sketch, three ideas'] : ['水彩宠物肖像', '绘本内页', '标志草图三款'];
  const shares = [0.62, 0.3, 0.08];
  const rows = names.map((name, at) => ({
    kind: 'listing',
    id: at === 2 ? null : `l${String(at + 1)}`,
    name: long ?? name,
    paid: Math.round((Number(whole.earned) / 19) * (shares[at] ?? 0)),
    // The last one costs more than it brings.
    sums: sums(Number(whole.earned) * (shares[at] ?? 0), Number(whole.spent_usd) * ([0.15, 0.05, 0.78][at] ?? 0), true),
  }));
  return [...rows, { kind: 'tasks', id: null, name: '', paid: 0, sums: sums(0, Number(whole.spent_usd) * 0.02, true) }];
}

export function moneyHandlers(full: boolean, practice: boolean, language: Language, long?: string): MoneyHandlers {
  return {
    'money.get': ({ span }): MoneyView => {
      const parts = bars(span, full, true);
      const whole = total(parts, true);
      if (long !== undefined) whole.earned = '123456789.25';
      const market: MoneyBook = {
        market: 'agent_market',
        currency: 'UAT',
        total: whole,
        awaited: full ? '76' : '0',
        missing: '0',
        unknown: 0,
        bars: parts,
        listings: full ? listings(language, whole, long) : [],
      };
      const jobParts = bars(span, full, false);
      const jobs = total(jobParts, false);
      const molt: MoneyBook = {
        market: 'moltmarket',
        currency: null,
        total: { ...jobs, paid_out: '60' },
        awaited: '140',
        missing: '25',
        unknown: 1,
        bars: jobParts,
        listings: [
          { kind: 'jobs', id: null, name: '', paid: 9, sums: { ...jobs, spent_usd: String(Number(jobs.spent_usd) - 0.12) } },
          { kind: 'letters', id: null, name: '', paid: 0, sums: sums(0, 0.12, false) },
        ],
      };
      return {
        span,
        from: parts[0]?.from ?? '',
        to: parts.at(-1)?.to ?? '',
        step: span === 'week' ? 'day' : 'week',
        practice,
        first_at: full ? '2020-01-01T00:00:00Z' : null,
        credit_usd: String(RATE),
        books: full ? [market, molt] : [market],
        spent_usd: String(Number(whole.spent_usd) + (full ? Number(jobs.spent_usd) : 0)),
        caps: {
          day: '5',
          day_used: full ? '4.3121' : '0',
          day_until: new Date(Math.ceil(Date.now() / DAY) * DAY).toISOString(),
          order: '0.5',
          costliest: full ? { id: 'o-drawing', title: long ?? (language === 'en' ? 'A fox in the snow' : '雪中的狐狸'), used: '0.1953' } : null,
        },
        model: practice ? null : { balance: full ? '6.4' : '20', seen_at: new Date(Date.now() - 9 * DAY).toISOString(), spent_since: full ? '2.71' : '0', warning: full ? 'low' : null },
      };
    },
    'money.look': () => ({ asked: false }),
    'money.save_csv': () => ({ lines: 42, text: '\uFEFFWhen\r\n' }),
  };
}
