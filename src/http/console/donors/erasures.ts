import type { Request, Response } from 'express';
import { declineErasure } from '../../../campaigns/erasure-decisions.ts';
import { eraseAsAsked } from '../../../campaigns/persons.ts';
import { decidedErasures, openErasures } from '../../../giving/erasure-requests.ts';
import { readForm } from '../../form.ts';
import { FINANCE, hasRole, staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { addressOf } from '../contacts/reading.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { DONOR_STYLES, DONORS, ERASURES, MONTHLY, tabsOf } from './tabs.ts';

export const list: Handler = (web) => (req, res) => show(web, { req, res });

interface Refused {
  id: string;
  text: string;
  answer: string;
}

/** Who wishes to be erased and waits, and what was decided last. */
async function show(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: Refused },
): Promise<void> {
  const { t } = readingOf(req, res);
  const [open, decided] = await Promise.all([openErasures(web.ground), decidedErasures(web.ground)]);
  const mine = (id: string) => (refused?.id === id ? refused : null);
  await showConsole(web, {
    ...{ req, res, name: 'donors-erasures', title: t('donors.tab.erasures'), styles: DONOR_STYLES },
    ...{ status: refused ? 422 : 200, crumbs: [{ href: DONORS, text: t('nav.donors') }] },
    data: {
      tabs: tabsOf(web, { req, res }),
      open: open.map((one) => ({
        ...{ ...one, href: `${ERASURES}/${one.id}`, fault: mine(one.id)?.text ?? null },
        ...{ answer: mine(one.id)?.answer ?? '', field: `answer-${one.id}` },
        monthlyHref: one.monthly ? addressOf(MONTHLY, { q: one.email ?? '' }) : null,
      })),
      decided: decided.map((one) => ({
        ...one,
        look: one.outcome === 'erased' ? 'sent' : 'held',
        word: t('donors.erasure.outcome', { outcome: one.outcome }),
      })),
      refused: refused && !open.some(({ id }) => id === refused.id) ? refused.text : null,
      mayDecide: hasRole(staffOf(res), FINANCE),
    },
  });
}

const deciding =
  (
    done: string,
    work: (web: Web, wish: { id: string; answer: string; actor: string }) => Promise<void>,
  ): Handler =>
  (web) =>
  (req, res) => {
    const id = String(req.params.id);
    const answer = readForm(req).text('answer').trim();
    return orAgain(
      async () => {
        await work(web, { id, answer, actor: staffOf(res).user.email });
        leadOn(res, ERASURES, done);
      },
      (refusal) => {
        const text = readingOf(req, res).said(refusal);
        return show(web, { req, res, refused: { id, text, answer } });
      },
    );
  };

const doErase = deciding('erasure-done', ({ ground }, { id, actor }) => eraseAsAsked(ground, id, actor));

/** Does what they wish, once who it is was looked at; what the tax law wants is kept. */
export const erase: Handler = (web) => (req, res) => {
  if (readForm(req).text('sure') === '1') return doErase(web)(req, res, () => undefined);
  const text = readingOf(req, res).t('donors.erasure.unsure');
  return show(web, { req, res, refused: { id: String(req.params.id), text, answer: '' } });
};

/** Says no, with a reason that they read. */
export const decline = deciding('erasure-declined', ({ ground }, { id, answer, actor }) =>
  declineErasure(ground, { request: id, answer }, actor),
);
