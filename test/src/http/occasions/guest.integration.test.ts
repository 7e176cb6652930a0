import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addUser, type Role } from '../../../../src/access/users.ts';
import { askRefund, decideRefund } from '../../../../src/giving/refund-asking.ts';
import { sendRefunds } from '../../../../src/giving/refund-sending.ts';
import { decideOccasion } from '../../../../src/pages/occasions/decide.ts';
import { stepFamily } from '../../../../src/pages/occasions/family.ts';
import { hideGift, occasionFigures } from '../../../../src/pages/occasions/gifts.ts';
import { readOccasion, saveOccasion } from '../../../../src/pages/occasions/make.ts';
import { openReports } from '../../../../src/pages/occasions/reports.ts';
import { openTill, paidGift } from '../../../support/giving.ts';
import { approve, liveOccasion, photoFor, somebody } from '../../../support/live-occasions.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const PUBLIC_URL = 'https://wecare.example';
const { ground, ask } = testWeb({ PUBLIC_URL });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const oneOf = (role: Role) =>
  addUser(ground, { email: `${role}@kssm.example`, name: role, roles: [role] }, 'cli:test');
const html = async (answer: Promise<Response>) => (await (await answer).text()).replaceAll('&#x3D;', '=');
const post = (path: string, fields: Record<string, string>, headers = {}) =>
  ask(path, { method: 'POST', body: new URLSearchParams(fields), headers });
/** What is in memory is drawn anew after a moment. */
const shows = (path: string, text: string) =>
  expect.poll(() => html(ask(path)), { timeout: 2000, interval: 50 }).toContain(text);

describe('The page of a family', () => {
  it('speaks the family’s language until another is asked for, and is drawn once for all', async () => {
    const { code } = await liveOccasion(ground);
    const page = await html(ask(`/o/${code}`));
    expect(page).toContain('<html lang="ml" data-mood="joy">');
    expect(page).toContain('അനു');
    expect(page).toContain('കിടപ്പുരോഗികൾക്ക് ഒരു കൈത്താങ്ങാകാം');
    expect(page).toContain(`/give?occasion=${code}&amp;lang=ml`);
    const english = await html(ask(`/o/${code}?lang=en`));
    expect(english).toContain('Give now');
    expect(english).toContain('<h1 lang="ml">');
    const again = await ask(`/o/${code}`);
    expect(again.headers.get('etag')).toBeTruthy();
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  it('is found as somebody typed it from a card', async () => {
    const { code } = await liveOccasion(ground);
    const answer = await ask(`/o/${code.toUpperCase()}?lang=en`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/o/${code}?lang=en`]);
  });

  it('shows what strangers wrote as text, never as a page', async () => {
    const { id, code } = await liveOccasion(ground, {
      story: '<script>alert(1)</script>\n\n[see](https://x.example)',
    });
    await paidGift(ground, vendor, { occasion: { id, showAmount: false }, message: '<img src=x onerror=y>' });
    const page = await html(ask(`/o/${code}`));
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('&lt;img src');
    expect(page).not.toContain('href="https://x.example"');
  });

  it('has what WhatsApp needs in both languages, and loads nothing from elsewhere', async () => {
    const { code } = await liveOccasion(ground, { child: true, kind: 'birthday', names: ['അമ്മു'] });
    const page = await html(ask(`/o/${code}`));
    const text = decodeURIComponent(/https:\/\/wa\.me\/\?text=([^"]+)"/.exec(page)?.[1] ?? '');
    expect(text).toContain('സമ്മാനത്തിനു പകരം, പരിചരണം വേണ്ട ഒരാളെ സഹായിക്കൂ');
    expect(text).toContain('In place of a present, please help somebody who needs care');
    expect(text).toContain(`${PUBLIC_URL}/o/${code}`);
    expect(page).not.toMatch(/<script(?! type="application\/ld)/);
    const loaded = [...page.matchAll(/(?:<link rel="stylesheet" href|src|srcset)="([^"]+)"/g)].map(
      ([, at]) => at,
    );
    expect(loaded.filter((address) => /^https?:/.test(address ?? ''))).toEqual([]);
  });

  it('shows figures of the books, less what went back, and only where the family wants it', async () => {
    const { id, code } = await liveOccasion(ground);
    await paidGift(ground, vendor, {
      amount: 120_000n,
      occasion: { id, showAmount: true },
      message: 'ആശംസകൾ',
    });
    const second = await paidGift(ground, vendor, { amount: 30_000n, occasion: { id, showAmount: false } });
    expect(await occasionFigures(ground.sql, id)).toEqual({ raised: 150_000n, gifts: 2 });
    await shows(`/o/${code}`, '₹1,500');
    const [finance, approver] = [await oneOf('finance'), await oneOf('approver')];
    const asked = await askRefund(ground, { payment: second, amount: 10_000n, reason: 'Too much' }, finance);
    await decideRefund(ground, { id: asked, approve: true }, approver);
    await sendRefunds(ground);
    expect(await occasionFigures(ground.sql, id)).toEqual({ raised: 140_000n, gifts: 2 });
    await shows(`/o/${code}`, '₹1,400');
    const quiet = await liveOccasion(ground, { kind: 'death-anniversary' });
    await paidGift(ground, vendor, { amount: 77_700n, occasion: { id: quiet.id, showAmount: false } });
    const page = await html(ask(`/o/${quiet.code}`));
    expect(page).not.toContain('₹777');
    expect(page).toContain('data-mood="mourning"');
    expect(page).toContain('ഓർമ്മയ്ക്കായി നൽകുക');
    expect(page).not.toMatch(/ആഘോഷ|celebrat/i);
  });

  it('keeps amounts, names and what was hidden from its wall', async () => {
    const { id, code } = await liveOccasion(ground, { progress: false });
    const gift = (more: object) => paidGift(ground, vendor, { occasion: { id, showAmount: false }, ...more });
    await gift({ amount: 110_000n, anonymous: true, message: 'Without my name' });
    await gift({ amount: 220_000n, message: 'With it', occasion: { id, showAmount: true } });
    await gift({ amount: 330_000n, message: 'Not nice' });
    const { rows } = await ground.sql.query("SELECT id FROM donation WHERE message = 'Not nice'");
    await hideGift(ground, { occasionId: id, donationId: rows[0].id }, true);
    for (const path of [`/o/${code}?lang=en`, `/o/${code}/wall?lang=en`]) {
      const page = await html(ask(path));
      expect(page).toContain('Without my name');
      expect(page).toContain('Somebody who gave');
      expect(page).toContain('₹2,200');
      expect(page).not.toMatch(/₹1,100|₹3,300|Not nice/);
    }
  });

  it('says kindly that it is closed, and freezes its figures', async () => {
    const { id, code } = await liveOccasion(ground);
    await paidGift(ground, vendor, { amount: 100_000n, occasion: { id, showAmount: false } });
    await stepFamily(ground, { occasionId: id, step: 'close', words: 'നിറഞ്ഞ സ്നേഹം.' });
    await paidGift(ground, vendor, { amount: 900_000n, occasion: { id, showAmount: false } });
    const page = await html(ask(`/o/${code}`));
    expect(page).toContain('എല്ലാവർക്കും നന്ദി');
    expect(page).toContain('നിറഞ്ഞ സ്നേഹം.');
    expect(page).toContain('₹1,000');
    expect(page).not.toContain('/give?occasion=');
  });

  it('shows the approved edition while a new one waits', async () => {
    const { id, code } = await liveOccasion(ground);
    const { edition } = await readOccasion(ground, id);
    await saveOccasion(ground, { id, expected: edition }, { content: { line: 'പുതിയ വരി' } });
    expect(await html(ask(`/o/${code}`))).not.toContain('പുതിയ വരി');
    await approve(ground, id);
    await shows(`/o/${code}`, 'പുതിയ വരി');
  });
});

describe('A page that is not there', () => {
  it('is told by why, and tells nothing else', async () => {
    expect((await ask('/o/00000000?lang=en')).status).toBe(404);
    expect(await html(ask('/o/00000000?lang=en'))).toContain('There is no page here');
    const down = await liveOccasion(ground, { names: ['Secretname', 'Other'] });
    const { edition } = await readOccasion(ground, down.id);
    const wish = { id: down.id, decision: 'takeDown' as const, words: 'Asked by the family', edition };
    await decideOccasion(ground, wish, await somebody(ground));
    const answer = await ask(`/o/${down.code}?lang=en`);
    expect(answer.status).toBe(410);
    expect(await answer.text()).not.toContain('Secretname');
    const gone = await liveOccasion(ground);
    await stepFamily(ground, { occasionId: gone.id, step: 'remove' });
    const left = await ask(`/o/${gone.code}?lang=en`);
    expect([left.status, (await left.text()).includes('took this page away')]).toEqual([410, true]);
  });
});

describe('Who may see a page', () => {
  it('is everybody, whoever has the link, or whoever has the guests’ code', async () => {
    const open = await liveOccasion(ground);
    const unlisted = await liveOccasion(ground, { visibility: 'unlisted' });
    expect(await html(ask(`/o/${open.code}`))).not.toContain('noindex');
    expect(await html(ask(`/o/${unlisted.code}`))).toContain('<meta name="robots" content="noindex">');
    const map = await html(ask('/sitemap.xml'));
    expect(map).toContain(`${PUBLIC_URL}/o/${open.code}?lang=ml`);
    expect(map).not.toContain(unlisted.code);
  });

  it('asks for the code, and remembers it in that browser only', async () => {
    const { id, code } = await liveOccasion(ground, { visibility: 'guests' });
    const door = await html(ask(`/o/${code}?lang=en`));
    expect(door).toContain('This page is for guests');
    expect(door).not.toContain('അനു');
    for (const path of ['wall', 'report', 'invitation.pdf', 'card-ml.png'])
      expect(await html(ask(`/o/${code}/${path}?lang=en`)), path).toContain('This page is for guests');
    expect((await ask(`/o/${code}/embed`)).status).toBe(404);
    expect((await post(`/o/${code}/door?lang=en`, { code: 'abcdefg' })).status).toBe(422);
    const { guestCode } = await readOccasion(ground, id);
    const typed = String(guestCode)
      .toUpperCase()
      .replace(/^(...)/, '$1-');
    const came = await post(`/o/${code}/door?lang=en`, { code: typed });
    expect(came.status).toBe(303);
    const cookie = String(came.headers.get('set-cookie')).split(';')[0] as string;
    expect(String(came.headers.get('set-cookie'))).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i);
    const page = await ask(`/o/${code}`, { headers: { cookie } });
    expect(await page.text()).toContain('അനു');
    expect(page.headers.get('cache-control')).toContain('no-store');
    const other = await liveOccasion(ground, { visibility: 'guests' });
    const stolen = cookie.replace(code, other.code);
    expect(await html(ask(`/o/${other.code}?lang=en`, { headers: { cookie: stolen } }))).toContain(
      'for guests',
    );
    expect(await html(ask(`/give?occasion=${code}&lang=en`))).not.toContain('അനു');
  });

  it('may guess a few times only', async () => {
    const { code } = await liveOccasion(ground, { visibility: 'guests' });
    const answers: number[] = [];
    for (let n = 0; n < 21; n++) answers.push((await post(`/o/${code}/door`, { code: `guess${n}` })).status);
    expect(answers.at(-1)).toBe(429);
  });
});

describe('Reports', () => {
  it('begin a clock of a day, and an objection names who makes it', async () => {
    const { id, code } = await liveOccasion(ground);
    expect(await html(ask(`/o/${code}/report?lang=en`))).toContain('Answered within 24 hours');
    const path = `/o/${code}/report?lang=en`;
    const nameless = await post(path, { kind: 'objection', reason: 'private', words: 'Not ours to show' });
    expect(nameless.status).toBe(422);
    const text = await nameless.text();
    expect(text).toContain('Write your name');
    expect(text).toContain('Not ours to show');
    const told = { name: 'Ravi', contact: 'ravi@people.example' };
    const sent = await post(path, {
      kind: 'objection',
      reason: 'private',
      words: 'Not ours to show',
      ...told,
    });
    expect(await sent.text()).toContain('answers you within 24 hours');
    const [report] = (await openReports(ground)).filter(({ occasionId }) => occasionId === id);
    expect(report).toMatchObject({ kind: 'objection', ...told });
    expect(Number(report?.dueAt) - Number(report?.at)).toBe(24 * 3_600_000);
    expect((await post(path, { kind: 'report', reason: 'nothing', words: '' })).status).toBe(422);
  });
});

describe('What others show of a page', () => {
  it('is a badge without cookie or script, and oEmbed for our own addresses', async () => {
    const { code } = await liveOccasion(ground, { visibility: 'unlisted' });
    const badge = await ask(`/o/${code}/embed?lang=en`);
    expect(badge.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(badge.headers.get('set-cookie')).toBeNull();
    expect(await badge.text()).toContain('അനു &amp; മനു');
    const of = (url: string) => ask(`/oembed?url=${encodeURIComponent(url)}`);
    const told = (await (await of(`${PUBLIC_URL}/o/${code}`)).json()) as Record<string, string>;
    expect(told.html).toContain(`${PUBLIC_URL}/o/${code}/embed?lang=ml`);
    expect((await of(`https://elsewhere.example/o/${code}`)).status).toBe(404);
  });

  it('has its photographs, cut around what matters, which no search engine keeps', async () => {
    const { id, code } = await liveOccasion(ground);
    const photo = { ...(await photoFor(ground, id)), x: 12, y: 88 };
    const { edition } = await readOccasion(ground, id);
    await saveOccasion(ground, { id, expected: edition }, { content: { photos: [photo] } });
    await approve(ground, id);
    await shows(`/o/${code}`, 'data-x="1" data-y="9"');
    const page = await html(ask(`/o/${code}`));
    const src = /src="(\/o\/[^"]+\.jpg)"/.exec(page)?.[1] ?? '';
    const answer = await ask(src);
    expect(answer.headers.get('x-robots-tag')).toContain('noindex');
    const { exif, width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([exif, (width ?? 0) >= 640]).toEqual([undefined, true]);
    expect((await ask(src.replace(/[0-9a-f]{64}/, 'a'.repeat(64)))).status).toBe(404);
    await stepFamily(ground, { occasionId: id, step: 'remove' });
    expect((await ask(src)).status).toBe(404);
  });
});
