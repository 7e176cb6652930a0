import type { Request, Response } from 'express';
import { networks } from '../../../../channels/networks.ts';
import { campaignOverview, type MessageGlance } from '../../../campaigns/overview.ts';
import { dateInWords, inWords, windowInWords } from '../../../campaigns/words.ts';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import type { Refusal } from '../../../errors.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { timelineOf } from './timeline.ts';
import { accountsIn, dayAt, messageBadge, namesIn, runBadge } from './words.ts';

export const page: Handler = (web) => (req, res) => showCampaign(web, { req, res });

/** A campaign: what it is for, its messages along time, where each stands and what comes next. */
export async function showCampaign(
  web: Web,
  { req, res, refusal }: { req: Request; res: Response; refusal?: Refusal },
): Promise<void> {
  const reading = readingOf(req, res);
  const { campaign, messages } = await campaignOverview(web.ground, String(req.params.id));
  const { roles } = staffOf(res).user;
  const live = messages.filter((message) => campaign.archivedAt || !message.archivedAt);
  const data = {
    campaign,
    days: daysOf(reading, campaign),
    timeline: timelineOf(reading, live, web.ground.clock.now()),
    messages: live.map((message) => messageOf(reading, message)),
    put: messages.length - live.length,
    refused: refusal ? reading.said(refusal) : null,
    mayWrite: web.allows(roles, 'post', '/console/campaigns'),
    sending: live.some(({ runs }) => runs.some(({ state }) => state === 'running' || state === 'freezing')),
    sentBefore: live.some(({ runs }) => runs.some(({ startedAt }) => startedAt)),
  };
  const crumbs = [{ href: '/console/campaigns', text: reading.t('nav.campaigns') }];
  await showConsole(web, {
    ...{ req, res, name: 'campaign', title: campaign.name, crumbs, data, status: refusal ? 422 : 200 },
    styles: ['console-campaigns.css'],
  });
}

function daysOf(
  { t, language }: Reading,
  { startsOn, endsOn }: { startsOn: string | null; endsOn: string | null },
) {
  const day = (text: string) =>
    new Intl.DateTimeFormat(`${language}-IN`, { day: 'numeric', month: 'long', year: 'numeric' }).format(
      dayAt(text),
    );
  if (startsOn && endsOn) return t('campaign.from-to', { from: day(startsOn), to: day(endsOn) });
  if (startsOn) return t('campaign.from', { from: day(startsOn) });
  return endsOn ? t('campaign.to', { to: day(endsOn) }) : null;
}

function messageOf(reading: Reading, message: MessageGlance) {
  const { language, t } = reading;
  const { schedule, audience, window: hours } = message;
  const zone = schedule?.zone ?? reading.zone;
  const [latest] = message.runs.filter(({ startedAt }) => startedAt);
  return {
    ...{
      id: message.id,
      post: message.channel === 'post',
      network: isPhoneChannel(message.channel) ? (networks[message.channel]?.title ?? null) : null,
      name: message.name,
      newsletter: message.newsletter,
      comments: message.comments,
    },
    badge: messageBadge(reading, message),
    languages: namesIn(
      language,
      message.languages.map((one) => t('campaign.language', { language: one })),
    ),
    accounts: accountsIn(audience),
    audience: namesIn(language, [...audience.lists, ...(audience.segments ?? [])]),
    corrects: message.correctsRun,
    when:
      schedule &&
      [inWords(schedule, language), hours && windowInWords(hours, language)].filter(Boolean).join(', '),
    next: message.nextDates.slice(0, 3).map((at) => dateInWords(at, zone, language)),
    approval: message.approval,
    askedAt: message.askedAt,
    asks: message.runs.filter(({ state }) => state === 'asked').map(({ run }) => run),
    latest: latest ? { ...latest, badge: runBadge(reading, latest.state), at: latest.startedAt } : null,
  };
}
