// What was said, made ready for showing: by day, and what somebody wrote in one go together.
import type { Letter, MessageView } from '$lib/backend/generated/contract';

export type Line = {
  id: string;
  /** them, robot, seller, market */
  who: string;
  name: string | null;
  text: string;
  at: string;
  imageUrl: string | null;
  signs: string[];
  /** A letter of ours that did not go yet. */
  unsent: Letter | undefined;
  /** A word about a message of an order that is not simply there. */
  state: string | undefined;
};

/** Lines of one side that follow each other closely. */
export type Group = { who: string; name: string | null; lines: Line[] };
export type Day = { at: string; groups: Group[] };

const CLOSE_MS = 10 * 60_000;

export function lineOfLetter(letter: Letter): Line {
  const gone = letter.state === 'received' || letter.state === 'sent';
  return { id: letter.id, who: letter.who, name: letter.name, text: letter.text, at: letter.at, imageUrl: letter.image_url, signs: letter.signs, unsent: gone ? undefined : letter, state: undefined };
}

export function lineOfMessage(message: MessageView): Line {
  const quiet = message.state === 'received' || message.state === 'sent';
  return { id: message.id, who: message.who === 'buyer' ? 'them' : message.who, name: message.name, text: message.text, at: message.at, imageUrl: null, signs: message.signs, unsent: undefined, state: quiet ? undefined : message.state };
}

export function byDay(lines: Line[]): Day[] {
  const days: Day[] = [];
  for (const line of lines) {
    let day = days.at(-1);
    if (day === undefined || new Date(day.at).toDateString() !== new Date(line.at).toDateString()) {
      day = { at: line.at, groups: [] };
      days.push(day);
    }
    const group = day.groups.at(-1);
    const before = group?.lines.at(-1);
    const follows = before !== undefined && Math.abs(Date.parse(line.at) - Date.parse(before.at)) < CLOSE_MS;
    if (group !== undefined && follows && group.who === line.who && group.name === line.name) group.lines.push(line);
    else day.groups.push({ who: line.who, name: line.name, lines: [line] });
  }
  return days;
}

/** Where a web address leads, for the seller to see before anything is opened. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/** Only addresses a browser opens as a page; all else is shown as text. */
export function isWeb(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
