// Looking for words while they are written.

/** Quiet for this long before the words are looked for: letters of one stroke or paste come within it, a writer's come slower. */
export const TYPING_MS = 40;

/** An input method is still at work: what stands in the field are its own signs, not yet the writer's words. */
export function composing(event: Event): boolean {
  return event instanceof InputEvent && event.isComposing;
}
