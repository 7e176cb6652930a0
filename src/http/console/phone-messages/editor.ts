import type { Request, Response } from 'express';
import { editMessage } from '../../../campaigns/campaigns.ts';
import { addToCampaign, type Draft, openDraft, type Usual, usualFor } from '../../../campaigns/drafts.ts';
import { phoneTextsOf } from '../../../campaigns/phone/contents.ts';
import { type OfferedTemplate, offeredTemplates } from '../../../campaigns/phone/look.ts';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import { Refusal } from '../../../errors.ts';
import { inAskedLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { doneWith, messageIdOf, userOf } from '../messages/editor.ts';
import { crumbsOf, tabsOf } from '../messages/tabs.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { showPhoneConflict } from './conflict.ts';
import {
  type Faults,
  faultsOf,
  keptValues,
  readTyped,
  sidesOf,
  type Typed,
  templateNamed,
  wishOf,
} from './form.ts';
import { formView, lookOf, offersView } from './view.ts';

interface Asked {
  req: Request;
  res: Response;
  campaign: { id: string; name: string };
  /** What is kept; null for a new one. */
  draft: Draft | null;
}

const queried = (req: Request, name: string): string => {
  const { [name]: value } = req.query;
  return typeof value === 'string' ? value : '';
};

/** Asks from which registered template a campaign's new message is made; then what stands in its places. */
export const showNewPhone: Handler = (web) => async (req, res) => {
  const usual = await usualFor(web.ground, String(req.params.id));
  const asked = { req, res, campaign: usual.campaign, draft: null };
  const offered = await offeredTemplates(web.ground.sql);
  const template = templateNamed(offered, queried(req, 'account'), queried(req, 'template'));
  if (!template || !sidesOf(template).length) return showOffers(web, asked, offered);
  const typed = { revision: 0, name: '', purpose: '', lists: usual.lists, values: {} };
  await show(web, { ...asked, template, typed, usual });
};

/** Makes the message, or shows what is typed as it would read. */
export const postNewPhone: Handler = (web) => async (req, res) => {
  const usual = await usualFor(web.ground, String(req.params.id));
  const template = await templateOf(web, req);
  const typed = readTyped(req, template);
  const shown = { req, res, campaign: usual.campaign, draft: null, template, typed, usual };
  await keep(web, shown, async () => {
    const { name, purpose, lists } = typed;
    const phone = wishOf(template, typed);
    const plan = { name, purpose, lists, from: '', contents: {}, phone };
    const place = { campaignId: usual.campaign.id, user: userOf(res) };
    const id = await addToCampaign(web.ground, place, plan);
    leadOn(res, inAskedLanguage(req, `/console/phone-messages/${id}`), 'message-made');
  });
};

/** What is kept; another template is chosen by its name in the address, or from all of them by `choose=1`. */
export const showPhone: Handler = (web) => async (req, res) => {
  const draft = await draftOf(web, req);
  const { message, campaign } = draft;
  const asked = { req, res, campaign, draft };
  const offered = await offeredTemplates(web.ground.sql);
  const texts = await phoneTextsOf(web.ground.sql, message);
  const names = [...new Set(texts.map(({ name }) => name))].join(',');
  const [account, name] = queried(req, 'template')
    ? [queried(req, 'account'), queried(req, 'template')]
    : [message.fromAddress, names];
  const template = templateNamed(offered, account, name);
  if (!template || !sidesOf(template).length || queried(req, 'choose'))
    return showOffers(web, asked, offered);
  await show(web, { ...asked, template, typed: await keptOf(web, draft) });
};

/** Keeps an edit, which takes an approval back as every edit does. */
export const postPhone: Handler = (web) => async (req, res) => {
  const draft = await draftOf(web, req);
  const template = await templateOf(web, req);
  const typed = readTyped(req, template);
  const { id } = draft.message;
  const writing = { req, res, campaign: draft.campaign, draft, template, typed };
  const saving = readForm(req).text('op') !== 'show';
  if (saving && typed.revision !== draft.message.revision) return showPhoneConflict(web, writing);
  await keep(web, writing, async () => {
    const { name, purpose, revision } = typed;
    const edit = { name, purpose, phone: wishOf(template, typed) };
    const revised = await editMessage(web.ground, { messageId: id, user: userOf(res), revision }, edit);
    leadOn(res, inAskedLanguage(req, `/console/phone-messages/${id}`), doneWith(revised));
  });
};

async function draftOf(web: Web, req: Request): Promise<Draft> {
  const draft = await openDraft(web.ground, messageIdOf(req));
  if (isPhoneChannel(draft.message.channel)) return draft;
  throw new Refusal(say`The message ${JSON.stringify(draft.message.name)} does not go to telephones.`, 404);
}

async function templateOf(web: Web, req: Request): Promise<OfferedTemplate> {
  const form = readForm(req);
  const offered = await offeredTemplates(web.ground.sql);
  const template = templateNamed(offered, form.text('account'), form.text('template'));
  if (template) return template;
  throw new Refusal(say`That template is not offered any more. Open the page again and choose another.`, 409);
}

async function keptOf(web: Web, { message }: Draft): Promise<Typed> {
  const { revision, name, purpose } = message;
  const values = keptValues(await phoneTextsOf(web.ground.sql, message));
  return { revision, name, purpose, lists: [], values };
}

interface Shown extends Asked {
  template: OfferedTemplate;
  typed: Typed;
  /** Of a new message. */
  usual?: Usual;
  faults?: Faults;
  error?: string;
  status?: number;
}

async function keep(web: Web, shown: Shown, work: () => Promise<void>): Promise<void> {
  const { req, res, typed, draft } = shown;
  const reading = readingOf(req, res);
  if (readForm(req).text('op') === 'show') return show(web, shown);
  const faults = faultsOf(typed, reading.t, !draft);
  if (Object.keys(faults).length) return show(web, { ...shown, faults, status: 422 });
  await orAgain(work, (refusal) => refused(web, shown, refusal));
}

/** Somebody else may have been faster by a moment; otherwise what was typed is at fault. */
async function refused(web: Web, shown: Shown, refusal: Refusal): Promise<void> {
  const { req, res, draft, typed } = shown;
  if (draft) {
    const now = await openDraft(web.ground, draft.message.id);
    if (now.message.revision !== typed.revision) return showPhoneConflict(web, { ...shown, draft: now });
  }
  const status = refusal.status === 400 ? 422 : refusal.status;
  await show(web, { ...shown, error: readingOf(req, res).said(refusal), status });
}

const pathOf = ({ campaign, draft }: Pick<Asked, 'campaign' | 'draft'>): string =>
  draft ? `/console/phone-messages/${draft.message.id}` : `/console/campaigns/${campaign.id}/phone/new`;

async function showOffers(web: Web, asked: Asked, offered: OfferedTemplate[]): Promise<void> {
  const reading = readingOf(asked.req, asked.res);
  const address = ({ account, name }: OfferedTemplate) =>
    `${pathOf(asked)}?${new URLSearchParams({ account: account.id, template: name })}`;
  const offers = offersView(reading, offered, address);
  await page(web, asked, { offers, choosing: true });
}

async function show(web: Web, shown: Shown): Promise<void> {
  const { req, res, draft, template, typed, usual, faults = {}, error, status = 200 } = shown;
  const reading = readingOf(req, res);
  const purposes = await offeredPurposes(web.ground.sql, reading);
  const data = {
    ...(await formView(web, reading, template, typed)),
    ...{ look: await lookOf(web, reading, template, typed), typed, purposes, choosing: false },
    faults: { name: faults.name ?? null, purpose: faults.purpose ?? null, lists: faults.lists ?? null },
    ...{
      refused: error ?? null,
      path: inAskedLanguage(req, pathOf(shown)),
      isNew: !draft,
      choose: `${pathOf(shown)}?choose=1`,
    },
    lists: (usual?.allLists ?? []).map((name) => ({ name, chosen: typed.lists.includes(name) })),
    writable: web.allows(staffOf(res).user.roles, 'post', '/console/phone-messages/:id'),
    ...{ approval: draft?.approval ?? null, lastEdit: draft?.lastEdit ?? null },
    ...{ version: draft?.message.version ?? 0, plan: draft && `/console/messages/${draft.message.id}/plan` },
  };
  await page(web, shown, data, status);
}

async function page(web: Web, asked: Asked, data: object, status = 200): Promise<void> {
  const { req, res, campaign, draft } = asked;
  const reading = readingOf(req, res);
  const title = draft?.message.name ?? reading.t('phone-message.new');
  const tabs = draft ? tabsOf({ web, req, res }, draft.message, 'write') : null;
  await showConsole(web, {
    ...{ req, res, name: 'phone-message', title, status, data: { tabs, ...data } },
    crumbs: crumbsOf(reading, campaign),
    styles: ['console-editor.css', 'console-posts.css'],
  });
}
