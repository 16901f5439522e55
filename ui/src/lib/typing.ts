// Looking for words while they are written.

/** Quiet for this long before the words are looked for: most letters come slower, and a screen answers within 150 ms. */
export const TYPING_MS = 80;

/** An input method is still at work: what stands in the field are its own signs, not yet the writer's words. */
export function composing(event: Event): boolean {
  return event instanceof InputEvent && event.isComposing;
}
