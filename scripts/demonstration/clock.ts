/** Everything that is practised goes by the clocks of Kerala, as what staff plan does. */
export const ZONE = 'Asia/Kolkata';

/** `2026-11-22T09:00:05` by the clocks of Kerala. */
export const wallClock = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' })
    .format(at)
    .replace(' ', 'T');
