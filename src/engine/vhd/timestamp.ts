/** 2000-01-01 00:00 UTC, from which all time stamps count, in seconds since 1970. */
const EPOCH_SECONDS = 946_684_800;

/** A time stamp (seconds, 32 bits unsigned) as a date; null for 0, which says nothing. Virtual PC 6 wrote local time (FORMAT 1.1). */
export function dateOfTimestamp(seconds: number): Date | null {
  return seconds === 0 ? null : new Date((seconds + EPOCH_SECONDS) * 1000);
}

/** The time stamp of a date: whole seconds, rounded down, kept within what 32 bits hold (2000 to 2136). */
export function timestampOfDate(date: Date): number {
  const seconds = Math.floor(date.getTime() / 1000) - EPOCH_SECONDS;
  return Math.min(Math.max(seconds, 0), 0xffff_ffff);
}
