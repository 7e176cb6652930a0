/** Looks of an occasion's page, each its own drawing and colours of the one set of tokens (occasion.css). */
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
export const designsFor = (mood: 'joy' | 'memory' | 'plain'): readonly Design[] =>
  mood === 'memory' ? quietDesigns : designs;
