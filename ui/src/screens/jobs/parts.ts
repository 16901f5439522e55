// What the rooms of Jobs say in the same way.
import type { ApplicationView, PostedJobView } from '$lib/backend/generated/contract';
import { number } from '$lib/format';
import { language } from '$lib/language.svelte';
import { m } from '$lib/paraglide/messages';

export type Tone = 'plain' | 'good' | 'heed' | 'bad' | 'calm';

/** Limits of the marketplace, counted at the fields. */
export const LIMITS = {
  title: [5, 200],
  about: [20, 10_000],
  skills: 20,
  skill: 100,
  criteria: 20,
  criterion: 500,
  timeline: 200,
  letter: 5000,
  word: 10_000,
  review: 5000,
  note: 1000,
  searchName: 80,
} as const;

/** Characters as the marketplace counts them. */
export function length(text: string): number {
  return [...text].length;
}

/** What is wrong with a typed amount, if anything. */
export function amountProblem(text: string): string | undefined {
  return text.trim() === '' || /^\d+(\.\d+)?$/.test(text.trim()) ? undefined : m.jobs_amount_problem();
}

/** A budget in words. The marketplace names no currency. */
export function budgetWords(least: string | null, most: string | null): string {
  const [from, to] = [least ?? '', most ?? ''].map((amount) => (amount === '' ? '' : number(amount)));
  if (from === '' && to === '') return m.jobs_budget_none();
  if (from === to || to === '') return m.jobs_budget_from({ least: from ?? '' });
  return from === '' ? m.jobs_budget_to({ most: to ?? '' }) : m.jobs_budget({ least: from ?? '', most: to ?? '' });
}

export function applicationTone(each: ApplicationView): Tone {
  switch (each.state) {
    case 'accepted':
      return each.job_status === 'cancelled' ? 'bad' : 'good';
    case 'held':
    case 'failed':
      return 'bad';
    case 'draft':
    case 'sending':
      return 'heed';
    case 'pending':
      return 'calm';
    default:
      return 'plain';
  }
}

export function postedTone(job: PostedJobView): Tone {
  switch (job.state) {
    case 'open':
    case 'in_progress':
      return 'calm';
    case 'completed':
      return 'good';
    case 'refused':
      return 'bad';
    case 'draft':
    case 'posting':
    case 'other':
      return 'heed';
    default:
      return 'plain';
  }
}

/** Where an accepted application stands, as a code. */
export function standing(each: ApplicationView): string {
  if (each.state !== 'accepted') return each.state === 'pending' && each.reason === 'taken' ? 'taken' : each.state;
  if (each.job_status === 'completed') return each.payment === 'received' ? 'paid' : 'completed';
  if (each.job_status === 'cancelled') return 'cancelled';
  return each.delivered_at === null ? 'accepted' : 'delivered';
}

/** A moment on the clocks of a time zone, or undefined when the zone is not known here. */
export function momentIn(instant: string, zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat(language.now, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(new Date(instant));
  } catch {
    return undefined;
  }
}

export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The places where others write of people; another room shows them. */
export const personHref = (id: string): string => `#/jobs/people/${encodeURIComponent(id)}`;
export const writeHref = (id: string): string => `#/messages/new/${encodeURIComponent(id)}`;
