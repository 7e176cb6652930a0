import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { PlanContent } from '../../../campaigns/plans/content.ts';
import { makeFromPlan } from '../../../campaigns/plans/make.ts';
import { findPlan } from '../../../campaigns/plans/plans.ts';
import { shifted } from '../../../campaigns/plans/relative.ts';
import { allLists } from '../../../contacts/lists.ts';
import { listSocialAccounts } from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import { found, type Refusal } from '../../../errors.ts';
import { languages } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { occasionsNow, PLANS } from './list.ts';
import { messagesOf } from './words.ts';

interface Chosen {
  plan: string;
  occasion: string;
}

interface Typed {
  name: string;
  startsOn: string;
  from: string;
  lists: string[];
  accounts: string[];
  language: string;
}

/** What is made, with what its form begins with. */
interface Found {
  name: string;
  content: PlanContent;
  /** Null where a person has to choose. */
  startsOn: string | null;
  moves: boolean;
}

export const askUse: Handler = (web) => async (req, res) => {
  const text = (name: string) => (typeof req.query[name] === 'string' ? String(req.query[name]) : '');
  const chosen = { plan: text('plan'), occasion: text('occasion') };
  const plan = await findChosen(web, readingOf(req, res), chosen);
  const from = (await sendersOf(web))[0] ?? '';
  const year = plan.startsOn ? ` ${DateTime.fromISO(plan.startsOn).year}` : '';
  const typed = {
    name: `${plan.name}${year}`,
    startsOn: plan.startsOn ?? '',
    from,
    lists: [],
    accounts: [],
    language: 'ml',
  };
  await showUse(web, { req, res, chosen, plan, typed });
};

export const use: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const chosen = { plan: form.text('plan'), occasion: form.text('occasion') };
  const plan = await findChosen(web, readingOf(req, res), chosen);
  const typed = typedIn(form);
  await orAgain(
    async () => {
      const accounts = typed.accounts.flatMap((account) =>
        tonguesOf(typed.language).map((language) => ({ account, language })),
      );
      const wish = { ...typed, accounts, from: typed.from || null };
      const user = { ...staffOf(res).user, disabledAt: null };
      const { campaignId, untimed } = await makeFromPlan(web.ground, user, { content: plan.content, wish });
      leadOn(res, `/console/campaigns/${campaignId}`, untimed.length ? 'plans-untimed' : 'plans-used');
    },
    (refusal) => showUse(web, { req, res, chosen, plan, typed, refusal }),
  );
};

const typedIn = (form: Form): Typed => ({
  ...{
    name: form.text('name').trim(),
    startsOn: form.text('startsOn').trim(),
    from: form.text('from').trim(),
  },
  ...{ lists: form.all('lists'), accounts: form.all('accounts'), language: form.text('language') || 'ml' },
});

const tonguesOf = (choice: string): string[] => (choice === 'both' ? [...languages] : [choice]);

async function findChosen(web: Web, { language, zone }: Reading, { plan, occasion }: Chosen): Promise<Found> {
  if (!occasion) return { ...(await findPlan(web.ground.sql, plan)), startsOn: null, moves: false };
  const one = found(
    occasionsNow(web, zone).find(({ key }) => key === occasion),
    say`There is no occasion ${JSON.stringify(occasion)}.`,
  );
  const startsOn = one.next && shifted(one.next.day, -one.lead);
  return { name: one.name[language], content: one.content, startsOn, moves: Boolean(one.next?.moves) };
}

/** Senders of mails, those used lately first. */
async function sendersOf({ ground }: Web): Promise<string[]> {
  const { rows } = await ground.sql.query<{ sender: string }>(
    `SELECT from_name || ' <' || from_address || '>' AS sender FROM message
      WHERE channel = 'email' AND from_address <> '' GROUP BY 1 ORDER BY max(created_at) DESC LIMIT 20`,
  );
  return rows.map(({ sender }) => sender);
}

interface Shown {
  req: Request;
  res: Response;
  chosen: Chosen;
  plan: Found;
  typed: Typed;
  refusal?: Refusal;
}

async function showUse(web: Web, { req, res, chosen, plan, typed, refusal }: Shown): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const accounts = (await listSocialAccounts(web.ground)).filter(({ disabledAt }) => !disabledAt);
  const opens = (channel: string) =>
    plan.content.messages.some((one) => one.channel === channel && !named(one));
  const data = {
    ...{ chosen, typed, moves: plan.moves, messages: messagesOf(reading, plan.content) },
    refused: refusal ? reading.said(refusal) : null,
    ...{ opensMails: opens('email'), opensPosts: opens('post'), senders: await sendersOf(web) },
    lists: (await allLists(web.ground.sql)).map(({ name }) => ({ name, chosen: typed.lists.includes(name) })),
    accounts: accounts.map(({ id, name, channel }) => ({
      ...{ id, name, network: networkOf(channel).title, chosen: typed.accounts.includes(id) },
    })),
    tongues: [...languages, 'both' as const].map((value) => ({
      ...{ value, text: t(`plans.language.${value}`), selected: value === typed.language },
    })),
  };
  await showConsole(web, {
    ...{ req, res, name: 'plan-use', title: t('plans.use', { name: plan.name }), data },
    crumbs: [
      { href: '/console/campaigns', text: t('nav.campaigns') },
      { href: PLANS, text: t('plans.title') },
    ],
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}

const named = ({ channel, audience }: PlanContent['messages'][number]) =>
  channel === 'post' ? audience.accounts.length > 0 : audience.lists.length > 0;
