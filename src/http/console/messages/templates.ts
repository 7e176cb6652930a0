import { listCampaigns } from '../../../campaigns/status.ts';
import { showTemplate } from '../../../campaigns/template-sample.ts';
import { found } from '../../../errors.ts';
import { languageName } from '../../../i18n.ts';
import { say } from '../../../say.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { isInBlocks } from './beginning.ts';
import { templateNames } from './new.ts';
import { sendMail } from './preview.ts';

const LANGUAGES = ['en', 'ml'];
/** As many campaigns as one looks through by eye; the latest stand first. */
const SHOWN = 30;

/** The mails to begin from, as they look. */
export const showTemplates: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const data = {
    templates: templateNames().map((name) => templateView(name, reading)),
    mayWrite: web.allows(staffOf(res).user.roles, 'get', '/console/templates/:name'),
  };
  const title = reading.t('templates.title');
  await showConsole(web, { req, res, name: 'templates', title, data, styles: ['console-editor.css'] });
};

function templateView(name: string, reading: Reading) {
  const text = nameOf(name, reading);
  return {
    ...{ name, text, what: reading.t(`templates.what.${name as 'thanks'}`), inBlocks: isInBlocks(name) },
    looks: LANGUAGES.map((tag) => {
      const language = languageName(tag, reading.language);
      return { tag, language, label: reading.t('templates.preview', { name: text, language }) };
    }),
  };
}

const nameOf = (name: string, { t }: Reading) => t(`templates.name.${name as 'thanks'}`);

/** A template as a mail, for a frame. */
export const previewTemplate: Handler = (web) => async (req, res) => {
  const html = await showTemplate(web.ground, nameIn(String(req.params.name)), String(req.params.language));
  sendMail(web, res, html, req.query.theme === 'dark' ? 'dark' : 'light');
};

/** Which campaign a message from a template is for. */
export const useTemplate: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const name = nameIn(String(req.params.name));
  const campaigns = await listCampaigns(web.ground);
  const data = {
    name,
    campaigns: campaigns.slice(0, SHOWN).map((one) => ({
      ...{ text: one.name, goal: one.goal, at: one.createdAt },
      href: `/console/campaigns/${one.id}/messages/new?template=${name}`,
    })),
  };
  const title = reading.t('templates.use.title', { name: nameOf(name, reading) });
  await showConsole(web, {
    ...{ req, res, name: 'template-use', title, data, styles: ['console-editor.css'] },
    crumbs: [{ href: '/console/templates', text: reading.t('templates.title') }],
  });
};

const nameIn = (name: string): string =>
  found(templateNames().includes(name) ? name : null, say`There is no template ${JSON.stringify(name)}.`);
