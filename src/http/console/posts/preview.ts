import type { Handler } from '../../web.ts';
import { readingOf } from '../shell.ts';
import { lookOf } from './look.ts';
import { readPosting } from './posting.ts';

/** What is typed as each network would show it, as a part of the composer's page. */
export const showLook: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const look = await lookOf(web, reading, readPosting(req).posting);
  const html = web.pages.render({
    ...{ template: 'console/post-look-part', layout: 'part', language: reading.language, title: '' },
    data: { look },
  });
  res.type('html').send(html);
};
