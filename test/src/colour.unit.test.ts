import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accentsOf, contrast, readableShade } from '../../src/colour.ts';

/** Text of ordinary size, WCAG 2.2, 1.4.3. */
const AA = 4.5;
const colours = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it('leaves a colour that can be read alone, and makes another darker', () => {
  expect(readableShade('#0b5d4e')).toBe('#0b5d4e');
  const near = readableShade('#f5c000');
  expect(near).not.toBe('#f5c000');
  expect(contrast(near, '#f3ecda')).toBeGreaterThanOrEqual(AA);
});

it('makes accents of any colour that can be read in light and in dark', () => {
  fc.assert(
    fc.property(colours, (colour) => {
      const { light, dark } = accentsOf(colour);
      const grounds = { light: ['#faf6ea', '#fffdf7', '#f3ecda'], dark: ['#0f1613', '#17201c', '#1f2a25'] };
      for (const [theme, accents] of [
        ['light', light],
        ['dark', dark],
      ] as const)
        for (const ground of [...grounds[theme], accents.soft, accents.on])
          for (const ink of [accents.accent, accents.hover])
            if (ground !== accents.soft || ink === accents.accent)
              expect(contrast(ink, ground)).toBeGreaterThanOrEqual(AA);
    }),
  );
});
