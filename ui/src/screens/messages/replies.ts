// Filling in a saved reply: the seller reads and changes it before it goes.

export type Filling = { /** Whom it goes to. */ name: string; /** The order or the job. */ about: string; stall: string };

/** Only the names that are known are filled in; other braces are the seller's own words. */
export function filled(text: string, filling: Filling): string {
  return text.replaceAll(/\{(name|about|stall)\}/g, (_, name: keyof Filling) => filling[name]);
}
