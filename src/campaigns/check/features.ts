import type { Level, Rule } from './finding.ts';

/** Our own table: what common mail programs leave out or show wrongly. */
const TAGS: Record<string, [Level, string]> = {
  script: ['error', 'Scripts are taken out everywhere, and filters refuse mails for them.'],
  iframe: ['error', 'Frames are taken out everywhere. Link to the page.'],
  object: ['error', 'Embedded objects are taken out everywhere. Link to the page.'],
  embed: ['error', 'Embedded objects are taken out everywhere. Link to the page.'],
  form: ['warning', 'Forms do not work in most mail programs. Link to a page that has the form.'],
  video: ['warning', 'Films play in few mail programs. Show a picture that links to the film.'],
  audio: ['warning', 'Sound plays in few mail programs. Link to it.'],
  svg: ['warning', 'Drawings in SVG are left out by Gmail and Outlook. Use PNG.'],
  base: ['warning', 'A base address is ignored by many. Write whole addresses.'],
};
const CSS: [RegExp, Level, string, string][] = [
  [
    /display\s{0,9}:\s{0,9}(?:inline-)?flex\b/i,
    'warning',
    'css-flex',
    'Outlook does not know display: flex. Use columns.',
  ],
  [
    /display\s{0,9}:\s{0,9}(?:inline-)?grid\b/i,
    'warning',
    'css-grid',
    'Outlook and Gmail do not know display: grid. Use columns.',
  ],
  [
    /[;{\s"']position\s{0,9}:\s{0,9}(?:absolute|fixed|sticky)/i,
    'warning',
    'css-position',
    'Gmail takes position out, so that parts would lie elsewhere.',
  ],
  [
    /@import\b/i,
    'warning',
    'css-external',
    'Style sheets from elsewhere are not fetched. Write the styles into the mail.',
  ],
  [
    /@font-face\b/i,
    'hint',
    'css-font',
    'Fonts of one’s own show in few mail programs. See that the usual ones fit too.',
  ],
  [/\bvar\(\s{0,9}--/i, 'warning', 'css-variable', 'Gmail and Outlook do not know var(). Write the value.'],
];

/** HTML and CSS that mail programs do not support; each named once. */
export const features: Rule = (_, { tags, source }) => {
  const open = tags.filter(({ closing }) => !closing);
  const names = new Set(open.map(({ name }) => name));
  const external = open.some(
    ({ name, attributes }) => name === 'link' && /stylesheet/i.test(attributes.rel ?? ''),
  );
  const active = open.some(({ attributes }) =>
    Object.keys(attributes).some((key) => /^on[a-z]{3,}$/.test(key)),
  );
  return [
    ...Object.entries(TAGS)
      .filter(([name]) => names.has(name))
      .map(([name, [level, words]]) => ({ level, code: `html-${name}`, words })),
    ...CSS.filter(([pattern]) => pattern.test(source)).map(([, level, code, words]) => ({
      level,
      code,
      words,
    })),
    ...(external
      ? [
          {
            level: 'warning' as const,
            code: 'css-external',
            words: 'Style sheets from elsewhere are not fetched. Write the styles into the mail.',
          },
        ]
      : []),
    ...(active
      ? [
          {
            level: 'error' as const,
            code: 'html-handler',
            words: 'Attributes such as onclick are scripts and are taken out.',
          },
        ]
      : []),
  ];
};
