import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutral } from '../../../../src/campaigns/newsletters/neutral.ts';
import { readingOf } from '../../../../src/campaigns/newsletters/reading.ts';

const frame = { masthead: 'Care News', publicUrl: 'https://outreach.example' };
const written = { language: 'en', subject: 's', preheader: '', source: '', text: '' };
const letter = (blocks: object[]) => JSON.stringify({ language: 'en', title: 'T', blocks });
const read = (blocks: object[], language = 'en') =>
  readingOf({ ...written, language, source: letter(blocks) }, frame).html();

describe('what everybody may read', () => {
  it.each([
    ['Dear {{name}},', 'Dear friend,'],
    ['Dear {{default first_name "neighbour"}},', 'Dear neighbour,'],
    ['Hello{{#if name}} {{name}}{{/if}},', 'Hello,'],
    ['{{#if district}}In {{district}}{{else}}In Kerala{{/if}}', 'In Kerala'],
    ['{{#unless district}}Anywhere{{/unless}} {{ward_no}}', 'Anywhere '],
    ['{{default district name}}', 'friend'],
    ['[Stop]({{unsubscribe_url}}) and [see]({{web_url}})', ' and see'],
    ['{{default name "{{"}}x', 'x'],
    ['{{#if name}}a [Stop]({{unsubscribe_url}})\n{{/if}}b', 'b'],
    ['Stop here <{{unsubscribe_url}}>\nb', '\nb'],
    ['{{#if name}} not closed {{district}}', ' not closed '],
  ])('%s becomes %s', (text, words) => {
    expect(neutral(text, 'en')).toBe(words);
  });

  it('calls nobody by name in Malayalam', () => {
    expect(neutral('പ്രിയ {{name}},', 'ml')).toBe('പ്രിയ സുഹൃത്തേ,');
  });

  const field = fc.constantFrom(
    'name',
    'first_name',
    'district',
    'phone_no',
    'unsubscribe_url',
    'preferences_url',
    'web_url',
    'token',
  );
  const slot = fc.oneof(
    field.map((name) => `{{${name}}}`),
    field.map((name) => `{{default ${name} "friend"}}`),
    field.map((name) => `{{#if ${name}}}yes {{${name}}}{{else}}no{{/if}}`),
    field.map((name) => `[words]({{${name}}})`),
    field.map((name) => `[words](https://a.example/?x={{${name}}})`),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[{}\p{C}]/gu, '')),
    fc.constantFrom('<script>', '**b**', '[a](https://a.example)', '"', "'", '&', '<img src=x onerror=1>'),
  );
  const text = fc.array(slot, { minLength: 1, maxLength: 3 }).map((parts) => `x${parts.join(' ')}`);

  it('never holds a slot, a script or an attribute of the author’s, whatever the blocks say', () => {
    fc.assert(
      fc.property(text, (words) => {
        const html = read([
          { type: 'heading', text: words },
          { type: 'text', text: words },
          { type: 'quote', text: words, who: 'A {{name}}' },
          { type: 'numbers', rows: [{ number: '1', words }] },
        ]);
        expect(html).not.toMatch(/\{\{|\}\}|token|unsubscribe_url|preferences_url|web_url/);
        const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag);
        expect(tags.filter((tag) => !ALLOWED.includes(tag ?? ''))).toEqual([]);
        for (const [, href] of html.matchAll(/href="([^"]*)"/g))
          expect(href).toMatch(/^(https?:\/\/|mailto:)/);
        expect(html).not.toMatch(/<[^>]*\s(on\w+|style)=/);
      }),
    );
  });
});

const ALLOWED = 'section p h2 strong a br blockquote footer dl div dt dd hr figure img'.split(' ');

describe('an edition on the web', () => {
  it('makes stories of headings, and does not repeat its masthead', () => {
    const html = read([
      { type: 'heading', level: 1, text: 'Care News' },
      { type: 'text', text: 'Dear {{name}},' },
      { type: 'divider' },
      { type: 'heading', text: 'One' },
      { type: 'button', text: 'Give', href: 'https://wecare.example/give?a=1&b=2' },
    ]);
    expect(html).toBe(
      '<section class="story story--note"><p>Dear friend,</p></section>\n' +
        '<section class="story story--lead"><h2>One</h2>' +
        '<p><a class="btn btn--primary" href="https://wecare.example/give?a=1&amp;b=2">Give</a></p></section>',
    );
  });

  it('shows pictures of this site, and names those of others, which it does not load', () => {
    const picture = (src: string) => read([{ type: 'picture', src, alt: 'Two nurses' }]);
    expect(picture('https://outreach.example/media/a.jpg')).toContain(
      '<img src="https://outreach.example/media/a.jpg" alt="Two nurses"',
    );
    expect(picture('https://outreach.example.evil.test/a.jpg')).not.toContain('<img');
    expect(picture('https://photos.example/a.jpg')).toContain(
      '<a href="https://photos.example/a.jpg">Two nurses</a>',
    );
  });

  it('of MJML gives the words, its links, and no way out of somebody else', () => {
    const text =
      'Dear {{name}},\n\nRead this <https://wecare.example/a?b=1&c=2>.\n\nUnsubscribe <{{unsubscribe_url}}>\n';
    const html = readingOf({ ...written, source: '<mjml></mjml>', text }, frame).html();
    expect(html).toBe(
      '<section class="story"><p>Dear friend,</p>' +
        '<p>Read this <a href="https://wecare.example/a?b=1&amp;c=2">wecare.example/a?b=1&amp;c=2</a>.</p></section>',
    );
  });

  it('gives the words of MJML between blocks', () => {
    const mjml =
      '<mj-section><mj-column><mj-text>Come &amp; see</mj-text><mj-button href="https://a.example/">Now</mj-button></mj-column></mj-section>';
    expect(read([{ type: 'raw', mjml }])).toContain(
      '<p>Come &amp; see</p><p>Now <a href="https://a.example/">a.example/</a></p>',
    );
  });
});
