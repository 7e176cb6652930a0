import type { Command } from 'commander';
import { type Alarm, openAlarms } from '../../src/deliveries/alarms.ts';
import {
  percent,
  type RecipientRate,
  recipientRates,
  type SenderRate,
  senderRates,
  WINDOW_DAYS,
} from '../../src/deliveries/rates.ts';
import { answer, table, withGround } from '../lib/cli.ts';

const SHOWN = 20;

/** `wecare deliverability`: how what was sent was received. */
export default function deliverability(program: Command): void {
  program
    .command('deliverability')
    .description(`Complaints and bounces of the last ${WINDOW_DAYS} days, by sender and by recipient domain`)
    .option('--json', 'answer with one line of JSON')
    .action((flags: { json?: boolean }) =>
      withGround(async (ground) => {
        const found = {
          days: WINDOW_DAYS,
          alarms: await openAlarms(ground.sql),
          senders: (await senderRates(ground)).map(withShares),
          recipients: await recipientRates(ground, SHOWN),
        };
        answer(flags, found, () => words(found));
      }),
    );
}

const withShares = (rate: SenderRate) => ({
  ...rate,
  complaintPercent: percent(rate.complaints, rate.sent),
  hardBouncePercent: percent(rate.hardBounces, rate.sent),
});

interface Found {
  alarms: Alarm[];
  senders: ReturnType<typeof withShares>[];
  recipients: RecipientRate[];
}

function words({ alarms, senders, recipients }: Found): string {
  if (!senders.length) return `Nothing was sent in the last ${WINDOW_DAYS} days.`;
  return [
    ...alarms.map(alarmInWords),
    table(
      senders.map((rate) => ({
        ...{ sender: rate.domain, sent: rate.sent, complaints: rate.complaints },
        ...{ '%': rate.complaintPercent, 'hard bounces': rate.hardBounces },
        ...{ '% ': rate.hardBouncePercent, 'soft bounces': rate.softBounces },
      })),
    ),
    ...(recipients.length
      ? [table(recipients.map(({ domain, ...rate }) => ({ recipients: domain, ...rate })))]
      : []),
  ].join('\n\n');
}

function alarmInWords({ senderDomain, kind, level, count, sent }: Alarm): string {
  const share = `${percent(count, sent)} % ${kind === 'bounces' ? 'hard bounces' : kind}`;
  const done = level === 'pause' ? 'its running campaigns were paused' : 'nothing was stopped yet';
  return `ALARM ${senderDomain}: ${share} (${count} of ${sent}); ${done}.`;
}
