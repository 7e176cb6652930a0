import type { Mood } from './kinds.ts';

/** Looks of an occasion's page, each its own drawing, frame and colours of the one set of tokens (occasion.css). */
export const designs = [
  'jasmine',
  'kasavu',
  'lamp',
  'pookalam',
  'river',
  'kites',
  'cradle',
  'leaf',
  'water',
  'doorway',
] as const;
export type Design = (typeof designs)[number];

/** Those that suit remembrance: no garland, no kite. */
export const quietDesigns: readonly Design[] = ['lamp', 'river', 'leaf', 'water'];

/** What is offered for a kind of day: every one, or the quiet ones. */
export const designsFor = (mood: Mood): readonly Design[] => (mood === 'memory' ? quietDesigns : designs);

/** Sets of colours in the tokens, as `data-mood` names them. */
export type Palette = 'calm' | 'joy' | 'mourning' | 'festive' | 'sky' | 'tender';

const palettes: Record<Design, Palette> = {
  ...{ jasmine: 'joy', kasavu: 'calm', lamp: 'calm', pookalam: 'festive', river: 'calm' },
  ...{ kites: 'sky', cradle: 'tender', leaf: 'calm', water: 'sky', doorway: 'joy' },
};

/** How a page looks: remembrance is quiet in drawing and colours, whatever was chosen before its kind was changed. */
export function lookOf(design: Design, mood: Mood): { design: Design; palette: Palette } {
  if (mood !== 'memory') return { design, palette: palettes[design] };
  return { design: quietDesigns.includes(design) ? design : 'lamp', palette: 'mourning' };
}
