// What is being written, by thread: it stays when the seller looks at another one.
import { SvelteMap } from 'svelte/reactivity';

export type Draft = { text: string; imageUrl: string; /** The same key is never sent twice. */ key: string };

const drafts = new SvelteMap<string, Draft>();

export function draftOf(thread: string): Draft {
  return drafts.get(thread) ?? { text: '', imageUrl: '', key: crypto.randomUUID() };
}

export function keepDraft(thread: string, draft: Draft): void {
  drafts.set(thread, draft);
}

export function dropDraft(thread: string): void {
  drafts.delete(thread);
}

export function hasDraft(thread: string): boolean {
  return (drafts.get(thread)?.text.trim() ?? '') !== '';
}
