import { openFiles } from '../../files.ts';
import { type Language, translate } from '../../i18n.ts';
import { artOf, drawArt } from '../../media/art.ts';
import { showableAssets } from '../../media/assets.ts';
import { loadSharp } from '../../media/sharp.ts';
import { type Line, lettering } from '../../pages/lettering.ts';
import { findPublished, type PublicProject } from '../../pages/published.ts';
import type { Handler, Web } from '../web.ts';
import { progressOf } from './progress.ts';
import { placeOf, titleOf } from './words.ts';

const SIZE = { width: 1200, height: 630 };
const LEFT = 72;
const DRAWING = 'project-story';
const INNER = SIZE.width - 2 * LEFT;
const COLOURS = {
  ink: '#1c2722',
  quiet: '#454f49',
  accent: '#0b5d4e',
  gold: '#d9b04c',
  cream: '#faf6ea',
  well: '#f3ecda',
};

/** The picture that is shown where a project's page is shared: title, what came of what is wanted, the bar. */
export const sendCard: Handler = (web) => async (req, res) => {
  const language: Language = req.params.language === 'ml' ? 'ml' : 'en';
  const project = await findPublished(web.ground.sql, String(req.params.slug));
  const png = await drawCard(web, project, language);
  res.set({ 'Cache-Control': 'public, max-age=60', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  res.type('png').send(png);
};

/** Drawn one at a time, and once for a minute's askers: what they see changes with every gift. */
const drawn = new Map<string, { at: number; png: Promise<Buffer> }>();
const HOLDS_MS = 30_000;
const MOST = 100;
let queue: Promise<unknown> = Promise.resolve();

function drawCard(web: Web, project: PublicProject, language: Language): Promise<Buffer> {
  const key = `${project.id} ${language}`;
  const known = drawn.get(key);
  if (known && performance.now() - known.at < HOLDS_MS) return known.png;
  drawn.delete(key);
  const png = queue.then(() => draw(web, project, language));
  queue = png.catch(() => drawn.delete(key));
  drawn.set(key, { at: performance.now(), png });
  const [oldest] = drawn.keys();
  if (drawn.size > MOST && oldest !== undefined) drawn.delete(oldest);
  return png;
}

async function draw(web: Web, project: PublicProject, language: Language): Promise<Buffer> {
  const sharp = await loadSharp();
  const progress = progressOf(project, web.ground.clock.now(), language);
  const band = await bandOf(web, project);
  const words = await Promise.all([
    text(translate(language, 'site.name'), { bold: true, size: 30, colour: COLOURS.accent, x: LEFT, y: 44 }),
    text(placeOf(project, language), { size: 24, colour: '#6f500c', x: LEFT, y: 300 }),
    text(titleOf(project, language), {
      bold: true,
      size: 46,
      colour: COLOURS.ink,
      x: LEFT,
      y: 336,
      lines: 124,
    }),
    text(progress.raised, { bold: true, size: 44, colour: COLOURS.ink, x: LEFT, y: 534 }),
    text(progress.goal ? translate(language, 'project.goal', { amount: progress.goal }) : '', {
      ...{ size: 28, colour: COLOURS.quiet, x: LEFT, y: 546, align: 'right' },
    }),
  ]);
  const layers = [
    ...(band ? [{ input: band, left: 0, top: 106 }] : []),
    { input: Buffer.from(groundOf(progress.percent)), left: 0, top: 0 },
    ...words.flat(),
  ];
  const blank = { create: { ...SIZE, channels: 3 as const, background: COLOURS.cream } };
  return sharp(blank).composite(layers).png({ palette: true, quality: 90, compressionLevel: 9 }).toBuffer();
}

/** Its cover, or a drawing of ours, as a band under the head. */
async function bandOf({ ground }: Web, { content }: PublicProject): Promise<Buffer | null> {
  const bytes = (await coverOf(ground, content.cover)) ?? (await drawArt(artOf(DRAWING)?.file ?? ''));
  if (!bytes) return null;
  const sharp = await loadSharp();
  return sharp(bytes).resize({ width: SIZE.width, height: 175, fit: 'cover' }).removeAlpha().png().toBuffer();
}

async function coverOf(ground: Web['ground'], cover: string | null): Promise<Buffer | null> {
  const [asset] = cover ? await showableAssets(ground, [cover]) : [];
  const file = asset?.files.filter(({ ext }) => ext !== 'webp').at(-1);
  return file ? openFiles(ground.config).get(file.hash) : null;
}

/** The head's woven edge, and the bar. */
function groundOf(percent: number | null): string {
  const bar =
    percent === null
      ? ''
      : `<rect x="${LEFT}" y="476" width="${INNER}" height="34" rx="17" fill="${COLOURS.well}" stroke="#e4dac2"/>
         <clipPath id="c"><rect x="${LEFT}" y="476" width="${INNER}" height="34" rx="17"/></clipPath>
         <g clip-path="url(#c)"><rect x="${LEFT}" y="476" width="${(INNER * percent) / 100}" height="34" fill="${COLOURS.accent}"/>
         <rect x="${LEFT}" y="484" width="${(INNER * percent) / 100}" height="2.5" fill="${COLOURS.gold}"/>
         <rect x="${LEFT}" y="499.5" width="${(INNER * percent) / 100}" height="2.5" fill="${COLOURS.gold}"/></g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
    <rect width="1200" height="4" y="100" fill="${COLOURS.gold}"/><rect width="1200" height="1.5" y="107" fill="${COLOURS.gold}"/>
    ${bar}<rect width="1200" height="10" y="620" fill="${COLOURS.accent}"/></svg>`;
}

const text = (words: string, line: Omit<Line, 'width'>) => lettering(words, { ...line, width: INNER });
