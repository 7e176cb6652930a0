import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOME_CARE, plantGiftTo, plantProject, SLUG } from '../../../scripts/demonstration/project.ts';
import { transaction } from '../../../src/db.ts';
import { accounts, post } from '../../../src/giving/journal.ts';
import { addAsset } from '../../../src/media/add.ts';
import { makeProject, publishProject } from '../../../src/pages/projects.ts';
import { photograph } from '../../support/pictures.ts';
import { testWeb } from '../../support/web.ts';
import { people } from '../campaigns/support.ts';

const PUBLIC_URL = 'https://wecare.example';
const { ground, ask } = testWeb({
  PUBLIC_URL,
  DATA_DIR: mkdtempSync(path.join(tmpdir(), 'wecare-projects-')),
});
const staff = people(ground);
let project: string;
beforeAll(async () => {
  project = await plantProject(ground);
});

const html = async (address: string) => (await (await ask(address)).text()).replaceAll('&#x3D;', '=');
/** What stands on the page as soon as it is drawn anew. */
const shows = (address: string, text: string) =>
  expect.poll(async () => (await html(address)).includes(text), { message: text }).toBe(true);

/** A gift goes back, as the gateway told it. */
async function giveBack(payment: string, amount: bigint): Promise<void> {
  await transaction(ground.sql, async (connection) => {
    const at = ground.clock.now();
    const lines: [string, bigint][] = [
      [accounts.project(project, 'domestic'), amount],
      [accounts.refunds('domestic'), -amount],
    ];
    await post(connection, { kind: 'refund', subject: `refund:r-${payment}`, day: '2026-11-21', at, lines });
    await connection.query('UPDATE donation SET refunded = refunded + $2 WHERE payment_id = $1', [
      payment,
      amount,
    ]);
  });
}

