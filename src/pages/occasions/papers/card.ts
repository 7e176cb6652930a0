import { type Language, translate } from '../../../i18n.ts';
import { loadSharp } from '../../../media/sharp.ts';
import { lettering } from '../../lettering.ts';
import { coloursOf } from '../art.ts';
import { dayWords, kindWords, namesOf } from '../words.ts';
import type { PaperPage } from './paper-page.ts';
import { drawingFor, lookOfPaper, squareOf, withoutEmoji } from './pictures.ts';

const SIZE = { width: 1200, height: 630 };
const BAND = 300;
const LEFT = 64;
const PHOTO = 300;

/** The picture where a page is shared: drawing, names, day, and the photograph unless it is a child's. */
export async function drawCard(page: PaperPage, language: Language): Promise<Buffer> {
  const { kind, content } = page;
  const colours = coloursOf(lookOfPaper(page).palette);
  const photo = page.photo && !page.child ? await roundPhoto(page.photo) : null;
  const width = SIZE.width - 2 * LEFT - (photo ? PHOTO + 40 : 0);
  const line = (name: string) => ({ colour: colours[name] as string, x: LEFT, width });
  const layers = await Promise.all([
    lettering(kindWords(kind, language), { ...line('--gold-ink'), bold: true, size: 30, y: 330 }),
    lettering(withoutEmoji(namesOf(content)), { ...line('--ink'), bold: true, size: 84, y: 384, lines: 140 }),
    lettering(dayWords(content, language), { ...line('--ink-2'), size: 30, y: 528 }),
    lettering(translate(language, 'site.name'), { ...line('--accent'), bold: true, size: 28, y: 574 }),
  ]);
  const sharp = await loadSharp();
  const drawing = await drawingFor(page, { width: SIZE.width, height: BAND });
  return sharp({ create: { ...SIZE, channels: 3, background: colours['--surface'] as string } })
    .composite([
      { input: drawing, left: 0, top: 0 },
      { input: Buffer.from(edges(colours)), left: 0, top: 0 },
      ...(photo ? [{ input: photo, left: SIZE.width - LEFT - PHOTO, top: 190 }] : []),
      ...layers.flat(),
    ])
    .png({ palette: true, quality: 90, compressionLevel: 9 })
    .toBuffer();
}

const edges = (colours: Record<string, string>) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
    <rect width="1200" height="5" y="${BAND}" fill="${colours['--gold-bright']}"/><rect width="1200" height="1.5" y="${BAND + 9}" fill="${colours['--gold-bright']}"/>
    <rect width="1200" height="10" y="620" fill="${colours['--accent']}"/></svg>`;

async function roundPhoto(photo: NonNullable<PaperPage['photo']>): Promise<Buffer> {
  const sharp = await loadSharp();
  const [middle, inner] = [PHOTO / 2, PHOTO / 2 - 9];
  const svg = (body: string) =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${PHOTO}" height="${PHOTO}">${body}</svg>`);
  const circle = (radius: number, fill: string) =>
    `<circle cx="${middle}" cy="${middle}" r="${radius}" fill="${fill}"/>`;
  const cut = await sharp(await squareOf(photo, PHOTO))
    .ensureAlpha()
    .composite([{ input: svg(circle(inner, '#fff')), blend: 'dest-in' }])
    .png()
    .toBuffer();
  return sharp(svg(circle(middle, '#fffdf7')))
    .composite([{ input: cut }])
    .png()
    .toBuffer();
}
