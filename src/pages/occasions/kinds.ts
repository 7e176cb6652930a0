/** How a page speaks: of joy, in remembrance, or plainly. Remembrance is never "celebrated" or "appreciated". */
export type Mood = 'joy' | 'memory' | 'plain';

/** What one kind of day asks and offers; its words stand in the catalogues as `occasion.kind.NAME.*`. */
export interface OccasionKind {
  name: string;
  mood: Mood;
  /** How many persons it is of. */
  persons: 1 | 2;
  /** It may be a child's: then a parent agrees, nothing is tracked, and no surname stands there unless chosen. */
  child: boolean;
  /** Whether a goal and its progress are offered before they are asked for. */
  goal: boolean;
  /** The day comes again next year, by a star or a calendar that only the family knows. */
  yearly: boolean;
  /** A first design for it, of designs.ts. */
  design: string;
}

const kind = (name: string, more: Partial<OccasionKind> = {}): OccasionKind => ({
  ...{ name, mood: 'joy', persons: 1, child: false, goal: true, yearly: false, design: 'jasmine' },
  ...more,
});
const memory = { mood: 'memory', goal: false, design: 'lamp' } as const;

/** Every kind of day, in the order in which they are offered. */
export const occasionKinds: readonly OccasionKind[] = [
  kind('wedding', { persons: 2, design: 'jasmine' }),
  kind('birthday', { child: true, yearly: true, design: 'kites' }),
  kind('anniversary', { persons: 2, yearly: true, design: 'kasavu' }),
  kind('death-anniversary', { ...memory, yearly: true }),
  kind('sixteenth-day', memory),
  kind('forty-first-day', memory),
  kind('birth', { child: true, design: 'cradle' }),
  kind('choroonu', { child: true, design: 'leaf' }),
  kind('baptism', { child: true, design: 'water' }),
  kind('house-warming', { design: 'doorway' }),
  kind('shashtipoorthi', { design: 'kasavu' }),
  kind('festival', { yearly: true, design: 'pookalam' }),
  kind('retirement', { design: 'river' }),
  kind('other', { mood: 'plain', design: 'leaf' }),
];

export const kindNames = occasionKinds.map(({ name }) => name);

const byName = new Map(occasionKinds.map((one) => [one.name, one]));

/** A kind by its name; what is not known is the plain one, so that a page never breaks by a renamed kind. */
export const kindOf = (name: string): OccasionKind =>
  byName.get(name) ?? (byName.get('other') as OccasionKind);
