import { type DedicationCard, listCards } from '../../../giving/dedication-cards.ts';
import type { Handler } from '../../web.ts';
import { pagerOf } from '../contacts/list.ts';
import { addressOf, askedId } from '../contacts/reading.ts';
import { GIFTS } from '../gifts/words.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { CARDS, DONOR_STYLES, DONORS, mailLook, PAGE, tabsOf } from './tabs.ts';

/** Cards that donors had mailed to somebody, and how each mail stands. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const before = askedId(req, 'before');
  const found = await listCards(web.ground, { before, limit: PAGE + 1 });
  const rows = found.slice(0, PAGE);
  const next = found.length > PAGE ? addressOf(CARDS, { before: rows.at(-1)?.id }) : null;
  await showConsole(web, {
    ...{ req, res, name: 'donors-cards', title: reading.t('donors.tab.cards'), styles: DONOR_STYLES },
    crumbs: [{ href: DONORS, text: reading.t('nav.donors') }],
    data: {
      tabs: tabsOf(web, { req, res }),
      rows: rows.map((row) => rowOf(row, reading)),
      pager: pagerOf(before, next, () => CARDS),
    },
  });
};

function rowOf(card: DedicationCard, { t }: Reading) {
  const { kind, honoured, giver, reader, language, payment, paidAt, state, at } = card;
  return {
    ...{ honoured, giver, reader, language, href: `${GIFTS}/${payment}`, at: at ?? paidAt },
    kind: t('donors.card.kind', { kind }),
    badge: { look: mailLook(state ?? 'waiting'), text: t('gifts.mail.state', { state: state ?? 'waiting' }) },
  };
}
