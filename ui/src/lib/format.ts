// Numbers, money and times as this language writes them. Amounts arrive as decimal text and are never rounded
// through a binary fraction: Intl reads the text itself.
import { language } from './language.svelte';

type Decimal = `${number}`;

function isDecimal(text: string): text is Decimal {
  return /^-?\d+(\.\d+)?$/.test(text);
}

/** An amount in the marketplace's credits. */
export function credits(amount: string): string {
  return `${number(amount)} UAT`;
}

export function number(amount: string): string {
  if (!isDecimal(amount)) return amount;
  return new Intl.NumberFormat(language.now, { maximumFractionDigits: 2 }).format(amount as unknown as number);
}

/** US dollars; small costs keep the digits that tell them apart. */
export function dollars(amount: string): string {
  if (!isDecimal(amount)) return amount;
  const small = Math.abs(Number(amount)) < 1 && Number(amount) !== 0;
  return new Intl.NumberFormat(language.now, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: small ? 4 : 2,
  }).format(amount as unknown as number);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago", "in 2 hours". */
export function relative(instant: string, now: number): string {
  const away = (Date.parse(instant) - now) / 1000;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? ['second', 1];
  const words = new Intl.RelativeTimeFormat(language.now, { numeric: 'auto' });
  return words.format(unit === 'second' ? 0 : Math.trunc(away / length), unit);
}

/** "8:04 PM" today, with the day otherwise. */
export function moment(instant: string, now: number): string {
  const at = new Date(instant);
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language.now, sameDay ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** Date and time to the second, for a title or a record. */
export function exactly(instant: string): string {
  return new Intl.DateTimeFormat(language.now, { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(instant));
}

export function clockTime(instant: string): string {
  return new Intl.DateTimeFormat(language.now, { timeStyle: 'medium' }).format(new Date(instant));
}

/** "4:07" or "1:12:30" of time left or gone. */
export function stopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(rest)}` : `${String(minutes)}:${two(rest)}`;
}

/** "850 ms", "12.4 s". */
export function duration(ms: number): string {
  const unit = ms < 1000 ? 'millisecond' : ms < 60_000 ? 'second' : 'minute';
  const value = ms < 1000 ? ms : ms < 60_000 ? ms / 1000 : ms / 60_000;
  return new Intl.NumberFormat(language.now, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
}

export function bytes(count: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  return new Intl.NumberFormat(language.now, { style: 'unit', unit: units[step], maximumFractionDigits: 1 }).format(count / 1000 ** step);
}

export function list(parts: string[]): string {
  return new Intl.ListFormat(language.now, { type: 'conjunction' }).format(parts);
}

/** "Mar 1, 2027" of a day without a time. */
export function day(date: string): string {
  const at = new Date(date.length === 10 ? `${date}T00:00:00` : date);
  return Number.isNaN(at.getTime()) ? date : new Intl.DateTimeFormat(language.now, { dateStyle: 'medium' }).format(at);
}

/** "Nov 16 – 22": from one instant up to, but without, another. */
export function days(from: string, to: string): string {
  const words = new Intl.DateTimeFormat(language.now, { month: 'short', day: 'numeric' });
  return words.formatRange(new Date(from), new Date(Date.parse(to) - 1));
}

/** "Nov 16", as short as an axis needs it; the name of a day for days. */
export function tick(from: string, step: string): string {
  return new Intl.DateTimeFormat(language.now, step === 'day' ? { weekday: 'short' } : { month: 'short', day: 'numeric' }).format(new Date(from));
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language.now, { style: 'percent' }).format(share);
}

/** The time of today, the day otherwise; as short as a list needs it. */
export function shortly(instant: string, now: number): string {
  const [at, today] = [new Date(instant), new Date(now)];
  if (at.toDateString() === today.toDateString()) return new Intl.DateTimeFormat(language.now, { timeStyle: 'short' }).format(at);
  const year = at.getFullYear() === today.getFullYear() ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat(language.now, { day: 'numeric', month: 'short', ...(year === undefined ? {} : { year }) }).format(at);
}

/** "Today", "Yesterday", or the day. */
export function dayWords(instant: string, now: number): string {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const away = Math.round((midnight(Date.parse(instant)) - midnight(now)) / 86_400_000);
  if (away !== 0 && away !== -1) return new Intl.DateTimeFormat(language.now, { dateStyle: 'full' }).format(new Date(instant));
  const words = new Intl.RelativeTimeFormat(language.now, { numeric: 'auto' }).format(away, 'day');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
