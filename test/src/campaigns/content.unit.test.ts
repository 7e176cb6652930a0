import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSlots } from '../../../channels/email/slots.ts';
import { compileSource, findLinks, rewriteLinks } from '../../../src/campaigns/content.ts';

const fields = ['name', 'first_name', 'district', 'unsubscribe_url'];
const mjml = (text: string) =>
  `<mjml>\n<mj-body><mj-section><mj-column>\n<mj-text>${text}</mj-text>\n</mj-column></mj-section></mj-body></mjml>`;
const compile = (body: string, over: { subject?: string; preheader?: string } = {}) =>
  compileSource({ subject: 'Hello', preheader: '', ...over, body }, fields);

describe('a message as its author wrote it', () => {
  it('becomes HTML with the preheader first, and text with readable links', async () => {
    const body = mjml(
      'Dear {{default name "friend & all"}}, <a href="https://wecare.example/p?a=1&amp;b=2">give</a>{{#if district}}<p>{{district}}</p>{{/if}}',
    );
    const made = await compile(body, { preheader: 'For {{name}} & <you>' });
    expect(made.text).toBe(
      'Dear {{default name "friend & all"}}, give <https://wecare.example/p?a=1&b=2>{{#if district}}\n\n{{district}}\n\n{{/if}}\n',
    );
    const start = made.html.slice(made.html.indexOf('<body'));
    expect(start).toMatch(/^<body[^>]*>\s*<div style="display:none[^>]*>For \{\{name\}\} &amp; &lt;you>/);
    expect(made.html).not.toMatch(/fonts\.googleapis|@import/);
    expect(made.text).not.toContain('For {{name}}');
  });

  it('names the place and the nearest field when a merge field does not exist', async () => {
    await expect(compile(mjml('Dear\n  {{fist_name}}'))).rejects.toThrow(
      'In the body, line 4, column 5: there is no merge field “fist_name”. Did you mean “first_name”?',
    );
    await expect(compile(mjml('x'), { subject: 'Hi {{nmae}}' })).rejects.toThrow(
      'In the subject, line 1, column 6: there is no merge field “nmae”. Did you mean “name”?',
    );
    await expect(compile(mjml('x'), { preheader: '{{aadhaar}}' })).rejects.toThrow(
      /^In the preheader, line 1, column 3: .*There are: name, first_name/,
    );
  });

  it('names the place of Handlebars beyond the limited kind', async () => {
    await expect(compile(mjml('\n{{#each gifts}}x{{/each}}'))).rejects.toThrow(
      /^In the body, line 4, column 1: .*#each/,
    );
    await expect(compile('x'.repeat(300_000))).rejects.toThrow(/the most is/);
    await expect(compile(mjml('{{{name}}}'))).rejects.toThrow(/^In the body, line 3, column 10: Unescaped/);
  });

  it.each([
    ['<mjml><mj-body>\n<mj-foo></mj-foo></mj-body></mjml>', /line 2, column 1: .*mj-foo/],
    [
      '<mjml><mj-body><mj-section>\n <mj-text>x</mj-text></mj-section></mj-body></mjml>',
      /line 2, column 2: .*mj-text/,
    ],
    [
      '<mjml><mj-body>\n<mj-section></mj-body></mjml>',
      /line 2, column 13: <\/mj-body> closes what is not open/,
    ],
    ['<mjml><mj-body>\n', /line 1, column 7: <mj-body> is not closed/],
    ['<mj-wrapper>'.repeat(61), /line 1, column 721: more than 60 elements stand inside each other/],
    [
      '<mjml><mj-head>\n<mj-include path="/etc/passwd" type="css"/></mj-head></mjml>',
      /line 2, column 1: mj-include/,
    ],
    [
      '<mjml><mj-head><mj-font name="x" href="https://x.example/f.css" /></mj-head></mjml>',
      /mj-font is not allowed/,
    ],
    ['Dear all,', /begins with <mjml>/],
  ])('refuses the MJML %j', async (body, reason) => {
    await expect(compile(body)).rejects.toThrow(reason);
  });

  it.each([
    '<!--',
    '<mj-a "',
    '<mj-a \'<mj-b "',
    '<mj-text>',
    '</mj-text>',
    '<mj-raw/>',
    '<a href=',
    '{{!--',
    '&#123;',
  ])('answers a quarter of a megabyte of %s without hanging', async (piece) => {
    const started = performance.now();
    await compile(piece.repeat(Math.floor(250_000 / piece.length))).catch((error: Error) =>
      expect(error.name).toBe('Refusal'),
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('refuses a tag between MJML elements, where MJML would silently drop it', async () => {
    const body = `<mjml><mj-body>\n{{#if district}}\n<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>{{/if}}</mj-body></mjml>`;
    await expect(compile(body)).rejects.toThrow(/^In the body, line 2, column 7: .*would be lost/);
  });

  it('does not look into comments', async () => {
    await expect(compile(mjml('x<!-- {{nothing}} {{#each}} -->'))).resolves.toMatchObject({ text: 'x\n' });
  });

  it('warns of what Gmail clips and of a missing way out, and of nothing else', async () => {
    const long = await compile(mjml('മലയാളം '.repeat(6_000)));
    expect(long.warnings).toEqual([
      expect.stringMatching(/11\d KB; Gmail hides/),
      expect.stringContaining('unsubscribe_url'),
    ]);
    const good = await compile(mjml('<a href="{{unsubscribe_url}}">Unsubscribe</a>'));
    expect(good.warnings).toEqual([]);
  });
});

describe('click tracking', () => {
  const html =
    '<a class="x" href="https://wecare.example/p?a=1&amp;b=2">1</a> <a href=\'https://wecare.example/q\'>2</a>' +
    '<a href="{{unsubscribe_url}}">3</a><a href="https://{{host}}/x">4</a><a href="https://x.example/{{token}}">5</a>' +
    '<a href="mailto:a@x.example">6</a><link href="https://x.example/style"><a href="https://wecare.example/q">7</a>';
  const text =
    '1 <https://wecare.example/p?a=1&b=2>, see https://wecare.example/q. Stop <{{unsubscribe_url}}>';

  it('replaces each http link in both parts and tells which', () => {
    const urls = ['https://wecare.example/p?a=1&b=2', 'https://wecare.example/q'];
    expect(findLinks(html, text)).toEqual(urls);
    const made = rewriteLinks(html, text, (url) => `https://l.example/l/${urls.indexOf(url)}/{{token}}`);
    expect(made.urls).toEqual(urls);
    expect(made.html).toBe(
      html
        .replace('https://wecare.example/p?a=1&amp;b=2', 'https://l.example/l/0/{{token}}')
        .replace("'https://wecare.example/q'", '"https://l.example/l/1/{{token}}"')
        .replace('https://wecare.example/q', 'https://l.example/l/1/{{token}}'),
    );
    expect(made.text).toBe(
      '1 <https://l.example/l/0/{{token}}>, see https://l.example/l/1/{{token}}. Stop <{{unsubscribe_url}}>',
    );
  });
});

describe('the appeal that comes with the engine', () => {
  it.each(['en', 'ml'])(
    'compiles without a warning in %s, with the way out and alike in its slots',
    async (language) => {
      const body = readFileSync(`templates/email/appeal.${language}.mjml`, 'utf8');
      const made = await compileSource({ subject: 'x', preheader: 'x', body }, ['name', 'unsubscribe_url']);
      expect(made.warnings).toEqual([]);
      expect(made.html).toContain(`lang="${language}"`);
      expect(Buffer.byteLength(made.html)).toBeLessThan(40_000);
      const used = [...new Set(parseSlots(made.text).mentions.map(({ field }) => field))];
      const sender = ['organisation_mark', 'organisation_name'];
      expect(used).toEqual([...sender, 'name', 'organisation', 'preferences_url', 'unsubscribe_url']);
    },
  );
});

it('says in which language a body is that names none itself', async () => {
  const bare =
    '<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>';
  const htmlOf = async (body: string) =>
    (await compileSource({ subject: 'x', preheader: '', body, language: 'ml' }, [])).html;
  expect(await htmlOf(bare)).toContain('<html lang="ml"');
  expect(await htmlOf(bare.replace('<mjml>', '<mjml lang="en">'))).toContain('<html lang="en"');
});
