// The language of every word on the screen. Messages read it where they are shown, so a change re-words the
// page at once, without a reload.
import { overwriteGetLocale } from '$lib/paraglide/runtime';
import type { Language } from '$lib/backend/generated/contract';

let chosen = $state<Language>(navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');

export const language = {
  get now(): Language {
    return chosen;
  },
  choose(next: Language): void {
    chosen = next;
    document.documentElement.lang = next;
  },
};

overwriteGetLocale(() => chosen);
