import type { PlanContent, PlanMessage } from '../../../campaigns/plans/content.ts';
import { cronInWords } from '../../../campaigns/words.ts';
import type { Reading } from '../shell.ts';

/** A plan's messages with their times, as a person says them. */
export const messagesOf = (reading: Reading, { messages }: PlanContent) =>
  messages.map((message) => ({
    name: message.name,
    channel: reading.t(`calendar.channel.${message.channel}`),
    when: whenSaid(reading, message),
  }));

function whenSaid({ t, language }: Reading, { when }: PlanMessage): string {
  if (!when) return t('plans.when.none');
  if (when.kind === 'cron') return cronInWords(when.expression, language);
  const { anchor, days, time } = when;
  const side = days < 0 ? 'before' : 'after';
  return t(`plans.when.${anchor}.${side}`, { days: Math.abs(days), time: time.slice(0, 5) });
}
