import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { cancelCampaign } from '../../../src/campaigns/control.ts';
import { addItem } from '../../../src/campaigns/newsletters/items.ts';
import {
  editNewsletter,
  findNewsletter,
  type Newsletter,
} from '../../../src/campaigns/newsletters/newsletters.ts';
import { hideEdition } from '../../../src/campaigns/newsletters/status.ts';
import { addAsset } from '../../../src/media/add.ts';
import { NOON } from '../../support/ground.ts';
import { photograph } from '../../support/pictures.ts';
import { testWeb } from '../../support/web.ts';
import { addStory, newNewsletter, STORY, sendEdition } from '../campaigns/newsletters/support.ts';
import { editorOf, people } from '../campaigns/support.ts';

const PUBLIC_URL = 'https://outreach.example';
const { ground, ask } = testWeb({ PUBLIC_URL, DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-news-')) });
const staff = people(ground);
let paper: Newsletter;

beforeAll(async () => {
  paper = await newNewsletter(ground, staff);
  await addStory(ground, paper, staff);
  await sendEdition(ground, paper, staff);
});

const page = async (path: string) => (await ask(path)).text();

describe('the archive', () => {
  it('leads from all newsletters to one, and to its edition, in both languages', async () => {
    const all = await page('/n?lang=ml');
    expect(all).toContain(`href="/n/${paper.slug}?lang&#x3D;ml"`);
    expect(all).toContain(paper.words.ml?.title);
    const one = await page(`/n/${paper.slug}?lang=en`);
    expect(one).toContain('Home care reaches Wayanad');
    expect(one).toContain(`href="/n/${paper.slug}/1?lang&#x3D;en"`);
    const edition = await page(`/n/${paper.slug}/1?lang=ml`);
    expect(edition).toContain('<h2>വയനാട്ടിൽ വീട്ടിലെ പരിചരണം</h2>');
    expect(edition).toContain('<strong>മലയോരത്ത്</strong>');
    expect(edition).toContain('പ്രിയ സുഹൃത്തേ,');
    expect(edition).toContain('<html lang="ml"');
  });

  it('says in its head what it is, in which languages, and where its feeds are', async () => {
    const html = (await page(`/n/${paper.slug}/1?lang=en`)).replaceAll('&#x3D;', '=');
    const address = `${PUBLIC_URL}/n/${paper.slug}/1`;
    for (const tag of [
      `<link rel="canonical" href="${address}?lang=en">`,
      `<link rel="alternate" hreflang="ml" href="${address}?lang=ml">`,
      `<link rel="alternate" hreflang="x-default" href="${address}">`,
      `type="application/atom+xml" title="${paper.words.en?.title} (Atom)" href="${PUBLIC_URL}/n/${paper.slug}/feed.atom?lang=en"`,
      '<meta property="og:title" content="Home care reaches Wayanad">',
      `<meta property="og:url" content="${address}?lang=en">`,
      '<meta property="og:locale" content="en_IN">',
      '<meta property="og:locale:alternate" content="ml_IN">',
    ]) {
      expect(html).toContain(tag);
    }
    const [, image = ''] = /og:image" content="https:\/\/outreach\.example([^"]+)"/.exec(html) ?? [];
    expect((await ask(image)).headers.get('content-type')).toBe('image/png');
  });

  it('holds nothing of any contact, and no link that tells who follows it', async () => {
    const { rows } = await ground.sql.query<{ name: string; value: string }>(
      'SELECT c.name, a.value FROM contact c JOIN address a ON a.contact_id = c.id',
    );
    expect(rows.length).toBeGreaterThan(2);
    const paths = ['', '/1', '/feed.atom', '/feed.rss'].map((path) => `/n/${paper.slug}${path}`);
    for (const path of ['/n', ...paths].flatMap((one) => [`${one}?lang=en`, `${one}?lang=ml`])) {
      const text = await page(path);
      for (const { name, value } of rows) {
        expect(text).not.toContain(name);
        expect(text).not.toContain(value);
      }
      expect(text).not.toMatch(/\/[ulop]\/[A-Za-z0-9]|\{\{|@kssm/);
    }
  });

  it('is what the mail links to, through a short link', async () => {
    const { rows } = await ground.sql.query('SELECT url FROM link WHERE message_id = $1 ORDER BY url', [
      paper.messageId,
    ]);
    const urls = rows.map(({ url }) => url);
    expect(urls).toContain(`${PUBLIC_URL}/n/${paper.slug}/1?lang=ml`);
    const mails = await ground.sql.query(
      'SELECT mail FROM run_content c JOIN run r ON r.id = c.run_id WHERE r.message_id = $1',
      [paper.messageId],
    );
    for (const { mail } of mails.rows) expect(mail.html).not.toMatch(/web_url/);
  });

  it('costs a reader who comes again nothing while it is unchanged', async () => {
    for (const path of ['/1?lang=ml', '?lang=ml', '/feed.atom', '/feed.rss']) {
      const first = await ask(`/n/${paper.slug}${path}`);
      expect(first.headers.get('cache-control')).toBe('public, max-age=300');
      const etag = first.headers.get('etag') ?? '';
      const again = await ask(`/n/${paper.slug}${path}`, { headers: { 'if-none-match': etag } });
      expect([path, again.status]).toEqual([path, 304]);
    }
    const feed = await ask(`/n/${paper.slug}/feed.atom`);
    const since = { 'if-modified-since': feed.headers.get('last-modified') ?? '' };
    expect((await ask(`/n/${paper.slug}/feed.atom`, { headers: since })).status).toBe(304);
  });

  it.each([
    '/n/nothing',
    '/n/nothing/1',
    '/n/nothing/feed.rss',
    '/n/SLUG/99',
    '/n/SLUG/0',
    '/n/SLUG/1e3',
    '/n/SLUG/feed.json',
  ])('has no page %s', async (path) => {
    expect((await ask(path.replace('SLUG', paper.slug))).status).toBe(404);
  });
});

describe('a picture of the media library', () => {
  it('stands on the page, in the feed and where the page is shared, and goes when it is taken out', async () => {
    ground.clock.set(NOON);
    const other = await newNewsletter(ground, staff);
    const described = { alt: { en: 'A boat & a house', ml: 'വള്ളവും വീടും' } };
    const photo = { name: 'boat.jpg', bytes: await photograph(), ...described };
    const { asset } = await addAsset(ground, photo, staff.author);
    const picture = `asset:${asset.id}`;
    await addItem(ground, { newsletter: other, user: staff.author }, { words: STORY, picture });
    await sendEdition(ground, other, staff);
    const address = `/n/${other.slug}/1?lang=en`;
    const html = await page(address);
    const [, source = ''] = /<figure><img src="(\/m\/[^"]+)" alt="A boat &amp; a house"/.exec(html) ?? [];
    expect((await ask(source)).headers.get('content-type')).toMatch(/^image\//);
    expect(html).toContain(`og:image" content="${PUBLIC_URL}${source}"`);
    expect(html).toContain('og:image:alt" content="A boat &amp; a house"');
    expect(await page(`/n/${other.slug}/feed.atom?lang=en`)).toContain(`<img src="${PUBLIC_URL}${source}"`);
    await ground.sql.query('DELETE FROM asset_use WHERE asset_id = $1', [asset.id]);
    await ground.sql.query('DELETE FROM asset WHERE id = $1', [asset.id]);
    const without = await page(address);
    expect(without).not.toMatch(/<figure>|asset:/);
    expect(without).toContain('Home care reaches Wayanad');
  });
});

describe('the feeds', () => {
  it.each([
    ['atom', 'application/atom+xml; charset=utf-8', 'entry'],
    ['rss', 'application/rss+xml; charset=utf-8', 'item'],
  ])('in %s are well formed, with whole addresses and ids that stay', async (kind, type, entry) => {
    const answer = await ask(`/n/${paper.slug}/feed.${kind}?lang=en`);
    expect(answer.headers.get('content-type')).toBe(type);
    const xml = await answer.text();
    const elements = parse(xml);
    expect(elements.filter(({ name }) => name === entry)).toHaveLength(1);
    const said = (name: string) => elements.filter((one) => one.name === name).map((one) => one.text);
    expect(said('title')).toEqual([paper.words.en?.title, 'Home care reaches Wayanad']);
    const [content = ''] = [...said('content'), ...said('content:encoded')];
    expect(content).toContain('<a href="https://wecare.example/wayanad">Read on</a>');
    for (const { attributes } of elements)
      if (attributes.href) expect(attributes.href).toMatch(/^https:\/\//);
    const ids = [...said('id'), ...said('guid')];
    expect(ids.every((id) => /^urn:uuid:[0-9a-f-]{36}$/.test(id))).toBe(true);
    expect(await (await ask(`/n/${paper.slug}/feed.${kind}?lang=en`)).text()).toBe(xml);
    expect(
      parse(await page(`/n/${paper.slug}/feed.${kind}`))
        .map(({ text }) => text)
        .join(),
    ).toContain('വയനാട്ടിൽ');
  });
});

describe('what is not public', () => {
  it('an edition taken off the web, one that was cancelled, and a newsletter that is not public or has no archive', async () => {
    ground.clock.set(NOON);
    const other = await newNewsletter(ground, staff);
    await addStory(ground, other, staff);
    await sendEdition(ground, other, staff);
    const seen = async () => {
      const paths = ['', '/1', '/feed.atom'].map((path) => `/n/${other.slug}${path}`);
      const answers = await Promise.all(paths.map((path) => ask(path)));
      const feed =
        answers[2]?.status === 200 ? ((await answers[2].text()).match(/<entry>/g)?.length ?? 0) : -1;
      return [...answers.map(({ status }) => status), feed];
    };
    const hide = (hidden: boolean) =>
      hideEdition(ground, { newsletter: other, number: 1, hidden }, staff.approver);
    const change = async (edit: object) =>
      editNewsletter(
        ground,
        { newsletter: await findNewsletter(ground, other.slug), user: staff.author },
        edit,
      );
    expect(await seen()).toEqual([200, 200, 200, 1]);
    await hide(true);
    expect(await seen()).toEqual([200, 404, 200, 0]);
    await hide(false);
    await change({ archive: false });
    expect(await seen()).toEqual([200, 404, 404, -1]);
    await change({ archive: true, public: false });
    expect(await seen()).toEqual([404, 404, 404, -1]);
    expect(await page('/n')).not.toContain(other.slug);
    await change({ public: true });
    await cancelCampaign(ground, other.campaignId, editorOf(staff.chief));
    expect(await seen()).toEqual([200, 404, 200, 0]);
  });
});

interface Element {
  name: string;
  text: string;
  attributes: Record<string, string>;
}

/** Every element of an XML document with its own text. @throws when it is not well formed */
function parse(xml: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  const add = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, text: '', attributes: attributes as Record<string, string> };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return elements.map((element) => ({ ...element, text: element.text.trim() }));
}
