import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { agreeOnPage } from '../../../giving/agree.ts';
import { askErasure } from '../../../giving/erasure-requests.ts';
import { giftsOf, monthlyOf } from '../../../giving/giver.ts';
import { changeMonthlyAmount, stepMonthly, steps } from '../../../giving/monthly-change.ts';
import { pointMonthly } from '../../../giving/monthly-purpose.ts';
import { answerTwin } from '../../../giving/twins.ts';
import { translate } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { readerLanguage } from '../../../reader.ts';
import { say } from '../../../say.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import { giverOf } from '../../guards.ts';
import type { Handler, Web } from '../../web.ts';
import { type Done, homeOf, showHome } from './page.ts';

/** Whoever holds the link. */
const BY = { actor: 'the person', origin: 'donor page' };
const DONE = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;

/** Does what a donor wishes and leads back to their page, which says that it is done, or why it is not. */
const act =
  (wish: (web: Web, req: Request, res: Response) => Promise<Done>): Handler =>
  (web) =>
  async (req, res) => {
    const language = readerLanguage(req, giverOf(res).language);
    try {
      const done = await wish(web, req, res);
      res.redirect(303, `${homeOf(req)}?lang=${language}&done=${done}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refused = sentenceIn(language, error);
      await showHome(web, { req, res, refused, status: error.status });
    }
  };

/** @throws Refusal (404) for a monthly gift by another mailbox */
async function ownMonthly({ ground }: Web, req: Request, res: Response): Promise<string> {
  const id = String(req.params.id);
  const own = await monthlyOf(ground.sql, giverOf(res));
  if (own.some((gift) => gift.id === id)) return id;
  throw new Refusal(say`There is no such monthly gift.`, 404);
}

export const stepOwn = act(async (web, req, res) => {
  const step = steps.find((one) => one === req.params.step);
  if (!step) throw new Refusal(say`There is no such monthly gift.`, 404);
  await stepMonthly(web.ground, { id: await ownMonthly(web, req, res), step }, BY);
  return DONE[step];
});

export const changeOwnAmount = act(async (web, req, res) => {
  const id = await ownMonthly(web, req, res);
  const read = readRupees(readForm(req).text('sum'));
  if (!read.ok) throw new Refusal(say`Please write the amount in figures, such as 500 or 1,500.`);
  await changeMonthlyAmount(web.ground, { id, amount: read.paise }, BY);
  return 'amount';
});

export const changeOwnPurpose = act(async (web, req, res) => {
  const id = await ownMonthly(web, req, res);
  await pointMonthly(web.ground, { id, project: readForm(req).text('project') || null }, BY);
  return 'purpose';
});

/** @throws Refusal (404) for a gift by another mailbox */
export const answerOwnTwin = act(async (web, req, res) => {
  const donation = String(req.params.id);
  const own = await giftsOf(web.ground.sql, giverOf(res));
  if (!own.some(({ id }) => id === donation)) throw new Refusal(say`There is no such gift.`, 404);
  const answer = readForm(req).text('answer') === 'refund' ? 'refund' : 'both';
  await answerTwin(web.ground, { donation, answer });
  return answer;
});

/** The link in a mail has proven the mailbox, so what is chosen here holds at once. */
export const agree = act(async (web, req, res) => {
  const form = readForm(req);
  // What is not our form must not read as "nothing is wanted".
  if (!form.text('shown')) throw new Refusal(say`The form came without its fields. Please try once more.`);
  const giver = giverOf(res);
  const language = readerLanguage(req, giver.language);
  const words = (use: string) => translate(language, `give.agree.${use}`);
  await agreeOnPage(web.ground, giver, {
    language,
    newsletter: { given: form.text('newsletter') !== '', words: words('newsletter') },
    whatsapp: { given: form.text('whatsapp') !== '', words: words('whatsapp') },
    wall: form.text('wall') !== '',
  });
  return 'agreed';
});

export const wishErasure = act(async (web, _req, res) => {
  await askErasure(web.ground, giverOf(res));
  return 'erasure';
});
