import { describe, expect, it } from 'vitest';
import { loadSharp } from '../../../../src/media/sharp.ts';
import { coloursOf, drawingOf, paintedDrawing } from '../../../../src/pages/occasions/art.ts';
import { designs, lookOf, quietDesigns } from '../../../../src/pages/occasions/designs.ts';
import { occasionKinds } from '../../../../src/pages/occasions/kinds.ts';

/** How much two drawings of one size differ, of 1. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const sharp = await loadSharp();
  const grey = (png: Buffer) => sharp(png).greyscale().resize(64, 17, { fit: 'fill' }).raw().toBuffer();
  const [a, b] = [await grey(one), await grey(other)];
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length / 255;
}

describe('The looks of families’ pages', () => {
  it('are ten drawings that nobody takes for each other, in grey and without a word', async () => {
    const sharp = await loadSharp();
    const drawn = await Promise.all(
      designs.map((design) =>
        sharp(Buffer.from(paintedDrawing(design, 'calm')))
          .resize(640, 170)
          .png()
          .toBuffer(),
      ),
    );
    for (const [i, one] of drawn.entries())
      for (const other of drawn.slice(i + 1)) expect(await difference(one, other)).toBeGreaterThan(0.03);
    expect(drawn).toHaveLength(10);
  });

  it('name no colour but those of the tokens', () => {
    for (const design of designs) {
      expect(drawingOf(design), design).not.toMatch(/#[0-9a-f]{3,6}["; ]|rgb\(/i);
      expect(drawingOf(design), design).not.toMatch(/<text|<style|style=|<script|on\w+=/);
      const names = [...drawingOf(design).matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => String(name));
      expect(
        names.filter((name) => !coloursOf('tender')[name]),
        design,
      ).toEqual([]);
    }
  });

  it('can stand beside each other: several of them on one page share no name', () => {
    const ids = designs.flatMap((design) =>
      [...drawingOf(design).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have colours of their own by mood', () => {
    const accents = (['calm', 'joy', 'mourning', 'festive', 'sky', 'tender'] as const).map(
      (palette) => coloursOf(palette)['--accent'],
    );
    expect(new Set(accents).size).toBe(6);
    expect(coloursOf('sky')['--ink']).toBe(coloursOf('calm')['--ink']);
  });

  it('stay quiet in remembrance, whatever was chosen', () => {
    for (const design of designs) {
      const look = lookOf(design, 'memory');
      expect(look.palette).toBe('mourning');
      expect(quietDesigns).toContain(look.design);
    }
    expect(lookOf('kites', 'joy')).toEqual({ design: 'kites', palette: 'sky' });
  });

  it('are what every kind of day begins with', () => {
    expect(occasionKinds.filter(({ design }) => !designs.some((one) => one === design))).toEqual([]);
  });
});
