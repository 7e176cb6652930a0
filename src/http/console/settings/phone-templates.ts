import type { Request, Response } from 'express';
import { laidOut } from '../../../campaigns/phone/reading.ts';
import { phoneAccount } from '../../../deliveries/phone/accounts.ts';
import {
  type ChannelTemplate,
  listTemplates,
  type NewTemplate,
  registerTemplate,
  templateStates,
} from '../../../deliveries/phone/templates.ts';
import { found, type Refusal } from '../../../errors.ts';
import { languageName } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { laidView } from '../phone-messages/laid.ts';
import { stateOf } from '../phone-messages/view.ts';
import { leadOn, orAgain, type Reading, readingOf } from '../shell.ts';
import { showSettings } from './page.ts';
import { frameView, readFrame } from './phone-template-frame.ts';
import { PHONES } from './phones.ts';

const CATEGORIES = ['transactional', 'promotional'] as const;
const OFFERED = ['en', 'ml'];

type Typed = Omit<NewTemplate, 'accountId'>;

const USUAL: Typed = {
  ...{ networkId: '', name: '', language: 'ml', body: '', frame: {} },
  ...{ state: 'approved', category: 'transactional' },
};

export const newTemplate: Handler = (web) => (req, res) => show(web, { req, res, typed: USUAL, known: null });

export const showTemplate: Handler = (web) => async (req, res) => {
  const known = await templateOf(web, req);
  await show(web, { req, res, typed: known, known });
};

/** Keeps a text as it was registered. */
export const addTemplate: Handler = (web) => (req, res) => save(web, { req, res, known: null });

/** The same; name and language stay, as messages know it by them. */
export const changeTemplate: Handler = (web) => async (req, res) =>
  save(web, { req, res, known: await templateOf(web, req) });

/** The text of an address. @throws Refusal (404) when there is none */
export async function templateOf({ ground }: Web, req: Request): Promise<ChannelTemplate> {
  const all = await listTemplates(ground.sql);
  const one = all.find(({ id, accountId }) => id === req.params.template && accountId === req.params.id);
  return found(one, say`There is no such template.`);
}

interface Asked {
  req: Request;
  res: Response;
  /** Null for a new one. */
  known: ChannelTemplate | null;
}

async function save(web: Web, { req, res, known }: Asked): Promise<void> {
  const { id, channel } = await phoneAccount(web.ground.sql, String(req.params.id));
  const typed = typedIn(req, known);
  if (readForm(req).text('op') === 'show') return show(web, { req, res, known, typed });
  await orAgain(
    async () => {
      const template = { ...typed, accountId: id };
      await registerTemplate(web.ground, channel, { template, actor: staffOf(res).user.email });
      leadOn(res, `${PHONES}/${id}`, 'template-kept');
    },
    (refusal) => show(web, { req, res, known, typed, refusal }),
  );
}

function typedIn(req: Request, known: ChannelTemplate | null): Typed {
  const form = readForm(req);
  return {
    networkId: form.text('networkId').trim(),
    name: known?.name ?? form.text('name').trim(),
    language: known?.language ?? form.text('language').trim(),
    // As a browser writes lines, not as it was registered.
    frame: readFrame(form),
    body: form.long('body').replaceAll('\r\n', '\n').trim().slice(0, 4000),
    state: templateStates.find((one) => one === form.text('state')) ?? 'pending',
    category: CATEGORIES.find((one) => one === form.text('category')) ?? 'transactional',
  };
}

interface Shown extends Asked {
  typed: Typed;
  refusal?: Refusal;
}

async function show(web: Web, { req, res, known, typed, refusal }: Shown): Promise<void> {
  const reading = readingOf(req, res);
  const { id, name, channel } = await phoneAccount(web.ground.sql, String(req.params.id));
  const data = {
    ...{
      typed,
      sms: channel === 'sms',
      refused: refusal ? reading.said(refusal) : null,
      known: Boolean(known),
      base: `${web.ground.config.publicUrl}/l/`,
    },
    ...optionsOf(reading, typed),
    ...frameView(reading, typed.frame ?? {}),
    look: channel === 'sms' ? null : lookOf(web, reading, typed),
    state: known && { ...stateOf(reading, known.state), since: known.stateSince, reason: known.reason },
    action: known ? `${PHONES}/${id}/texts/${known.id}` : `${PHONES}/${id}/texts`,
    removal: known && `${PHONES}/${id}/texts/${known.id}/removal`,
    back: `${PHONES}/${id}`,
  };
  const above = [
    { href: PHONES, text: reading.t('phones-settings.title') },
    { href: `${PHONES}/${id}`, text: name },
  ];
  const title = known
    ? `${known.name}, ${languageName(known.language, reading.language)}`
    : reading.t('phone-template.new');
  const status = refusal ? (refusal.status === 400 ? 422 : refusal.status) : 200;
  const styles = ['console-posts.css'];
  await showSettings(web, { req, res, name: 'phone-template', title, data, above, status, styles });
}

/** How it looks on a telephone, with its places as they are marked. */
const lookOf = ({ ground }: Web, reading: Reading, { body, frame = {}, language }: Typed) => ({
  ...laidView(reading, ground.config.publicUrl, laidOut({ channel: 'whatsapp', body, frame, values: [] })),
  lang: language,
});

const optionsOf = ({ t, language }: Reading, typed: Typed) => ({
  languages: [...new Set([...OFFERED, typed.language])].filter(Boolean).map((value) => ({
    ...{ value, text: languageName(value, language), selected: value === typed.language },
  })),
  states: templateStates.map((value) => ({
    ...{ value, text: t('phone-template.state', { state: value }), selected: value === typed.state },
  })),
  categories: CATEGORIES.map((value) => ({
    ...{ value, text: t('phone-template.category', { category: value }), selected: value === typed.category },
  })),
});
