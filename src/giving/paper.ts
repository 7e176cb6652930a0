import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { formatDay, type Language, languages, translate } from '../i18n.ts';
import type { Issuer } from './issuer.ts';
import { mendMarks } from './shaping.ts';

const resolve = createRequire(import.meta.url).resolve;
const FONT = '@expo-google-fonts/noto-sans-malayalam';
/** It has both scripts and the sign of the rupee; its shaping tables are what Malayalam needs. */
export const faces = {
  regular: resolve(`${FONT}/400Regular/NotoSansMalayalam_400Regular.ttf`),
  bold: resolve(`${FONT}/700Bold/NotoSansMalayalam_700Bold.ttf`),
};

export const [INK, QUIET, ACCENT, GOLD, CREAM, RED, LINE] = [
  ...(['#1c2722', '#5f6860', '#0b5d4e', '#d9b04c', '#faf6ea', '#ad1f3a', '#e4dac2'] as const),
];
export const [LEFT, RIGHT] = [56, 539];
export const WIDTH = RIGHT - LEFT;
export type Doc = PDFKit.PDFDocument;

/**
 * Opens a sheet of A4 with our fonts. Made of the same twice it is the same to the byte.
 *
 * @returns the document, and its bytes once it is ended
 */
export function openPaper({
  title,
  author,
  at,
  language,
}: {
  title: string;
  author: string;
  at: Date;
  language: string;
}): { doc: Doc; done: Promise<Buffer> } {
  const info = { Title: title, Author: author, CreationDate: at, ModDate: at };
  const doc = new PDFDocument({ size: 'A4', margin: 0, lang: language, info });
  const done = bytesOf(doc);
  useFonts(doc);
  return { doc, done };
}

/** Makes the fonts `regular` and `bold` known to a paper. */
export function useFonts(doc: Doc): void {
  for (const [name, file] of Object.entries(faces)) mendMarks(doc.registerFont(name, file).font(name));
}

/** All bytes of a paper, once it has ended. */
export function bytesOf(doc: Doc): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('error', fail).on('end', () => done(Buffer.concat(chunks)));
  });
}

const LEAVES =
  'M19 36C8.5 34 3.5 25.5 4 14c8.5 2.5 14 10 15 22zM21 36C31.5 34 36.5 25.5 36 14c-8.5 2.5-14 10-15 22z';
const FLAME = 'M20 3c4.5 5.5 6 8.5 6 11.5a6 6 0 0 1-12 0C14 11.5 15.5 8.5 20 3z';

/** Who writes, what this paper is, and on its right side which one of them. */
export function drawHead(
  doc: Doc,
  { name, address }: Pick<Issuer, 'name' | 'address'>,
  { title, number, below: said }: { title: string; number: string; below: string },
): void {
  drawMark(doc, LEFT, 44, 1.15);
  const [x, width] = [LEFT + 60, WIDTH - 60];
  doc.font('bold', 15).fillColor(INK).text(name.en, x, 42, { width });
  doc.font('regular', 11).text(name.ml, { width });
  doc.fontSize(8.5).fillColor(QUIET).text([address.en, address.ml].filter(Boolean).join('\n'), { width });
  const y = Math.max(doc.y + 10, 104);
  doc
    .rect(LEFT, y, WIDTH, 3)
    .fill(GOLD)
    .rect(LEFT, y + 5, WIDTH, 0.8)
    .fill(GOLD);
  doc
    .font('bold', 19)
    .fillColor(ACCENT)
    .text(title, LEFT, y + 22, { width: WIDTH / 2 });
  const below = doc.y;
  doc
    .font('bold', 13)
    .fillColor(INK)
    .text(number, LEFT, y + 22, { width: WIDTH, align: 'right' });
  doc
    .font('regular', 9.5)
    .fillColor(QUIET)
    .text(said, {
      ...{ width: WIDTH, align: 'right' },
    });
  doc.y = Math.max(below, doc.y) + 14;
}

/** The mark, 40 points high at a scale of 1. */
export function drawMark(doc: Doc, x: number, y: number, scale: number): void {
  doc.save().translate(x, y).scale(scale);
  doc.path(LEAVES).fill(ACCENT).path(FLAME).fill(GOLD).restore();
}

export const inBoth = (key: string): string =>
  languages.map((language) => translate(language, key)).join(' · ');

/** Of India's calendar. */
export const dayOf = (day: string, language: Language) =>
  formatDay(new Date(`${day}T12:00:00+05:30`), language);

/** The name of a fund, by its account in the ledger. */
export function purposeOf(fund: string, project?: { en: string; ml: string } | null): string {
  if (!project) return fund.startsWith('fund.general.') ? inBoth('give.to') : fund;
  return [...new Set([project.en, project.ml])].filter(Boolean).join(' · ');
}
