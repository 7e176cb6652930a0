import type { Request, Response } from 'express';
import { sendOccasionCode } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { type Language, translate } from '../../../i18n.ts';
import type { Keeper } from '../../../pages/occasions/keepers.ts';
import { askLost, enterLost } from '../../../pages/occasions/lost.ts';
import { readOccasion } from '../../../pages/occasions/make.ts';
import type { Proven } from '../../../pages/occasions/proving.ts';
import { dayWords, whoseOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import { showPage } from '../../pages.ts';
import type { Handler, Web } from '../../web.ts';
import { isContact, openedBy } from './contact.ts';

interface Showing {
  req: Request;
  res: Response;
  contact?: string;
  /** The code was right, and the day of a page is asked for. */
  code?: string;
  refused?: string;
  status?: number;
}

/** Where somebody asks for the page they have made. */
export const showLost: Handler = (web) => (req, res) => ask(web, { req, res });

function ask(web: Web, { req, res, contact = '', refused = '', status = 200 }: Showing): void {
  keepPrivate(res);
  showPage(web, { req, res, status, name: 'occasion-lost', data: { contact, refused } });
}

const keepPrivate = (res: Response) =>
  res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });

/** Sends a code to where the page belongs. The answer is the same whether there is a page or not. */
export const askCode: Handler = (web) => async (req, res) => {
  const contact = readForm(req).text('contact').trim();
  if (!isContact(contact)) {
    const refused = translate(readerLanguage(req), 'occasion.fault.contact');
    return ask(web, { req, res, contact, refused, status: 422 });
  }
  await sendIfPossible(web, contact);
  showCode(web, { req, res, contact });
};

/** What keeps a code from leaving is ours to mend, and no stranger learns by it that there is a page. */
async function sendIfPossible({ ground }: Web, contact: string): Promise<void> {
  try {
    const code = await askLost(ground, contact);
    if (code) await sendOccasionCode(ground, code);
  } catch (err) {
    if (!(err instanceof Refusal)) throw err;
    ground.log.warn({ err }, 'a code for a page of a family could not be sent');
  }
}

function showCode(web: Web, { req, res, status = 200, ...form }: Showing): void {
  keepPrivate(res);
  const { contact = '', code = '', refused = '' } = form;
  const data = { contact, code, refused, helpline: status === 429, otherForm: 'code', screen: 'shown' };
  showPage(web, { req, res, status, name: 'occasion-lost-code', data });
}

/** Takes the code, and opens the page it proves; of several, each is offered. */
export const enterLostCode: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const contact = form.text('contact').trim();
  if (form.text('to')) return showCode(web, { req, res, contact });
  const [code, day] = [form.text('code'), form.text('day')];
  try {
    const proven = await enterLost(web.ground, { contact, code, day });
    await openProven(web, proven, { req, res, contact, code });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = sentenceIn(readerLanguage(req), error);
    const status = error.status === 429 ? 429 : 422;
    showCode(web, { req, res, contact, code: day && code, refused, status });
  }
};

/** One page opens, several are offered; what was proven long ago opens by its day. */
async function openProven(web: Web, { keepers, more }: Proven, { req, res, contact, code }: Showing) {
  const language = readerLanguage(req);
  const [only, ...others] = keepers;
  if (!only) return showCode(web, { req, res, contact, code });
  if (!others.length && !more) return res.redirect(303, `${openedBy(web, only)}?lang=${language}`);
  keepPrivate(res);
  const data = { pages: await pagesOf(web, keepers, language), more, contact, code };
  showPage(web, { req, res, name: 'occasion-lost-pages', data });
}

const pagesOf = (web: Web, keepers: Keeper[], language: Language) =>
  Promise.all(
    keepers.map(async (keeper) => {
      const draft = await readOccasion(web.ground, keeper.occasionId);
      return {
        href: `${openedBy(web, keeper)}?lang=${language}`,
        names: whoseOf(draft, language),
        day: dayWords(draft.content, language),
      };
    }),
  );
