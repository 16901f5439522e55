// How a book's amounts are written, and the scale of a chart.
import { credits, dollars, number } from '$lib/format';

/** In the market's currency; where it names none, the bare number. */
export function inCurrency(amount: string, currency: string | null): string {
  return currency === 'UAT' ? credits(amount) : currency === null ? number(amount) : `${number(amount)} ${currency}`;
}

/** Dollars at an axis: whole ones without their cents. */
export function atAxis(value: number): string {
  const words = dollars(String(Math.abs(Math.round(value * 1e6) / 1e6)));
  return `${value < 0 ? '−' : ''}${Number.isInteger(value) ? words.replace(/[.,]00$/, '') : words}`;
}

/** "−$1.20": dollars that may be below nothing. */
export function signed(amount: string): string {
  return amount.startsWith('-') ? `−${dollars(amount.slice(1))}` : dollars(amount);
}

export type Scale = { least: number; most: number; ticks: number[] };

/** Round steps from the lowest to the highest value, with nothing among them. */
export function scale(values: number[], wanted = 4): Scale {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const reach = high - low;
  if (reach === 0) return { least: 0, most: 1, ticks: [0] };
  const rough = reach / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  // Nothing below nothing: no minus before a zero.
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step || 0);
  return { least: first * step || 0, most: last * step || 0, ticks };
}