describe('the page of a project', () => {
  it('says everything in both languages, and asks for gifts', async () => {
    const english = await html(`/projects/${SLUG}?lang=en`);
    for (const text of [
      '<h1>Care at home for people who are bedridden</h1>',
      'Alappuzha district · Long illness and care',
      'of ₹25,00,000',
      '0 of 400 people cared for',
      `href="/give?project=${SLUG}&amp;lang=en"`,
      `href="/give?project=${SLUG}&amp;amount=1500&amp;lang=en"`,
      'takes <strong>a whole day</strong>.',
      '<a href="https://socialsecuritymission.example/care" rel="noopener nofollow">The Mission</a>',
      '<td class="r quiet">44 %</td><td class="r">₹11,00,000</td>',
      'What came is used for the same project',
      'https://wa.me/?text=Care%20at%20home',
    ])
      expect(english).toContain(text);
    const malayalam = await html(`/projects/${SLUG}?lang=ml`);
    for (const text of [
      '<html lang="ml"',
      'കിടപ്പുരോഗികൾക്ക് വീട്ടിൽ പരിചരണം</h1>',
      'ആലപ്പുഴ ജില്ല',
      'ലക്ഷ്യം ₹25,00,000',
    ])
      expect(malayalam).toContain(text);
  });

  it('tells search engines, and where it is shared, what it is', async () => {
    const page = await html(`/projects/${SLUG}?lang=ml`);
    const address = `${PUBLIC_URL}/projects/${SLUG}`;
    for (const tag of [
      `<link rel="canonical" href="${address}?lang=ml">`,
      `<link rel="alternate" hreflang="en" href="${address}?lang=en">`,
      `<meta property="og:image" content="${address}/card-ml.png">`,
      '<meta property="og:image:width" content="1200">',
      'type="application/json+oembed"',
      `type="application/rss+xml"`,
    ])
      expect(page).toContain(tag);
    const linked = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)?.[1] ?? '');
    expect(linked['@graph'].map((one: Record<string, string>) => one['@type'])).toEqual([
      'Project',
      'DonateAction',
    ]);
  });

  it('shows a gift within two seconds, and takes what went back away', async () => {
    await html(`/projects/${SLUG}?lang=en`);
    const began = performance.now();
    const payment = await plantGiftTo(ground, {
      project,
      amount: 1_234_500n,
      name: 'Sreeja Nair',
      message: 'For Amma',
    });
    await shows(`/projects/${SLUG}?lang=en`, '<b class="num">₹12,345</b>');
    expect(performance.now() - began).toBeLessThan(2000);
    const page = await html(`/projects/${SLUG}?lang=en`);
    expect(page).toContain('<b>Sreeja Nair</b><span class="num">₹12,345</span><q>For Amma</q>');
    expect(page).toContain('<b>1</b> gift');
    await giveBack(payment, 234_500n);
    await shows(`/projects/${SLUG}?lang=en`, '<b>Sreeja Nair</b><span class="num">₹10,000</span>');
    await ground.sql.query('UPDATE donation SET refunded = amount WHERE payment_id = $1', [payment]);
    await expect.poll(() => html(`/projects/${SLUG}?lang=en`)).not.toContain('Sreeja Nair');
    await ground.sql.query('UPDATE donation SET refunded = 234500 WHERE payment_id = $1', [payment]);
  });

  it('names nobody who did not agree, keeps their words back, and lets no words be markup', async () => {
    const gift = { project, amount: 50_000n, message: 'I am <b>Ravi</b> of Kollam' };
    await plantGiftTo(ground, { ...gift, name: 'Ravi Hidden', anonymous: true });
    await plantGiftTo(ground, {
      ...gift,
      name: '<script>alert(1)</script>',
      message: '<img src=x onerror=alert(1)>',
    });
    await shows(`/projects/${SLUG}?lang=en`, 'A donor who stays unnamed');
    const page = await html(`/projects/${SLUG}?lang=en`);
    expect(page).not.toContain('Ravi');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('&lt;script&gt;alert(1)');
  });

  it('is asked for again only when something changed', async () => {
    const first = await ask(`/projects/${SLUG}?lang=en`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    const again = await ask(`/projects/${SLUG}?lang=en`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    await plantGiftTo(ground, { project, amount: 50_000n, name: 'Anil' });
    const status = async () =>
      (await ask(`/projects/${SLUG}?lang=en`, { headers: { 'if-none-match': etag } })).status;
    await expect.poll(status).toBe(200);
  });

  it('has the same head when it is handed out from memory, in the language that is asked for', async () => {
    await ask(`/projects/${SLUG}?lang=en`);
    const [first, second] = [await ask(`/projects/${SLUG}?lang=en`), await ask(`/projects/${SLUG}?lang=en`)];
    const named = ({ headers }: Response) =>
      Object.fromEntries([...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)));
    expect(second.headers.get('x-request-id')).toBeNull();
    expect(named(second)).toEqual(named(first));
    expect(second.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(second.headers.get('x-powered-by')).toBeNull();
    const malayalam = await ask(`/projects/${SLUG}`, { headers: { 'accept-language': 'ml-IN,ml;q=0.9' } });
    expect(await malayalam.text()).toContain('<html lang="ml"');
    const plain = await ask(`/projects/${SLUG}?lang=en`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('is not there before it is published', async () => {
    await makeProject(
      ground,
      { slug: 'draft', theme: 'other', district: null, content: HOME_CARE },
      'cli:test',
    );
    for (const rest of [
      '',
      '/donors',
      '/embed',
      '/card-en.png',
      '/qr.svg',
      '/poster.pdf',
      '/feed.rss',
      '/follow',
    ])
      expect((await ask(`/projects/draft${rest}`)).status, rest).toBe(404);
    expect((await ask('/projects/none')).status).toBe(404);
  });

  it('says what is true of one that is reached, closed or reported, and asks for nothing then', async () => {
    const id = await plantProject(ground, {
      slug: 'ends',
      content: { ...HOME_CARE, goal: { ...HOME_CARE.goal, amount: '100000', capped: true } },
    });
    await plantGiftTo(ground, { project: id, amount: 100_000n, name: 'Anil' });
    await shows('/projects/ends?lang=en', 'takes no more gifts');
    expect(await html('/projects/ends?lang=en')).not.toContain('/give?project=ends');
    await ground.sql.query("UPDATE project SET state = 'closed', closed_at = $2 WHERE id = $1", [
      id,
      ground.clock.now(),
    ]);
    await shows('/projects/ends?lang=en', '<strong>The project is closed.</strong> 21 November 2026.');
    await ground.sql.query("UPDATE project SET state = 'reported', reported_at = $2 WHERE id = $1", [
      id,
      ground.clock.now(),
    ]);
    const said = {
      en: { title: 'All beds are there', text: 'Bought **40 beds**.' },
      ml: { title: '', text: '' },
      asset: null,
    };
    await ground.sql.query(
      `INSERT INTO project_update (id, project_id, content, made_by, published_at) VALUES (gen_random_uuid(), $1, $2, 'cli:test', $3)`,
      [id, JSON.stringify(said), ground.clock.now()],
    );
    await shows('/projects/ends?lang=en', 'Bought <strong>40 beds</strong>.');
    expect(await html('/projects/ends?lang=en')).toContain('<a href="#report">');
    expect((await html('/projects/ends?lang=ml')).replaceAll('\n', '')).toContain('lang="en">');
  });

  it('says what a sponsor still adds', async () => {
    const offer = `INSERT INTO matching_offer (id, project_id, sponsor, percent, amount, taken, opens_at, made_by)
      VALUES (gen_random_uuid(), $1, '{"en": "A bank", "ml": ""}', 100, 50000000, $2, $3, 'cli:test') RETURNING id`;
    await ground.sql.query(offer, [project, 20_000_000, ground.clock.now()]);
    await shows(`/projects/${SLUG}?lang=en`, 'A bank adds it, up to ₹5,00,000. ₹3,00,000 of that are left.');
    await ground.sql.query('UPDATE matching_offer SET taken = amount');
    await expect.poll(() => html(`/projects/${SLUG}?lang=en`)).not.toContain('A bank adds it');
  });

  it('says of its news what they are, which milestone they tell of, and shows their picture and papers', async () => {
    const add = async (name: string, bytes: Buffer) =>
      (await addAsset(ground, { name, bytes, alt: { en: 'A bed by the window' } }, staff.author)).asset;
    const picture = await add('bed.jpg', await photograph(900, 700));
    const bill = await add('bill.pdf', Buffer.from('%PDF-1.4\n%%EOF'));
    const id = await plantProject(ground, { slug: 'told' });
    const tell = (content: object) =>
      ground.sql.query(
        `INSERT INTO project_update (id, project_id, content, made_by, published_at) VALUES (gen_random_uuid(), $1, $2, 'cli:test', $3)`,
        [id, JSON.stringify(content), ground.clock.now()],
      );
    const en = { title: 'Beds came', text: 'They stand in **40 homes**.' };
    await tell({ en, asset: picture.id, files: [bill.id], milestone: '150000000' });
    await tell({ kind: 'closing', en: { title: 'Thank you', text: 'The rest follows.' }, milestone: '100' });
    const english = await html('/projects/told?lang=en');
    for (const text of [
      'Milestone reached: <b class="num">₹15,00,000</b> · <span>Forty air beds</span>',
      // A milestone that the page does not have any more is known by its amount.
      'Milestone reached: <b class="num">₹1</b></span>',
      '<span class="badge">What happens now</span>',
      'alt="A bed by the window"',
      `/m/${bill.hash}`,
    ])
      expect(english).toContain(text);
    expect(english.match(/class="badge">/g)).toHaveLength(1);
    expect(await html('/projects/told?lang=ml')).toContain(
      'നാഴികക്കല്ല് പിന്നിട്ടു: <b class="num">₹15,00,000</b> · <span>നാൽപ്പത് എയർ ബെഡ്</span>',
    );
  });

  it('shows its cover in the sizes and formats of the library', async () => {
    const bytes = await photograph();
    const { asset } = await addAsset(
      ground,
      { name: 'cover.jpg', bytes, alt: { en: 'A boat' } },
      staff.author,
    );
    await plantProject(ground, { slug: 'covered', content: { ...HOME_CARE, cover: asset.id } });
    const page = await html('/projects/covered?lang=ml');
    expect(page).toMatch(/<source type="image\/webp" srcset="\/m\/[0-9a-f]{64}-320.webp 320w/);
    expect(page).toContain('alt="A boat"');
  });

  it('weighs little: at most 60 kB with its style sheets, but for pictures', async () => {
    const page = await ask(`/projects/${SLUG}?lang=ml`, { headers: { 'accept-encoding': 'gzip' } });
    const body = await page.text();
    const sheets = [...body.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href);
    const weights = await Promise.all(
      [`/projects/${SLUG}?lang=ml`, ...sheets].map(async (address) =>
        Number((await ask(address)).headers.get('content-length')),
      ),
    );
    expect(weights.length).toBeGreaterThan(3);
    expect(weights.reduce((sum, one) => sum + one, 0)).toBeLessThan(60_000);
    expect(body).not.toMatch(/\s(?:src|srcset)="https?:/);
  });
});

describe('the list of projects', () => {
  it('finds words of either language, themes, districts and states', async () => {
    const other = {
      ...HOME_CARE,
      en: { ...HOME_CARE.en, title: 'School bags' },
      ml: { ...HOME_CARE.ml, title: 'സ്കൂൾ ബാഗുകൾ' },
    };
    const id = await makeProject(
      ground,
      { slug: 'bags', theme: 'children', district: 'Kollam', content: other },
      'cli:test',
    );
    await publishProject(ground, { id, version: 1 }, 'cli:test');
    const found = async (query: string) =>
      [
        ...(await html(`/projects?lang=en&${query}`)).matchAll(
          /class="card tile" href="\/projects\/([a-z-]+)/g,
        ),
      ]
        .map(([, slug]) => slug)
        .sort();
    expect(await found('')).toEqual(['bags', SLUG, 'covered', 'ends', 'told'].sort());
    expect(await found('text=bags')).toEqual(['bags']);
    expect(await found(`text=${encodeURIComponent('ബാഗുകൾ')}`)).toEqual(['bags']);
    expect(await found('theme=children')).toEqual(['bags']);
    expect(await found('district=Kollam')).toEqual(['bags']);
    expect(await found('state=closed')).toEqual(['ends']);
    expect(await found('text=nothing-like-it')).toEqual([]);
    expect(await html('/projects?lang=ml&text=nothing-like-it')).toContain('ഇതിനു ചേരുന്ന പദ്ധതിയില്ല');
  });
});

describe('the wall of donors', () => {
  it('shows ten on the page and the others a page at a time, each once', async () => {
    const id = await plantProject(ground, { slug: 'many' });
    for (let n = 1; n <= 75; n++)
      await plantGiftTo(ground, { project: id, amount: 50_000n, name: `Giver ${n}.` });
    const names = (page: string) => [...page.matchAll(/<b>(Giver \d+\.)<\/b>/g)].map(([, name]) => name);
    await shows('/projects/many?lang=en', '<b>75</b> gifts');
    expect(names(await html('/projects/many?lang=en'))).toHaveLength(10);
    const first = await html('/projects/many/donors?lang=en');
    const [, next = ''] = /href="([^"]+)" rel="next"/.exec(first) ?? [];
    const second = await html(next.replaceAll('&amp;', '&'));
    expect(new Set([...names(first), ...names(second)]).size).toBe(75);
    expect(second).not.toContain('rel="next"');
  });
});

describe('what others show of a project', () => {
  it('draws its card in both languages', async () => {
    for (const language of ['en', 'ml']) {
      const answer = await ask(`/projects/${SLUG}/card-${language}.png`);
      expect(answer.headers.get('content-type')).toBe('image/png');
      const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect([width, height]).toEqual([1200, 630]);
    }
  });

  it('gives a code and a poster', async () => {
    expect(await (await ask(`/projects/${SLUG}/qr.svg`)).text()).toContain('<svg');
    const png = Buffer.from(await (await ask(`/projects/${SLUG}/qr.png`)).arrayBuffer());
    expect((await sharp(png).metadata()).width).toBe(1024);
    const pdf = Buffer.from(await (await ask(`/projects/${SLUG}/poster.pdf`)).arrayBuffer());
    expect(pdf.toString('latin1', 0, 5)).toBe('%PDF-');
  });

  it('may be framed by every site, and sets no cookie there', async () => {
    const card = await ask(`/projects/${SLUG}/embed?lang=en`);
    expect(card.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(card.headers.get('x-frame-options')).toBeNull();
    expect(card.headers.get('set-cookie')).toBeNull();
    expect(await card.text()).toContain('Care at home');
    const page = await ask(`/projects/${SLUG}`);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('answers oEmbed for its own addresses only', async () => {
    const of = (url: string) => ask(`/oembed?url=${encodeURIComponent(url)}&maxwidth=300`);
    const told = (await (await of(`${PUBLIC_URL}/projects/${SLUG}?lang=ml`)).json()) as Record<
      string,
      string
    >;
    expect(told).toMatchObject({ version: '1.0', type: 'rich', width: 300, title: HOME_CARE.ml.title });
    expect(told.html).toContain(`src="${PUBLIC_URL}/projects/${SLUG}/embed?lang=ml"`);
    expect((await of(`https://elsewhere.example/projects/${SLUG}`)).status).toBe(404);
    expect((await ask('/oembed')).status).toBe(400);
  });

  it('is in the sitemap; what is one person’s is closed to search engines', async () => {
    const map = await (await ask('/sitemap.xml')).text();
    expect(map).toContain(`<loc>${PUBLIC_URL}/projects/${SLUG}?lang=ml</loc>`);
    expect(map).not.toContain('/projects/draft');
    expect(await (await ask('/robots.txt')).text()).toContain('Disallow: /give/gift/');
  });

  it('gives its news as a feed', async () => {
    const feed = await (await ask('/projects/ends/feed.rss?lang=en')).text();
    expect(feed).toContain('<title><![CDATA[All beds are there]]></title>');
    expect(feed).toContain('<strong>40 beds</strong>');
  });
});
