import type { Queryable } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { findPictures } from '../pictures.ts';
import type { Picture, Reading } from './reading.ts';

type LibraryGround = { sql: Queryable; config: { publicUrl: string } };

const FIGURE = /<figure>(<img src="asset:[^"]*"[^>]*>)<\/figure>/g;

/** A reading as HTML, its pictures those of the media library; one that was taken out of that is left out. */
export async function drawReading(ground: LibraryGround, reading: Reading): Promise<string> {
  let html = reading.html();
  for (const [figure, image = ''] of html.matchAll(FIGURE)) {
    const shown = await fromLibrary(ground, image, reading.language);
    html = html.replace(figure, () => (shown ? `<figure>${shown}</figure>` : ''));
  }
  return html;
}

/** The first picture of a reading at its address on the web, for where the page is shared. */
export async function sharedPicture(
  ground: LibraryGround,
  { picture, language }: Reading,
): Promise<Picture | null> {
  if (!picture) return null;
  if (/^https?:/i.test(picture.src)) return picture;
  if (!/^asset:[0-9a-f-]+$/i.test(picture.src)) return null;
  const shown = await fromLibrary(ground, `<img src="${picture.src}" alt="">`, language);
  const [, src] = /\ssrc="([^"]+)"/.exec(shown ?? '') ?? [];
  const [, alt = ''] = /\salt="([^"]*)"/.exec(shown ?? '') ?? [];
  return src ? { src, alt: picture.alt || plain(alt) } : null;
}

const plain = (attribute: string) =>
  attribute
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What an `img` of the library is on the web; null when it is there no more. */
async function fromLibrary(
  { sql, config }: LibraryGround,
  image: string,
  language: string,
): Promise<string | null> {
  try {
    const pictures = await findPictures({ sql, publicUrl: config.publicUrl, language }, image);
    return pictures.show(image);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
