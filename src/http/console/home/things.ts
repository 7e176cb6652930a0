import type { Home } from '../../../campaigns/home.ts';
import type { WaitingThing } from '../../../campaigns/waiting.ts';
import { formatAmount, type MessageKey } from '../../../i18n.ts';
import type { Reading } from '../shell.ts';
import { moneyThings } from './money.ts';
import type { Where } from './where.ts';

/** A line of "Waiting for you": what it is, why, and where somebody does something about it. */
export interface Thing {
  /** The look of its sign: a state, or an icon. */
  look: string | null;
  sign: string | null;
  text: string;
  small: string;
  href: string | null;
  button: string;
}

export interface Telling {
  reading: Reading;
  where: Where;
  approves: boolean;
  /** The viewer's id. */
  user: string;
}

const LOOKS: Record<WaitingThing['kind'], string | null> = {
  ...{ approval: null, late: 'deferred', asked: 'deferred', paused: 'held' },
  ...{ unknown: 'unknown', failed: 'failed' },
};

/** Everything that needs a person, the most pressing first. */
export function thingsOf(home: Home, telling: Telling): Thing[] {
  const alarms = home.alarms.map((alarm) => alarmThing(alarm, telling));
  const waiting = home.waiting.map((thing) => waitingThing(thing, telling));
  const money = home.finance ? moneyThings(home.finance, telling) : [];
  const counters = home.counters.map((counter) => counterThing(counter, telling));
  return [
    ...counters,
    ...alarms,
    ...reportThings(home, telling),
    ...attentionThings(home, telling),
    ...accountThings(home, telling),
    ...signatureThings(home, telling),
    ...money,
    ...projectThings(home, telling),
    ...occasionThings(home, telling),
    ...waiting,
    ...technicalThings(home, telling),
  ];
}

function waitingThing(thing: WaitingThing, { reading, where, approves }: Telling): Thing {
  const { t, moment, again } = reading;
  const { kind, campaign, message, count, reason, at, own } = thing;
  const approval = kind === 'approval';
  const by = approves && own ? 'own' : approves ? 'mine' : 'other';
  const key = (part: string) => `home.${kind}${part}` as MessageKey;
  return {
    ...{ look: LOOKS[kind], sign: approval ? 'doc' : null },
    text: t(key(''), { campaign, message, count }),
    small: approval ? t(key(`.${by}`)) : reason ? again(reason) : t(key('.why'), { at: moment(at) }),
    href: approval ? where.approval(thing) : where.run(thing.run, thing.campaignId),
    button: t(approval && by === 'mine' ? 'home.approval.do' : key('.do')),
  };
}

/** Whoever writes sees that it waits; whoever decides sees what there is to read. */
function projectThings({ projects }: Home, { reading: { t, language }, where, approves }: Telling): Thing[] {
  return projects.flatMap(({ kind, projectId, titles, own }) => {
    const href = where.project(projectId, kind === 'update' ? '/updates' : '');
    if (!href) return [];
    const by = approves && own ? 'own' : approves ? 'mine' : 'other';
    const project = titles[language] || titles.en || titles.ml;
    return [
      {
        ...{ look: null, sign: 'target', href, text: t(`home.project.${kind}`, { project }) },
        small: t(`home.approval.${by}`),
        button: t(by === 'mine' ? 'home.project.do' : 'home.look'),
      },
    ];
  });
}

/** A promise of a day stands above what can wait. */
function reportThings({ occasions: { reports, late } }: Home, { reading: { t }, where }: Telling): Thing[] {
  if (!reports) return [];
  const small = late ? t('home.reports.late', { late }) : t('home.reports.why');
  const words = { text: t('home.reports', { count: reports }), small, button: t('home.reports.do') };
  return [
    {
      look: late ? 'failed' : 'deferred',
      sign: null,
      ...words,
      href: where.page('/console/occasions/reports'),
    },
  ];
}

function occasionThings({ occasions }: Home, { reading: { t }, where }: Telling): Thing[] {
  const count = occasions.waiting + occasions.unseen;
  if (!count) return [];
  const words = { text: t('home.occasions', { count }), small: t('home.occasions.why') };
  const href = where.page('/console/occasions/waiting');
  return [{ look: null, sign: 'leaf', ...words, href, button: t('home.occasions.do') }];
}

function attentionThings({ attention }: Home, { reading: { t }, where }: Telling): Thing[] {
  if (!attention) return [];
  const words = { text: t('home.attention', { count: attention }), small: t('home.attention.why') };
  const href = where.page('/console/attention');
  return [{ look: null, sign: 'bell', ...words, href, button: t('home.attention.do') }];
}

function signatureThings({ signatures }: Home, { reading: { t }, where }: Telling): Thing[] {
  if (!signatures) return [];
  const href = where.page('/console/disbursements');
  const words = { text: t('home.signature', { count: signatures }), small: t('home.signature.why') };
  return [{ look: null, sign: 'hands', ...words, href, button: t('home.signature.do') }];
}

function alarmThing(alarm: Home['alarms'][number], { reading: { t }, where }: Telling): Thing {
  const { senderDomain: domain, kind, level, count, sent } = alarm;
  return {
    ...{ look: 'failed', sign: null },
    text: t(`home.alarm.${kind}`, { domain, count, sent }),
    small: t(`home.alarm.${level}`),
    href: where.page('/console/settings/deliverability'),
    button: t('home.look'),
  };
}

function counterThing(counter: Home['counters'][number], { reading: { t } }: Telling): Thing {
  const { slug, countedRaised, booksRaised, countedGifts, booksGifts } = counter;
  return {
    ...{ look: 'failed', sign: null, text: t('home.counter', { project: slug }) },
    small: t('home.counter.why', {
      ...{ counted: formatAmount(countedRaised), books: formatAmount(booksRaised), countedGifts, booksGifts },
    }),
    ...{ href: `/projects/${slug}`, button: t('home.look') },
  };
}

function accountThings({ accounts }: Home, { reading: { t, moment }, where }: Telling): Thing[] {
  const used = accounts.filter(({ disabledAt }) => !disabledAt);
  const href = where.page('/console/settings/accounts');
  if (!used.length && href) {
    const words = {
      text: t('home.no-account'),
      small: t('home.no-account.why'),
      button: t('home.no-account.do'),
    };
    return [{ look: null, sign: 'server', ...words, href }];
  }
  return used.flatMap(({ name, trouble, restsUntil }) =>
    restsUntil
      ? [
          {
            ...{ look: 'deferred', sign: null, text: t('home.rests', { name, until: moment(restsUntil) }) },
            ...{ small: trouble ?? '', href, button: t('home.look') },
          },
        ]
      : [],
  );
}

function technicalThings({ technical }: Home, { reading: { t, moment, again }, where }: Telling): Thing[] {
  const keys = technical.keys.map(({ name, user, expiresAt }) => ({
    ...{ look: null, sign: 'key', href: where.page('/console/settings/api-keys'), button: t('home.look') },
    text: t('home.key', { name, until: expiresAt ? moment(expiresAt) : '' }),
    small: t('home.key.why', { user }),
  }));
  const webhooks = technical.webhooks.map(({ url, disabledReason, failingSince }) => ({
    ...{ look: 'failed', sign: null, href: where.page('/console/settings/webhooks'), button: t('home.look') },
    text: t('home.webhook', { host: new URL(url).host }),
    small: disabledReason
      ? again(disabledReason)
      : failingSince
        ? t('home.webhook.since', { since: moment(failingSince) })
        : '',
  }));
  return [...keys, ...webhooks];
}
