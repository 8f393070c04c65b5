/** 2000-01-01 00:00 UTC, from which all time stamps count, in seconds since 1970. */
const EPOCH_SECONDS = 946_684_800;

/** A time stamp (seconds, 32 bits unsigned) as a date; null for 0, which says nothing. Virtual PC 6 wrote local time (FORMAT 1.1). */
export function dateOfTimestamp(seconds: number): Date | null {
  return seconds === 0 ? null : new Date((seconds + EPOCH_SECONDS) * 1000);
}

/**
 * The time stamp of a date and a time as they are shown, or in ISO 8601; UTC unless a zone is given, midnight without a time. 0 for `not set` and for nothing. Null for
 * anything else, and for a moment that no time stamp stands for: before 2000-01-01 00:00:01 or after 2136-02-07 06:28:15.
 */
export function parseTimestamp(text: string): number | null {
  if (text === '' || text.toLowerCase() === 'not set') {
    return 0;
  }
  const [, day, time = '00:00:00', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.0+)?)?\s*(UTC|Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? [];
  if (day === undefined) {
    return null;
  }
  const utc = new Date(`${day}T${time.padEnd(8, ':00')}Z`);
  // The 31st of a month of 30 days would be taken for the day after.
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 10) !== day) {
    return null;
  }
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  const seconds = utc.getTime() / 1000 - shift - EPOCH_SECONDS;
  return seconds >= 1 && seconds <= 0xffff_ffff ? seconds : null;
}

/** The time stamp of a date: whole seconds, rounded down, kept within what 32 bits hold (2000 to 2136). */
export function timestampOfDate(date: Date): number {
  const seconds = Math.floor(date.getTime() / 1000) - EPOCH_SECONDS;
  return Math.min(Math.max(seconds, 0), 0xffff_ffff);
}
