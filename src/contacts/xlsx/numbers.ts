const DAY_MS = 86_400_000;
/** Day 0 of the two calendars of workbooks (ECMA-376 part 1, 18.17.4.1). */
const EPOCHS = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) };

/**
 * A number as a person would write it: no exponent, at most the 15 digits that a spreadsheet keeps, so
 * that a telephone number stays one.
 */
export function numberText(value: string): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (Number.isInteger(number)) return BigInt(number).toString();
  const short = String(Number(number.toPrecision(15)));
  return short.includes('e') ? number.toFixed(20).replace(/0+$/, '').replace(/\.$/, '') : short;
}

/** A day as 2026-11-22, with its time where it has one; a time alone as 09:30. */
export function dateText(value: string, since: 1900 | 1904): string {
  const days = Number(value);
  if (value.trim() === '' || !Number.isFinite(days) || Math.abs(days) > 3_000_000) return value;
  // The calendar of 1900 has a 29 February that never was, so days before it are one off.
  const day = since === 1900 && days < 60 && days >= 1 ? days + 1 : days;
  const iso = new Date(EPOCHS[since] + Math.round((day * DAY_MS) / 1000) * 1000).toISOString();
  const time = iso.slice(11, 19).replace(/:00$/, '');
  if (days >= 0 && days < 1) return time;
  return Number.isInteger(days) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}

/** Formats that every workbook has and that show a day or time (ECMA-376 part 1, 18.8.30). */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** @param code of a workbook's own format with this id, if it has one */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replace(/general/gi, '');
  return /[dmyhs]/i.test(bare);
}
