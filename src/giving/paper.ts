import { createRequire } from 'node:module';
import { mendMarks } from './shaping.ts';

type Doc = PDFKit.PDFDocument;

const resolve = createRequire(import.meta.url).resolve;
const FONT = '@expo-google-fonts/noto-sans-malayalam';
/** It has both scripts and the sign of the rupee; its shaping tables are what Malayalam needs. */
export const faces = {
  regular: resolve(`${FONT}/400Regular/NotoSansMalayalam_400Regular.ttf`),
  bold: resolve(`${FONT}/700Bold/NotoSansMalayalam_700Bold.ttf`),
};

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

/** The mark, 40 points high at a scale of 1. */
export function drawMark(doc: Doc, x: number, y: number, scale: number): void {
  doc.save().translate(x, y).scale(scale);
  doc.path(LEAVES).fill('#0b5d4e').path(FLAME).fill('#d9b04c').restore();
}
