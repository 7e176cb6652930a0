import type { Request, Response } from 'express';
import { sendOccasionCode } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { translate } from '../../../i18n.ts';
import { askToShow, declareFor } from '../../../pages/occasions/asking.ts';
import { NAME_LONGEST } from '../../../pages/occasions/content.ts';
import {
  askKeeper,
  contactTyped,
  type Keeper,
  keepersOf,
  readContact,
} from '../../../pages/occasions/keepers.ts';
import { familyToken } from '../../../pages/occasions/links.ts';
import { missingOf } from '../../../pages/occasions/make.ts';
import { drawCodeAgain, enterCode } from '../../../pages/occasions/proof.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import type { Handler, Web } from '../../web.ts';
import { familyPath } from '../address.ts';
import { openedOf } from '../doors.ts';
import { showMaking } from './shell.ts';

const EMPTY = { name: '', contact: '', adult: '' };

export const showContact: Handler = (web) => async (req, res) => {
  const keeper = await firstKeeper(web, res);
  const typed = keeper ? { ...EMPTY, name: keeper.name, contact: keeper.contact } : EMPTY;
  showForm(web, { req, res, typed });
};

const firstKeeper = async (web: Web, res: Response): Promise<Keeper | null> =>
  (await keepersOf(web.ground, openedOf(res).draft.id)).find(({ second }) => !second) ?? null;

interface Form {
  req: Request;
  res: Response;
  typed: typeof EMPTY;
  faults?: Partial<typeof EMPTY>;
  refused?: string;
  status?: number;
}

function showForm(web: Web, { req, res, typed, faults = {}, refused = '', status = 200 }: Form): void {
  const { draft, base } = openedOf(res);
  const missing = missingOf(draft).length > 0;
  showMaking(web, {
    ...{ req, res, status, screen: 'contact' },
    data: {
      ...{ typed, refused, child: draft.child, faulty: Object.keys(faults).length > 0 },
      ...{ wrong: { ...EMPTY, ...faults }, missing: missing ? `${base}/who` : null },
    },
  });
}

/** Keeps who answers for the page, and sends the code that proves it. */
export const takeContact: Handler = (web) => async (req, res) => {
  const { draft, base } = openedOf(res);
  const language = readerLanguage(req, draft.content.language);
  const form = readForm(req);
  const [name, contact, adult] = ['name', 'contact', 'adult'].map((field) => form.text(field).trim()) as [
    ...[string, string, string],
  ];
  const typed = { name, contact, adult };
  const faults = faultsOf(typed, language);
  if (Object.keys(faults).length || missingOf(draft).length)
    return showForm(web, { req, res, typed, faults, status: 422 });
  try {
    await declareFor(web.ground, draft.id, { adult: true, ...(draft.child && { parent: name }) });
    const wish = { ...contactTyped(contact), name, occasionId: draft.id };
    await sendOccasionCode(web.ground, await askKeeper(web.ground, wish));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = sentenceIn(language, error);
    return showForm(web, { req, res, typed, refused, status: error.status });
  }
  res.redirect(303, `${base}/code?lang=${language}`);
};

function faultsOf({ name, contact, adult }: typeof EMPTY, language: 'en' | 'ml'): Partial<typeof EMPTY> {
  const fault = (key: string) => translate(language, `occasion.fault.${key}`, { most: NAME_LONGEST });
  const named = name && name.length <= NAME_LONGEST;
  return {
    ...(!named && { name: fault(name ? 'name.long' : 'yourname') }),
    ...(!isContact(contact) && { contact: fault('contact') }),
    ...(!adult && { adult: fault('adult') }),
  };
}

/** Whether somebody can be reached there: a telephone or a mailbox. */
export function isContact(contact: string): boolean {
  try {
    return readContact(contactTyped(contact)) !== '';
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

export const showCode: Handler = (web) => async (req, res) => {
  const keeper = await firstKeeper(web, res);
  if (!keeper) return res.redirect(303, `${openedOf(res).base}/contact`);
  showCodeForm(web, { req, res, keeper });
};

interface CodeForm {
  req: Request;
  res: Response;
  keeper: Keeper;
  refused?: string;
  status?: number;
}

function showCodeForm(web: Web, { req, res, keeper, refused = '', status = 200 }: CodeForm): void {
  const { base } = openedOf(res);
  const sent = { sent: req.query.done === 'again', change: `${base}/contact`, contact: hidden(keeper) };
  showMaking(web, { req, res, status, screen: 'code', data: { ...sent, refused } });
}

/** A contact as its owner knows it, and nobody who looks over their shoulder. */
export function hidden({ channel, contact }: Pick<Keeper, 'channel' | 'contact'>): string {
  if (channel === 'sms') return `••••\u00a0••\u00a0${contact.slice(-4)}`;
  const [local = '', domain = ''] = contact.split('@');
  return `${local.slice(0, 2)}•••@${domain}`;
}

/** Takes the code, asks that the page be shown, and opens the family's own page; or sends another. */
export const takeCode: Handler = (web) => async (req, res) => {
  const { draft, base } = openedOf(res);
  const language = readerLanguage(req, draft.content.language);
  const keeper = await firstKeeper(web, res);
  if (!keeper) return res.redirect(303, `${base}/contact`);
  const form = readForm(req);
  try {
    if (form.text('again')) {
      await sendOccasionCode(web.ground, await drawCodeAgain(web.ground, keeper.id));
      return res.redirect(303, `${base}/code?lang=${language}&done=again`);
    }
    const proven = await enterCode(web.ground, { keeperId: keeper.id, typed: form.text('code') });
    await askIfPossible(web, draft.id);
    res.redirect(303, `${openedBy(web, proven)}/done?lang=${language}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showCodeForm(web, {
      ...{ req, res, keeper, status: error.status },
      refused: sentenceIn(language, error),
    });
  }
};

/** What is still missing is said on the family's page; the contact is proven in any case. */
async function askIfPossible({ ground }: Web, id: string): Promise<void> {
  try {
    await askToShow(ground, id, { adult: false });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** A fresh link of somebody who has just been proven. */
export const openedBy = ({ ground }: Web, { id, epoch }: Pick<Keeper, 'id' | 'epoch'>): string =>
  familyPath(familyToken(ground.keys, { keeperId: id, epoch, at: ground.clock.now() }));
