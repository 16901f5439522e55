// Where the seller was in a list: the row that was opened last takes the keyboard again when they come back.
import { tick } from 'svelte';

const opened = new Map<string, string>();

export function opens(list: string, id: string): void {
  opened.set(list, id);
}

/** To be called once the rows stand on the page. */
export async function comeBack(list: string): Promise<void> {
  const id = opened.get(list);
  if (id === undefined) return;
  opened.delete(list);
  await tick();
  // After the frame has begun the screen at its top.
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
    row?.scrollIntoView?.({ block: 'center' });
    row?.focus({ preventScroll: true });
  });
}

/** Arrows, j and k go from row to row. */
export function walkRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && event.target.matches('input, textarea, select'))) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || (at < 0 && event.key !== 'Home' && event.key !== 'j')) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(to, rows.length - 1))]?.focus();
}
