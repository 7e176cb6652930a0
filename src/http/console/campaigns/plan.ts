import type { Request, Response } from 'express';
import { defaultZone } from '../../../access/default-zone.ts';
import { readCampaign } from '../../../campaigns/efforts.ts';
import { type MessageGlance, messageGlance } from '../../../campaigns/overview.ts';
import { countPlanned, PlanMoved, planMessage } from '../../../campaigns/plan.ts';
import { allLists } from '../../../contacts/lists.ts';
import { listSegments } from '../../../contacts/segments/segments.ts';
import { found, Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { tabsOf } from '../messages/tabs.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { costOf } from './cost-view.ts';
import { namesOfPlan, type PlanTyped, planOf, planTyped, setupOf } from './plan-form.ts';
import { optionsOf, whenOf } from './plan-words.ts';
import { whyIn } from './run-words.ts';
import { accountsIn, messageBadge } from './words.ts';

/**
 * A message's audience and time. The form's own fields in the address show what they would mean, without
 * anything being saved; `count=1` counts the audience.
 */
export const showPlan: Handler = (web) => async (req, res) => {
  const message = await messageOf(web, req);
  const fields = new URLSearchParams(req.url.split('?')[1] ?? '');
  const usual = await defaultZone(web.ground);
  const typed = fields.has('when') ? planTyped(fields, usual) : planOf(message, usual);
  await showForm(web, { req, res, message, typed });
};

export const savePlan: Handler = (web) => async (req, res) => {
  const message = await messageOf(web, req);
  const fields = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
  const typed = planTyped(fields, await defaultZone(web.ground));
  await orAgain(
    async () => {
      const user = { ...staffOf(res).user, disabledAt: null };
      const revision = Number(fields.get('revision'));
      const setup = setupOf(typed, message.languages);
      const { withdrawn } = await planMessage(web.ground, { messageId: message.id, user, revision }, setup);
      leadOn(res, pathOf(message), withdrawn ? 'plan-saved-anew' : 'plan-saved');
    },
    (refusal) => showForm(web, { req, res, message, typed, refusal }),
  );
};

const pathOf = ({ id }: { id: string }) => `/console/messages/${id}/plan`;

/** The message of the address. @throws Refusal (404) when there is none */
export async function messageOf(web: Web, req: Request): Promise<MessageGlance> {
  const id = String(req.params.id);
  const { sql, clock } = web.ground;
  return found(await messageGlance({ sql, clock }, id), say`There is no message ${id}.`);
}

interface Shown {
  req: Request;
  res: Response;
  message: MessageGlance;
  typed: PlanTyped;
  refusal?: Refusal;
}

async function showForm(web: Web, { req, res, message, typed, refusal }: Shown): Promise<void> {
  const reading = readingOf(req, res);
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', '/console/messages/:id/plan');
  const [lists, segments] = [await allLists(web.ground.sql), await listSegments(web.ground)];
  const data = {
    ...{ message: { ...message, badge: messageBadge(reading, message) }, typed, mayWrite },
    mail: message.channel === 'email',
    cost: await costOf(web, reading, message),
    ...{ post: message.channel === 'post', accounts: accountsIn(message.audience) },
    ...{
      path: pathOf(message),
      refused: refusal ? reading.said(refusal) : null,
      archived: Boolean(message.archivedAt),
    },
    moved:
      refusal instanceof PlanMoved
        ? differencesOf(reading, typed, planOf(refusal.current, typed.zone))
        : null,
    ...optionsOf(reading, { typed, message, lists, segments }),
    when: whenOf(reading, { typed, saved: message.schedule, now: web.ground.clock.now() }),
    count:
      req.query.count === '1' && message.channel !== 'post'
        ? await countOf(web, reading, { message, typed })
        : null,
    asksCount: req.query.count !== '1',
  };
  const tabs = tabsOf({ web, req, res }, message, 'plan');
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'plan',
      title: reading.t('plan.title'),
      data: { ...data, tabs },
      crumbs: await crumbsTo(web, reading, message),
    },
    ...{
      styles: ['console-campaigns.css'],
      status: refusal ? (refusal instanceof PlanMoved ? 409 : 422) : 200,
    },
  });
}

/** The way to a page of a message. */
export async function crumbsTo(web: Web, { t }: Reading, message: MessageGlance) {
  const { campaignId, id, name } = message;
  const campaign = await readCampaign(web.ground.sql, campaignId);
  const above = `/console/campaigns/${campaignId}`;
  return [
    { href: '/console/campaigns', text: t('nav.campaigns') },
    ...(campaign.name === name ? [] : [{ href: above, text: campaign.name }]),
    { href: `${above}#m-${id}`, text: name },
  ];
}

/** What is typed and what somebody else saved, field by field, where they differ. */
function differencesOf({ t }: Reading, typed: PlanTyped, saved: PlanTyped) {
  const fields = Object.keys(saved) as (keyof PlanTyped)[];
  const said = (value: PlanTyped[keyof PlanTyped]) =>
    Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'boolean'
        ? t(value ? 'console.yes' : 'console.no')
        : value;
  return fields
    .filter((field) => said(typed[field]) !== said(saved[field]))
    .map((field) => ({
      field: t(`plan.field.${field}`),
      yours: said(typed[field]),
      theirs: said(saved[field]),
    }));
}

async function countOf(
  { ground }: Web,
  reading: Reading,
  { message, typed }: { message: MessageGlance; typed: PlanTyped },
) {
  const asked = { names: namesOfPlan(typed), fallback: setupOf(typed, message.languages).fallback };
  try {
    const count = await countPlanned(ground, message, asked);
    if (!count) return { none: true, refused: null, exact: false, total: 0, languages: [], leftOut: [] };
    const languages = Object.entries(count.languages).map(([language, n]) => ({
      ...{ n, text: reading.t('campaign.language', { language }) },
    }));
    const leftOut = Object.entries(count.leftOut)
      .sort(([, one], [, other]) => other - one)
      .map(([reason, n]) => ({ n, text: whyIn(reading, reason) || reason }));
    return { none: false, refused: null, exact: count.exact, total: count.total, languages, leftOut };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { none: false, refused: reading.said(error), exact: false, total: 0, languages: [], leftOut: [] };
  }
}
