// Hands that have no mouse: every place is reached with Tab, and where the focus is can always be seen.
import type { Page } from 'playwright-core';

const MOST_STEPS = 150;

interface Focus {
  id: string | null;
  isShown: boolean;
  where: string;
}

function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body || at.matches('[tabindex="-1"]')) return { id: null, isShown: true, where: 'nothing' };
    const ring = (element: Element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    };
    // A choice's own input is not drawn: its words stand for it and carry the mark.
    const stands = at.closest('label') ?? at;
    const box = stands.getBoundingClientRect();
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const isMarked = at.matches(':focus-visible') && [at, at.nextElementSibling, stands, at.parentElement].some((element) => element !== null && ring(element));
    // WCAG 2.4.11: not wholly behind something else; 2.4.7: marked.
    const isFree = middle !== null && (stands.contains(middle) || middle.contains(stands));
    return {
      id: at.closest('[data-testid]')?.getAttribute('data-testid') ?? null,
      isShown: isMarked && isFree,
      where: `${at.tagName.toLowerCase()} ${at.getAttribute('name') ?? ''} in ${stands.className} "${(at.textContent ?? '').trim().slice(0, 40)}" marked ${String(isMarked)} free ${String(isFree)}`,
    };
  });
}

/** The focus, once what moves with it (a page that scrolls, a link that slides in) has come to rest. */
async function settled(page: Page): Promise<Focus> {
  let at = await focus(page);
  for (const end = Date.now() + 2_000; !at.isShown && Date.now() < end; at = await focus(page)) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return at;
}

/** Tabs to a place; everything passed on the way must show its focus. */
export async function tabTo(page: Page, testid: string): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const at = await settled(page);
    if (!at.isShown) throw new Error(`the focus cannot be seen: ${at.where}`);
    if (at.id === testid) return;
    passed.push(at.id ?? at.where);
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${testid}; passed: ${passed.join(', ')}`);
}

/** Goes to a place and presses it. */
export async function press(page: Page, testid: string): Promise<void> {
  await page.getByTestId(testid).first().waitFor();
  await tabTo(page, testid);
  await page.keyboard.press('Enter');
}
