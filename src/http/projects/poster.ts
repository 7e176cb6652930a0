import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { bytesOf, drawMark, useFonts } from '../../giving/paper.ts';
import { formatAmount, type Language, languages, translate } from '../../i18n.ts';
import { plainOf } from '../../pages/prose.ts';
import { findPublished, type PublicProject } from '../../pages/published.ts';
import { brandOf } from '../brand.ts';
import type { Handler, Web } from '../web.ts';
import { projectPath } from './address.ts';
import { placeOf, summaryOf, titleOf, writtenIn } from './words.ts';

const [INK, QUIET, ACCENT, GOLD, CREAM, BROWN] = [
  '#1c2722',
  '#454f49',
  '#0b5d4e',
  '#d9b04c',
  '#faf6ea',
  '#6f500c',
];
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 56;
const WIDTH = PAGE.width - 2 * LEFT;
const QR = 210;

/** A poster of a project for walls and shop windows: A4, in the languages it is written in, with a code. */
export const sendPoster: Handler = (web) => async (req, res) => {
  const project = await findPublished(web.ground.sql, String(req.params.slug));
  const bytes = await drawPoster(web, project);
  res.set({
    'Cache-Control': 'public, max-age=300',
    'Content-Disposition': `inline; filename="${project.slug}.pdf"`,
  });
  res.type('application/pdf').send(bytes);
};

type Doc = PDFKit.PDFDocument;

async function drawPoster(web: Web, project: PublicProject): Promise<Buffer> {
  const at = web.ground.clock.now();
  const info = {
    Title: titleOf(project, 'en'),
    Author: brandOf(web, 'en').identity.name,
    CreationDate: at,
    ModDate: at,
  };
  const doc = new PDFDocument({ size: 'A4', margin: 0, info });
  const done = bytesOf(doc);
  useFonts(doc);
  doc.rect(0, 0, PAGE.width, PAGE.height).fill(CREAM);
  drawHead(doc, web);
  // Malayalam first, as it stands on walls in Kerala.
  const tongues = writtenIn(project.content).toReversed();
  const size = sizeThatFits(doc, project, tongues);
  for (const language of tongues) drawWords(doc, { project, language, size });
  await drawCode(doc, web, project);
  doc.end();
  return done;
}

function drawHead(doc: Doc, web: Web): void {
  drawMark(doc, LEFT, 40, 1.3);
  doc
    .font('bold', 17)
    .fillColor(INK)
    .text(`${translate('ml', 'site.name')} · ${translate('en', 'site.name')}`, LEFT + 66, 44, {
      width: WIDTH - 66,
    });
  doc.font('regular', 9.5).fillColor(QUIET);
  for (const language of languages) doc.text(brandOf(web, language).identity.name, { width: WIDTH - 66 });
  doc.rect(0, 112, PAGE.width, 4).fill(GOLD).rect(0, 118, PAGE.width, 1).fill(GOLD);
  doc.y = 142;
}

interface Words {
  project: PublicProject;
  language: Language;
  /** Of the title, in points. */
  size: number;
}

const summaryIn = ({ project, language }: Words) => plainOf(summaryOf(project, language));

function drawWords(doc: Doc, words: Words): void {
  const { project, language, size } = words;
  doc.font('regular', 11).fillColor(BROWN).text(placeOf(project, language), LEFT, doc.y, { width: WIDTH });
  doc
    .font('bold', size)
    .fillColor(INK)
    .text(titleOf(project, language), LEFT, doc.y + 2, { width: WIDTH });
  doc
    .font('regular', size * 0.52)
    .fillColor(QUIET)
    .text(summaryIn(words), LEFT, doc.y + 4, { width: WIDTH });
  doc.y += 20;
}

/** Long titles are set smaller, so that the code has its place. */
function sizeThatFits(doc: Doc, project: PublicProject, tongues: Language[]): number {
  const room = PAGE.height - QR - 170 - 142;
  const heightAt = (size: number) =>
    tongues.reduce((sum, language) => {
      const title = doc.font('bold', size).heightOfString(titleOf(project, language), { width: WIDTH });
      const rest = doc
        .font('regular', size * 0.52)
        .heightOfString(summaryIn({ project, language, size }), { width: WIDTH });
      return sum + title + rest + 44;
    }, 0);
  let size = 34;
  while (size > 12 && heightAt(size) > room) size -= 2;
  return size;
}

async function drawCode(doc: Doc, { ground }: Web, project: PublicProject): Promise<void> {
  const address = `${ground.config.publicUrl}${projectPath(project.slug)}`;
  const code = await QRCode.toBuffer(address, { margin: 1, scale: 10, errorCorrectionLevel: 'M' });
  const top = PAGE.height - QR - 110;
  doc.roundedRect(LEFT, top - 14, WIDTH, QR + 28, 10).fill('#ffffff');
  doc.image(code, LEFT + 14, top, { width: QR, height: QR });
  const [x, width] = [LEFT + QR + 40, WIDTH - QR - 60];
  doc.y = top + 18;
  for (const language of [...languages].toReversed())
    doc
      .font('bold', 21)
      .fillColor(ACCENT)
      .text(translate(language, 'project.poster.scan'), x, doc.y, { width });
  const { amount } = project.goal;
  const goals = amount
    ? languages.map((language) =>
        translate(language, 'project.poster.goal', { amount: formatAmount(amount) }),
      )
    : [];
  doc
    .font('regular', 12)
    .fillColor(INK)
    .text(goals.toReversed().join(' · '), x, doc.y + 8, { width });
  const or = languages
    .map((language) => translate(language, 'project.poster.or'))
    .toReversed()
    .join(' · ');
  doc
    .font('regular', 9.5)
    .fillColor(QUIET)
    .text(or, x, doc.y + 8, { width });
  doc
    .font('regular', 10)
    .fillColor(INK)
    .text(address.replace(/^https?:\/\//, ''), { width });
  doc
    .rect(0, PAGE.height - 40, PAGE.width, 40)
    .fill(ACCENT)
    .rect(0, PAGE.height - 46, PAGE.width, 3)
    .fill(GOLD);
}
