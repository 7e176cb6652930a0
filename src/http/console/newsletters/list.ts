import { newsletterGlances } from '../../../campaigns/newsletters/desk.ts';
import { inWords } from '../../../campaigns/words.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';
import { badgeOf, NEWSLETTERS, titleOf } from './words.ts';

/** Newsletters, each with the edition that comes next and what it waits for. */
export const list: Handler = (web) => async (req, res) => {
  const { t, language } = readingOf(req, res);
  const rows = (await newsletterGlances(web.ground)).map((one) => ({
    ...{
      id: one.id,
      slug: one.slug,
      heading: titleOf(one, language),
      waiting: one.waiting,
      shut: !one.public,
      paused: one.pausedAt,
    },
    when: one.schedule && inWords(one.schedule, language),
    next: one.next && { ...one.next, badge: badgeOf(one.next, one.approved) },
    ...{ lastAt: one.lastAt, lastNumber: one.lastNumber },
  }));
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', NEWSLETTERS);
  const data = { rows, mayWrite, emptyHref: mayWrite ? `${NEWSLETTERS}/new` : null };
  await showConsole(web, {
    ...{ req, res, name: 'newsletters', title: t('nav.newsletters'), data },
    styles: ['console-newsletters.css'],
  });
};
