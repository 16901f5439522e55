import { beforeEach, expect, test } from 'vitest';
import { bytes, credits, dollars, duration, moment, relative, stopwatch } from './format';
import { language } from './language.svelte';

beforeEach(() => {
  language.choose('en');
});

test('amounts keep every digit that the text has', () => {
  expect(credits('12345678901234567.25')).toBe('12,345,678,901,234,567.25 UAT');
  expect(dollars('0.0387')).toBe('$0.0387');
  expect(dollars('5')).toBe('$5.00');
});

test('an amount that is no number is shown as it came', () => {
  expect(credits('a lot')).toBe('a lot UAT');
  expect(dollars('?')).toBe('?');
});

test('times are told from now, in the language', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(relative('2026-03-01T11:57:00Z', now)).toBe('3 minutes ago');
  expect(relative('2026-03-01T14:10:00Z', now)).toBe('in 2 hours');
  expect(relative('2026-03-01T11:59:58Z', now)).toBe('now');
  language.choose('zh-CN');
  expect(relative('2026-03-01T11:57:00Z', now)).toBe('3分钟前');
});

test('a day is named only when it is not today', () => {
  const now = new Date(2026, 2, 1, 20).getTime();
  expect(moment(new Date(2026, 2, 1, 8, 4).toISOString(), now)).not.toContain('2026');
  expect(moment(new Date(2026, 1, 27, 8, 4).toISOString(), now)).toContain('2026');
});

test('lengths of time and sizes are short', () => {
  expect(stopwatch(4 * 60_000 + 7_400)).toBe('4:07');
  expect(stopwatch(3_600_000 + 125_000)).toBe('1:02:05');
  expect(stopwatch(-5)).toBe('0:00');
  expect(duration(18_400)).toBe('18.4 sec');
  expect(bytes(1_622_000)).toBe('1.6 MB');
  expect([0, 640, 999_999, 48_130_000_000].map(bytes)).toEqual(['0 byte', '640 byte', '1,000 kB', '48.1 GB']);
});
