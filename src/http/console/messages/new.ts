import type { Request, Response } from 'express';
import { addToCampaign, type Usual, usualFor } from '../../../campaigns/drafts.ts';
import { listTemplates } from '../../../campaigns/templates.ts';
import { languageName } from '../../../i18n.ts';
import { artOf } from '../../../media/art.ts';
import { readForm } from '../../form.ts';
import type { Handler, Web } from '../../web.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { beginning, isInBlocks, type Mode } from './beginning.ts';
import { userOf } from './editor.ts';

const LANGUAGES = ['en', 'ml'];

interface Typed {
  template: string;
  name: string;
  from: string;
  purpose: string;
  languages: string[];
  lists: string[];
  mode: Mode;
}
type Faults = Partial<Record<keyof Typed, string>>;

/** Asks what a campaign's new message begins with. */
export const showNewMessage: Handler = (web) => async (req, res) => {
  const usual = await usualFor(web.ground, String(req.params.id));
  const asked = typeof req.query.template === 'string' ? req.query.template : '';
  const template = templateNames().includes(asked) ? asked : 'blank';
  const typed: Typed = {
    ...{
      template,
      name: '',
      from: usual.from || usualSender(web),
      purpose: usual.purpose,
      languages: LANGUAGES,
    },
    ...{ lists: usual.lists, mode: template === 'blank' || isInBlocks(template) ? 'blocks' : 'source' },
  };
  await show(web, { req, res, usual, typed });
};

/** Makes a campaign's new message, and opens it for writing. */
export const postNewMessage: Handler = (web) => async (req, res) => {
  const usual = await usualFor(web.ground, String(req.params.id));
  const typed = readTyped(req);
  const faults = faultsOf(typed, readingOf(req, res).t);
  if (Object.keys(faults).length) return show(web, { req, res, usual, typed, faults });
  await orAgain(
    async () => {
      const { name, from, purpose, lists } = typed;
      const contents = beginning(typed);
      const campaign = { campaignId: usual.campaign.id, user: userOf(res) };
      const id = await addToCampaign(web.ground, campaign, { name, from, purpose, lists, contents });
      leadOn(res, `/console/messages/${id}`, 'message-made');
    },
    (refusal) => show(web, { req, res, usual, typed, error: readingOf(req, res).said(refusal) }),
  );
};

function readTyped(req: Request): Typed {
  const form = readForm(req);
  return {
    ...{ template: form.text('template') || 'blank', name: form.text('name'), from: form.text('from') },
    ...{ purpose: form.text('purpose'), lists: form.all('lists') },
    languages: LANGUAGES.filter((language) => form.all('languages').includes(language)),
    mode: form.text('mode') === 'source' ? 'source' : 'blocks',
  };
}

function faultsOf(typed: Typed, t: ReturnType<typeof readingOf>['t']): Faults {
  const { template, name, from, purpose, languages, lists, mode } = typed;
  const wrong = template !== 'blank' && mode === 'blocks' && !isInBlocks(template);
  return {
    ...(wrong && { mode: t('new-message.fault.template') }),
    ...(!name.trim() && { name: t('editor.fault.name') }),
    ...(!/^[^<>]*[^<>\s][^<>]*<\s*[^\s@<>]+@[^\s@<>]+\s*>\s*$/.test(from) && {
      from: t('editor.fault.from'),
    }),
    ...(!purpose.trim() && { purpose: t('editor.fault.purpose') }),
    ...(!languages.length && { languages: t('new-message.fault.languages') }),
    ...(!lists.length && { lists: t('new-message.fault.lists') }),
  };
}

/** Who writes, where nobody has written yet. */
const usualSender = ({ ground: { config } }: Web): string =>
  `${config.mailFrom.fromName} <${config.mailFrom.fromAddress}>`;

export const templateNames = (): string[] => [...new Set(listTemplates().map(({ name }) => name))];

interface Showing {
  req: Request;
  res: Response;
  usual: Usual;
  typed: Typed;
  faults?: Faults;
  error?: string;
}

async function show(web: Web, { req, res, usual, typed, faults = {}, error }: Showing): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const refused = error !== undefined || Object.keys(faults).length > 0;
  const fault = (field: keyof Typed) => faults[field] ?? null;
  const data = {
    ...{ typed, error: error ?? null, path: `/console/campaigns/${usual.campaign.id}/messages/new` },
    faults: {
      ...{ name: fault('name'), from: fault('from'), purpose: fault('purpose'), mode: fault('mode') },
      ...{ lists: fault('lists'), languages: fault('languages') },
    },
    lede: t('new-message.lede', { campaign: usual.campaign.name }),
    templates: templateNames().map((name) => ({
      ...{
        name,
        text: t(`templates.name.${name as 'thanks'}`),
        what: t(`templates.what.${name as 'thanks'}`),
      },
      ...{ thumb: `/art/${artOf(name)?.file}`, chosen: typed.template === name, inBlocks: isInBlocks(name) },
    })),
    ...{ blank: typed.template === 'blank', source: typed.mode === 'source' },
    languages: LANGUAGES.map((tag) => ({
      ...{ tag, text: languageName(tag, reading.language), chosen: typed.languages.includes(tag) },
    })),
    lists: usual.allLists.map((name) => ({ name, chosen: typed.lists.includes(name) })),
    ...{ senders: usual.senders, purposes: await offeredPurposes(web.ground.sql, reading) },
  };
  await showConsole(web, {
    ...{ req, res, name: 'message-new', title: t('new-message.title'), data, status: refused ? 422 : 200 },
    crumbs: [
      { href: '/console/campaigns', text: t('nav.campaigns') },
      { href: `/console/campaigns/${usual.campaign.id}`, text: usual.campaign.name },
    ],
    styles: ['console-editor.css'],
  });
}
