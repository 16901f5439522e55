// Between a moment and what clocks in a time zone show.
import { parseAbsolute, parseDateTime, toZoned } from '@internationalized/date';

/** The moment at which clocks there show this (`2027-03-01T18:00`), or undefined for no such time. */
export function momentAt(clock: string, zone: string): string | undefined {
  try {
    return toZoned(parseDateTime(clock), zone).toDate().toISOString();
  } catch {
    return undefined;
  }
}

/** What clocks there show at a moment, as a field for date and time wants it. */
export function clockAt(instant: string, zone: string): string {
  try {
    return parseAbsolute(instant, zone).toString().slice(0, 16);
  } catch {
    return '';
  }
}

/** Every time zone this computer knows. */
export function zones(): string[] {
  return Intl.supportedValuesOf('timeZone');
}
