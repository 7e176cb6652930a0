/** How often a message comes, as a form asks it. */
export interface Repetition {
  every: 'day' | 'weekday' | 'week' | 'month' | 'month-end' | 'cron';
  /** `09:00` */
  time: string;
  /** 0 is Sunday. */
  weekdays: number[];
  dayOfMonth: number;
  /** What was written by hand, for `cron`. */
  expression: string;
}

export const USUAL_REPETITION: Repetition = {
  ...{ every: 'week', time: '09:00', weekdays: [1], dayOfMonth: 1, expression: '0 9 * * MON' },
};

const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The cron expression of five fields that a repetition means. */
export function cronOf({ every, time, weekdays, dayOfMonth, expression }: Repetition): string {
  const [hour = 9, minute = 0] = time.split(':').map(Number);
  const at = `${minute} ${hour}`;
  const days = [...new Set(weekdays)].sort().map((day) => NAMES[day]);
  switch (every) {
    case 'day':
      return `${at} * * *`;
    case 'weekday':
      return `${at} * * MON-FRI`;
    case 'week':
      return `${at} * * ${days.join(',') || 'MON'}`;
    case 'month':
      return `${at} ${dayOfMonth} * *`;
    case 'month-end':
      return `${at} L * *`;
    case 'cron':
      return expression;
  }
}

/** The repetition that an expression is, where a form can ask it; else the expression itself. */
export function repetitionOf(expression: string): Repetition {
  const byHand: Repetition = { ...USUAL_REPETITION, every: 'cron', expression };
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.toUpperCase().split(' ');
  if (!/^\d+$/.test(minute) || !/^\d+$/.test(hour) || month !== '*') return byHand;
  const same = { ...byHand, time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` };
  if (day === '*') {
    if (weekday === '*') return { ...same, every: 'day' };
    if (weekday === 'MON-FRI' || weekday === '1-5') return { ...same, every: 'weekday' };
    const weekdays = weekday
      .split(',')
      .map((name) => (/^[0-7]$/.test(name) ? Number(name) % 7 : NAMES.indexOf(name)));
    return weekdays.includes(-1) ? byHand : { ...same, every: 'week', weekdays };
  }
  if (weekday !== '*') return byHand;
  if (day === 'L') return { ...same, every: 'month-end' };
  return /^\d+$/.test(day) ? { ...same, every: 'month', dayOfMonth: Number(day) } : byHand;
}
