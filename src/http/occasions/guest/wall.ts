import { readGuestWall } from '../../../pages/occasions/gifts.ts';
import { moodOf, titleOf } from '../../../pages/occasions/words.ts';
import { otherLanguage, readerLanguage } from '../../../reader.ts';
import { showPage } from '../../pages.ts';
import type { Handler } from '../../web.ts';
import { occasionPath } from '../address.ts';
import { lookShown, messagesOf } from '../shown.ts';
import { openPage } from './open.ts';

const PER_PAGE = 60;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every message of a page, some at a time; the newest first. */
export const showWall: Handler = (web) => async (req, res) => {
  const page = await openPage(web, { req, res });
  if (!page) return;
  const { sql, clock } = web.ground;
  const language = readerLanguage(req, page.content.language);
  const before = UUID.test(String(req.query.before ?? '')) ? String(req.query.before) : null;
  const gifts = await readGuestWall(sql, page.id, { most: PER_PAGE + 1, before });
  const shown = gifts.slice(0, PER_PAGE);
  const last = gifts.length > PER_PAGE ? shown.at(-1) : undefined;
  const [path, query] = [`${occasionPath(page.code)}/wall`, `?lang=${language}`];
  const other = `?lang=${otherLanguage(language)}`;
  res.set({ 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex' });
  showPage(web, {
    ...{ req, res, name: 'occasion-wall', words: `occasion.guest.wall.${moodOf(page.kind)}`, language },
    title: titleOf(page, language),
    data: {
      ...{ sheet: 'occasion.css', section: 'occasions', noindex: true, mood: lookShown(page).mood },
      ...{ wall: messagesOf(shown, { now: clock.now(), language }), of: titleOf(page, language) },
      ...{ back: occasionPath(page.code) + query, newest: before ? path + query : null },
      older: last ? `${path}?before=${last.id}&lang=${language}` : null,
      otherHref: before ? `${path}?before=${before}&lang=${otherLanguage(language)}` : path + other,
    },
  });
};
