import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { loadSharp } from './sharp.ts';

const FOLDER = new URL('../../templates/art/', import.meta.url);
const KIT = 'kit.svg';

/** A picture that we drew for our templates, told by its name. */
export interface Art {
  /** Its PNG, named with a hash of the drawing. */
  file: string;
  width: number;
  height: number;
}

const SIZE = { width: 1072, height: 400 };

let drawings: Map<string, { art: Art; svg: string }> | undefined;

/** Reads templates/art once; each scene is put together with the parts of its kit. */
function all() {
  if (drawings) return drawings;
  const parts = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(new URL(KIT, FOLDER), 'utf8'))?.[1] ?? '';
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.svg') && file !== KIT);
  drawings = new Map(
    files.map((file) => {
      const svg = readFileSync(new URL(file, FOLDER), 'utf8').replace(/<svg[^>]*>/, (open) => open + parts);
      const hash = createHash('sha256').update(svg).digest('hex').slice(0, 10);
      const name = file.slice(0, -4);
      return [name, { art: { file: `${name}.${hash}.png`, ...SIZE }, svg }];
    }),
  );
  return drawings;
}

/** A drawing by its name. */
export const artOf = (name: string): Art | undefined => all().get(name)?.art;

export const artNames = (): string[] => [...all().keys()];

const drawn = new Map<string, Promise<Buffer>>();

/** Draws a picture by the name of its file; once in a process. @returns null when there is none */
export async function drawArt(file: string): Promise<Buffer | null> {
  const drawing = [...all().values()].find(({ art }) => art.file === file);
  if (!drawing) return null;
  const made = drawn.get(file) ?? draw(drawing.svg);
  drawn.set(file, made);
  made.catch(() => drawn.delete(file));
  return made;
}

async function draw(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  const image = sharp(Buffer.from(svg), { density: 72 }).resize(SIZE.width, SIZE.height);
  return image.png({ palette: true, colours: 128, compressionLevel: 9 }).toBuffer();
}
