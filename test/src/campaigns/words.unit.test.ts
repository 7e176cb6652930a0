import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../src/campaigns/schedule.ts';
import { dateInWords, inWords } from '../../../src/campaigns/words.ts';

const NOW = new Date('2026-11-21T06:30:00Z');
const cron = (expression: string) => parseSchedule({ kind: 'cron', expression }, NOW);
const once = (at: string, zone = 'Asia/Kolkata') => parseSchedule({ kind: 'once', at, zone }, NOW);

describe('a schedule in words', () => {
  it('tells date, time and zone of a single time', () => {
    expect(inWords(once('2026-11-22 09:00'), 'en')).toBe(
      'Once, on Sunday, 22 November 2026 at 9:00 am (Indian time)',
    );
    expect(inWords(once('2026-11-22 09:00'), 'ml')).toBe(
      'ഒരിക്കൽ: 2026 നവംബർ 22, ഞായറാഴ്ച രാവിലെ 9:00-ന് (ഇന്ത്യൻ സമയം)',
    );
  });

  it('says which of two equal clock times is meant', () => {
    expect(inWords(once('2027-11-07 01:30', 'America/New_York'), 'en')).toMatch(/first of the two/);
  });

  it.each([
    ['0 9 * * *', 'At 9:00 am, every day (Indian time)'],
    ['0 9 * * 1', 'At 9:00 am, only on Monday (Indian time)'],
    ['0 9 1 * 1', 'At 9:00 am, on day 1 of the month, or on Monday (Indian time)'],
    [
      '*/15 9-17 * * MON-FRI',
      'Every 15 minutes, between 9:00 am and 5:59 pm, Monday through Friday (Indian time)',
    ],
  ])('puts %j into English', (expression, words) => {
    expect(inWords(cron(expression), 'en')).toBe(words);
  });

  it.each([
    ['0 9 * * *', 'എല്ലാ ദിവസവും രാവിലെ 9:00-ന് (ഇന്ത്യൻ സമയം)'],
    ['30 18 * * 1', 'എല്ലാ തിങ്കളാഴ്ചയും വൈകിട്ട് 6:30-ന് (ഇന്ത്യൻ സമയം)'],
    ['0 21 * * MON,WED,7', 'എല്ലാ ആഴ്ചയും ഞായർ, തിങ്കൾ, ബുധൻ ദിവസങ്ങളിൽ രാത്രി 9:00-ന് (ഇന്ത്യൻ സമയം)'],
    ['0 12 1 * *', 'എല്ലാ മാസവും 1-ാം തീയതി ഉച്ചയ്ക്ക് 12:00-ന് (ഇന്ത്യൻ സമയം)'],
    ['*/15 * * * *', 'ഓരോ 15 മിനിറ്റിലും (ഇന്ത്യൻ സമയം)'],
    ['0 9 * * 1#2', '“0 9 * * 1#2” എന്ന സമയക്രമപ്രകാരം (ഇന്ത്യൻ സമയം)'],
  ])('puts %j into Malayalam', (expression, words) => {
    expect(inWords(cron(expression), 'ml')).toBe(words);
  });

  it('writes a due time by the clocks of its zone', () => {
    const at = new Date('2026-11-22T03:30:00Z');
    expect(dateInWords(at, 'Asia/Kolkata', 'en')).toBe('Sunday, 22 November 2026, 9:00 am');
    expect(dateInWords(at, 'Asia/Kolkata', 'ml')).toBe('2026 നവംബർ 22, ഞായറാഴ്ച രാവിലെ 9:00-ന്');
  });
});
