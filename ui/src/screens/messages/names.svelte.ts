// Names of people that were looked at, while the window is open: a letter to somebody new knows only their id.
import { SvelteMap } from 'svelte/reactivity';

const names = new SvelteMap<string, string>();

export function noteName(id: string, name: string | null): void {
  if (name !== null && names.get(id) !== name) names.set(id, name);
}

export function nameOf(id: string | null): string | null {
  return id === null ? null : (names.get(id) ?? null);
}
