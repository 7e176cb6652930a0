import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../../src/campaigns/content.ts';

const fields = ['name', 'unsubscribe_url'];
const compile = (blocks: unknown[], over: object = {}) =>
  compileSource(
    {
      subject: 'Hello',
      preheader: '',
      body: JSON.stringify({ language: 'en', title: 'Hello', blocks, ...over }),
    },
    fields,
  );
const text = (words: string) => ({ type: 'text', text: words });

const letters = fc
  .array(
    fc.constantFrom('a', 'Z', '7', '<', '>', '&', '"', "'", 'ക', 'ൻ', '്', '₹', '/', '-', '#', '}', '\\'),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((all) => `w${all.join('')}w`);
const words = fc.array(letters, { minLength: 1, maxLength: 6 }).map((all) => all.join(' '));
const href = fc.constantFrom(
  'https://wecare.example/p?a=1&b=2',
  'mailto:a@wecare.example',
  '{{unsubscribe_url}}',
);
const single = fc.oneof(
  fc.record({ type: fc.constant('text'), text: words, quiet: fc.boolean() }),
  fc.record({ type: fc.constant('heading'), text: words, level: fc.constantFrom(1, 2), above: words }),
  fc.record({ type: fc.constant('button'), text: words, href }),
  fc.record({ type: fc.constant('quote'), text: words, who: words }),
  fc.record({
    type: fc.constant('numbers'),
    rows: fc.array(fc.record({ number: letters, words }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('divider') }),
  fc.record({
    type: fc.constant('picture'),
    src: fc.constant('https://wecare.example/a.png?x=1&y=2'),
    alt: words.map((all) => all.replace(/}/g, '')),
  }),
);
const half = fc.array(single, { minLength: 1, maxLength: 3 });
const block = fc.oneof(single, fc.record({ type: fc.constant('columns'), columns: fc.tuple(half, half) }));

const spoken = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(spoken);
  if (!value || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one !== 'string' ? spoken(one) : ['type', 'src', 'href'].includes(key) ? [] : [one],
  );
};
const flat = (from: string) => from.replace(/\s+/g, ' ');

describe('a message written in blocks', () => {
  it('compiles whatever its blocks are, and every text comes out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('en', 'ml'),
        async (blocks, language) => {
          const made = await compile(blocks, { language });
          const read = flat(made.text);
          for (const one of spoken(blocks)) expect(read).toContain(flat(one));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps a gap between a long number and its words', async () => {
    const made = await compile([{ type: 'numbers', rows: [{ number: '₹14,20,500', words: 'received' }] }]);
    expect(made.html).toMatch(/class="sum" style="[^"]*padding:12px 16px 12px 0/);
  });

  it('keeps fields, strong words and links, and escapes the rest', async () => {
    const made = await compile([
      text(
        'Dear {{default name "friend & all"}}, **all** of <it> for [care & more](https://wecare.example/p?a=1&b=2).\n\nSecond',
      ),
    ]);
    expect(made.html).toContain(
      'Dear {{default name "friend & all"}}, <strong>all</strong> of &lt;it&gt; for',
    );
    expect(made.html).toContain('<a href="https://wecare.example/p?a=1&amp;b=2">care &amp; more</a>');
    expect(made.text).toContain('care & more <https://wecare.example/p?a=1&b=2>.\n\nSecond');
    expect(made.warnings).toEqual([]);
  });

  it('sets Malayalam with the line height that its letters need', async () => {
    const made = await compile([text('പ്രിയ സുഹൃത്തേ')], { language: 'ml' });
    expect(made.html).toMatch(/line-height:1\.8[^>]*>പ്രിയ സുഹൃത്തേ/);
    expect(made.html).toMatch(/<html lang="ml"/);
    expect(made.text).toContain('ഇനി വേണ്ട');
  });

  it.each([
    [[{ type: 'button', text: 'Go', href: 'javascript:alert(1)' }], /blocks\[0\]\.href/],
    [[text('[x](data:text/html,x)')], /blocks\[0\]\.text: the link to data:/],
    [[{ type: 'button', text: 'Go', href: 'https://bank.example@evil.example/' }], /blocks\[0\]\.href/],
    [[{ type: 'picture', src: 'https://a.example/b.png' }], /blocks\[0\]\.alt/],
    [[text('{{#each x}}')], /blocks\[0\]\.text: line 1, column/],
    [
      [text('Dear {{nmae}}')],
      /blocks\[0\]\.text, line 1, column 8: there is no merge field “nmae”. Did you mean “name”/,
    ],
    [[{ type: 'marquee', text: 'x' }], /blocks\[0\]\.type/],
    [
      [{ type: 'raw', mjml: '<mj-section><mj-foo></mj-foo></mj-section>' }],
      /In blocks\[0\], by itself: .*mj-foo/,
    ],
    [
      [{ type: 'raw', mjml: '<mj-section></mj-section></mj-body></mjml><mjml><mj-body>' }],
      /blocks\[0\]\.mjml/,
    ],
    [[], /blocks/],
  ])('refuses what cannot be sent and names the place (%#)', async (blocks, reason) => {
    await expect(compile(blocks)).rejects.toThrow(reason);
  });

  it('says that a body with a brace is no JSON', async () => {
    await expect(
      compileSource({ subject: 'x', preheader: '', body: '{"blocks": [' }, fields),
    ).rejects.toThrow(/^The body is not JSON: /);
  });
});

describe('the templates that are written in blocks', () => {
  const folder = new URL('../../../templates/email/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('are six, each in English and Malayalam', () => {
    const names = ['newsletter', 'notice', 'occasion-invitation', 'project-story', 'thanks', 'urgent'];
    expect(files.sort()).toEqual(names.flatMap((name) => [`${name}.en.json`, `${name}.ml.json`]));
  });

  it.each(files)('%s compiles without a warning', async (file) => {
    const body = readFileSync(new URL(file, folder), 'utf8');
    const made = await compileSource({ subject: 'x', preheader: '', body }, fields);
    expect(made.warnings).toEqual([]);
    expect(made.html).toContain(`lang="${file.split('.')[1]}"`);
  });
});
