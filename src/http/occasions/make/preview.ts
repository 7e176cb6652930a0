import { formatAmount } from '../../../i18n.ts';
import { photosOf } from '../../../pages/occasions/photos.ts';
import { readerLanguage } from '../../../reader.ts';
import { showPage } from '../../pages.ts';
import type { Handler } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { dayWords, kindWord, moodOf, namesOf } from '../words.ts';

/** The page as it was last saved, as guests would see it. It runs nothing and stands only in a frame of ours. */
export const showPreview: Handler = (web) => async (req, res) => {
  const { draft, base } = openedOf(res);
  const { kind, content } = draft;
  const language = readerLanguage(req, content.language);
  const rows = await photosOf(web.ground.sql, draft.id);
  const photos = content.photos.flatMap(({ id, caption, x, y }) => {
    const files = rows.find((row) => row.id === id && row.state === 'ready')?.files ?? [];
    const file = files.filter(({ ext }) => ext === 'jpg').at(-1);
    const place = { across: x < 34 ? 'left' : x > 66 ? 'right' : 'center', down: y < 34 ? 'top' : 'middle' };
    return file ? [{ ...place, caption, src: `${base}/photos/${file.hash}.jpg`, ...sizeOf(file) }] : [];
  });
  const policy = ["default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'none'"];
  const frame = ["base-uri 'none'", "frame-ancestors 'self'", 'sandbox allow-same-origin'];
  res.set('Content-Security-Policy', [...policy, ...frame].join('; '));
  showPage(web, {
    ...{ req, res, name: 'occasion-preview', layout: 'embed', language: content.language },
    title: namesOf(draft, language),
    data: {
      ...{ mood: moodOf(kind), sheet: 'occasion-make.css', design: content.design, photos },
      ...{ names: namesOf(draft, language), day: dayWords(content.day, language), line: content.line },
      ...{ from: content.from, story: content.story.split('\n\n').filter(Boolean) },
      ...{ kindName: kindWord(language, kind, 'name'), give: kindWord(language, kind, 'give') },
      goal: content.progress && content.goal ? formatAmount(BigInt(content.goal)) : '',
    },
  });
};

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });
