import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linksInWords, repointedInWords } from '../../../scripts/lib/campaign-words.ts';
import { addUser, type User } from '../../../src/access/users.ts';
import { findMessageNamed } from '../../../src/campaigns/find-message.ts';
import { repoint, undo } from '../../../src/campaigns/repointing.ts';
import { closeGround, openGround } from '../../../src/ground.ts';
import { startWeb } from '../../../src/http/server.ts';
import { newRing } from '../../../src/keys.ts';
import { ensureLinks } from '../../../src/links/links.ts';
import { linksOf, repointedOf } from '../../../src/links/repoint.ts';
import { type Mailed, seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';
import { newCampaign } from './support.ts';

const { ground, ask } = testWeb();
const [OLD, NEW, NEWER] = ['old', 'new', 'newer'].map((page) => `https://wecare.example/${page}`) as [
  ...[string, string, string],
];
const PERSON = {
  headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0', 'accept-language': 'ml' },
};
let chief: User;
let author: User;
let mailed: Mailed;
let messageId: string;
let code: string;

beforeAll(async () => {
  const add = (name: string, roles: string[]) =>
    addUser(ground, { email: `${name}@kssm.example`, name, roles }, 'cli:test');
  chief = await add('chief', ['administrator']);
  author = await add('author', ['author']);
  await ground.db.list.create({ data: { name: 'donors' } });
});
beforeEach(async () => {
  mailed = await seedMailed(ground);
  messageId = crypto.randomUUID();
  code = (await ensureLinks(ground, messageId, [OLD])).get(OLD) as string;
});

const follow = async () => (await ask(`/l/${code}/${mailed.token}`, PERSON)).headers.get('location');
const move = (url: string) => repoint(ground, { code, url }, chief);

describe('a re-pointed link', () => {
  it('leads elsewhere at once, and each visit stays with the target that was live', async () => {
    expect(await follow()).toBe(OLD);
    await move(NEW);
    expect(await follow()).toBe(NEW);
    expect(await follow()).toBe(NEW);
    await move(NEWER);
    const [link] = await linksOf(ground.sql, messageId);
    expect(link).toEqual({
      ...{ code, url: OLD, target: NEWER },
      visits: [
        { target: OLD, people: 1, machines: 0 },
        { target: NEW, people: 2, machines: 0 },
      ],
    });
    expect(
      linksInWords(link ? [link] : [])
        .split('\n')
        .slice(2)
        .map((line) => line.replace(code, '').trim()),
    ).toEqual([
      expect.stringMatching(/old +1 +0 +no longer$/),
      expect.stringMatching(/new +2 +0 +no longer$/),
      expect.stringMatching(/newer +0 +0 +re-pointed$/),
    ]);
  });

  it('is led back step by step, and its history keeps all', async () => {
    await move(NEW);
    await move(NEWER);
    expect((await undo(ground, code, chief)).after).toBe(NEW);
    expect(await follow()).toBe(NEW);
    expect((await undo(ground, code, chief)).after).toBe(OLD);
    expect(await follow()).toBe(OLD);
    await expect(undo(ground, code, chief)).rejects.toThrow(/nothing to undo/);
    await move(NEWER);
    expect((await undo(ground, code, chief)).after).toBe(OLD);
    const history = await repointedOf(ground.sql, messageId);
    expect(history.map(({ after, undo: back }) => [after, back])).toEqual([
      ...[
        [NEW, false],
        [NEWER, false],
        [NEW, true],
      ],
      ...[
        [OLD, true],
        [NEWER, false],
        [OLD, true],
      ],
    ]);
    expect(repointedInWords(history[2] as (typeof history)[number])).toMatch(
      new RegExp(`^${code} taken back by chief@kssm.example on .*: from ${NEWER} to ${NEW}\\.$`),
    );
    await expect(ground.sql.query("UPDATE link_history SET after = 'x'")).rejects.toThrow(/never changed/);
  });

  it('is in the audit log with both addresses', async () => {
    await move(NEW);
    await undo(ground, code, chief);
    const entries = await ground.db.auditEntry.findMany({
      where: { subjectType: 'link', subjectId: code },
      orderBy: { id: 'asc' },
    });
    expect(entries.map(({ actor, action, before, after }) => ({ actor, action, before, after }))).toEqual([
      {
        ...{ actor: 'chief@kssm.example', action: 'link.repointed' },
        ...{ before: { target: OLD }, after: { target: NEW } },
      },
      {
        ...{ actor: 'chief@kssm.example', action: 'link.undone' },
        ...{ before: { target: NEW }, after: { target: OLD } },
      },
    ]);
  });

  it('leads elsewhere in every process', async () => {
    const second = openGround(ground.config, {
      ...{ databaseUrl: ground.databaseUrl, keyRing: newRing(), service: 'test', clock: ground.clock },
    });
    const beside = await startWeb(second);
    const there = async () =>
      (await fetch(`${beside.url}/l/${code}`, { redirect: 'manual' })).headers.get('location');
    expect(await there()).toBe(OLD);
    await move(NEW);
    expect(await there()).toBe(NEW);
    await beside.close();
    await closeGround(second);
  });

  it('may end where another link of the message ends, and later runs keep both codes', async () => {
    const both = await ensureLinks(ground, messageId, [OLD, NEW]);
    await move(NEW);
    expect(await ensureLinks(ground, messageId, [OLD, NEW])).toEqual(both);
    expect(both.get(OLD)).toBe(code);
    expect((await linksOf(ground.sql, messageId)).map(({ target }) => target)).toEqual([NEW, NEW]);
  });

  it('is not torn when two people move it at once', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => move(`https://wecare.example/${n}`)));
    const history = await repointedOf(ground.sql, messageId);
    expect(history.map(({ before }) => before).slice(1)).toEqual(
      history.map(({ after }) => after).slice(0, -1),
    );
    expect(await follow()).toBe(history.at(-1)?.after);
  });
});

describe('a link is not led', () => {
  it.each([
    ['http://wecare.example/', /beginning with https/],
    ['wecare.example/x', /beginning with https/],
    ['javascript:alert(1)', /beginning with https/],
    ['https://localhost/x', /cannot reach/],
    ['https://192.168.0.9/x', /cannot reach/],
    ['https://me:secret@wecare.example/', /password/],
    ['https://wecare.example/{{name}}', /merge field/],
    [`https://wecare.example/${'x'.repeat(2000)}`, /longer than/],
  ])('to %s', async (url, why) => {
    await expect(move(url)).rejects.toThrow(why);
    expect(await follow()).toBe(OLD);
  });

  it('in a circle, to where it leads already, or when there is none', async () => {
    const own = { ...ground, config: { ...ground.config, publicUrl: 'https://wecare.example/we' } };
    const circle = repoint(own, { code, url: 'https://wecare.example/we/l/abcdefgh' }, chief);
    await expect(circle).rejects.toThrow(/circle/);
    await expect(move(OLD)).rejects.toThrow(/already/);
    await expect(repoint(ground, { code: 'nothing1', url: NEW }, chief)).rejects.toMatchObject({
      status: 404,
    });
  });

  it('by a user who may not approve', async () => {
    await expect(repoint(ground, { code, url: NEW }, author)).rejects.toMatchObject({ status: 403 });
    await expect(undo(ground, code, author)).rejects.toMatchObject({ status: 403 });
  });
});

it('finds a message by its name, its id, or its campaign', async () => {
  const made = await newCampaign(ground, author, { name: 'The only one of this name' });
  const { rows } = await ground.sql.query('SELECT name FROM campaign WHERE id = $1', [made.campaignId]);
  for (const wish of ['The only one of this name', made.messageId, made.campaignId, rows[0].name]) {
    expect(await findMessageNamed(ground, wish)).toMatchObject({ id: made.messageId });
  }
  await newCampaign(ground, author, { name: 'The only one of this name' });
  await expect(findMessageNamed(ground, 'The only one of this name')).rejects.toThrow(/may be any of/);
  await expect(findMessageNamed(ground, 'no such')).rejects.toMatchObject({ status: 404 });
});
