import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, aKey, aUser, call } from '../../../support/api.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, url } = testWeb();
let key: string;
const ask = (path: string, asking: Asking = {}) => call(url(), path, { key, ...asking });

beforeAll(async () => {
  key = await aKey(ground, await aUser(ground, ['administrator']));
});

describe('who may call', () => {
  it('without a key, or with one that is none, the answer is 401 and says how', async () => {
    const without = await call(url(), '/lists');
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(without.json).toMatchObject({ status: 401, detail: expect.stringContaining('Bearer') });
    const wrong = await ask('/lists', { key: 'wecare_00000000_wrong' });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('a key with too little scope is told which one is missing', async () => {
    const small = await aKey(ground, await aUser(ground, ['administrator']), ['contacts:read']);
    const { status, json } = await ask('/lists', { key: small, json: { name: 'A' } });
    expect(status).toBe(403);
    expect(json.type).toMatch(/#problem-scope-missing$/);
    expect(json.detail).toContain('contacts:write');
  });

  it('a user without the role may not, whatever the scopes of the key', async () => {
    const author = await aKey(ground, await aUser(ground, ['author']));
    const wish = { email: 'new@kssm.example', name: 'New', roles: ['administrator'] };
    const { status, json } = await ask('/users', { key: author, json: wish });
    expect(status).toBe(403);
    expect(json.detail).toContain('administrator');
  });

  it('each key has a limit of its own, and is told how much is left', async () => {
    const one = await aKey(ground, await aUser(ground, ['author']));
    const first = await ask('/lists', { key: one });
    const second = await ask('/lists', { key: one });
    const left = (answer: typeof first) => Number(answer.headers.get('ratelimit-remaining'));
    expect(left(second)).toBe(left(first) - 1);
    expect(first.headers.get('ratelimit-reset')).toMatch(/^\d+$/);
    await ground.sql.query('UPDATE rate_limit SET points = 100000 WHERE points = 2');
    const refused = await ask('/lists', { key: one });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/lists')).status).toBe(200);
  });
});

describe('bad requests', () => {
  it.each([
    [
      'a body that is no JSON',
      { body: '{"name":', headers: { 'content-type': 'application/json' } },
      400,
      'malformed',
    ],
    [
      'a body of another type',
      { body: 'name=A', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    ['a field that is not known', { json: { name: 'A', nmae: 'B' } }, 400, 'invalid'],
    ['a null character', { json: { name: 'A\0B' } }, 400, 'malformed'],
    ['half a character', { json: { name: 'A\ud800' } }, 400, 'malformed'],
    ['a body that is too large', { json: { name: 'A'.repeat(6_000_000) } }, 413, 'too-large'],
    [
      'another encoding',
      { body: 'x', headers: { 'content-type': 'application/json', 'content-encoding': 'x-odd' } },
      415,
      'unsupported-media-type',
    ],
    ['nothing at all', { method: 'POST' }, 400, 'invalid'],
  ])('%s is refused with problem details', async (_, asking, status, kind) => {
    const answer = await ask('/lists', asking as Asking);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json.type).toBe(`http://localhost:0/api/v1/docs#problem-${kind}`);
  });

  it('every value that will not do is named by its place', async () => {
    const { json } = await ask('/contacts?limit=0', {
      json: { name: '', addresses: ['a@b.example', 7], 'a/b': 1 },
    });
    const pointers = json.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
    expect(pointers).toEqual(['#/addresses/1', '#/a~1b', '#/name', '/query/limit'].sort());
  });

  it('an address that is not there is 404, a method that is not taken 405 with those that are', async () => {
    expect((await ask('/nowhere')).json).toMatchObject({ status: 404 });
    const wrong = await ask('/lists', { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, POST, HEAD');
    expect((await ask('/contacts/%ff')).status).toBe(400);
  });

  it('an answer is for its asker alone: not kept, no cookie, no other site', async () => {
    const { headers } = await ask('/lists');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('once only', () => {
  const once = (name: string, idempotency: string, more: Asking = {}) =>
    ask('/lists', { json: { name }, headers: { 'idempotency-key': idempotency }, ...more });

  it('the same request has the same answer, and is done once', async () => {
    const [first, second] = [await once('Once', 'k-1'), await once('Once', 'k-1')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('the key with another request is 422', async () => {
    await once('One', 'k-2');
    const other = await once('Other', 'k-2');
    expect(other.status).toBe(422);
    expect(other.json.type).toMatch(/#problem-key-reused$/);
  });

  it('a refusal is kept too, and another key of the API has its own', async () => {
    await ask('/lists', { json: { name: 'Taken' } });
    const refused = await once('Taken', 'k-3');
    expect(refused.status).toBe(409);
    expect((await once('Taken', 'k-3')).json.requestId).toBe(refused.json.requestId);
    const stranger = await aKey(ground, await aUser(ground, ['author']));
    expect((await once('Fresh', 'k-3', { key: stranger })).status).toBe(201);
  });

  it('of two at the same time one is done; the other waits for later or has the same answer', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => once('Race', 'k-4')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ json }) => json.id)).size).toBe(1);
    const { items } = (await ask('/lists?limit=200')).json;
    expect(items.filter(({ name }: { name: string }) => name === 'Race')).toHaveLength(1);
  });

  it('a day later the key may be used anew', async () => {
    await once('Early', 'k-5');
    ground.clock.set(new Date(ground.clock.now().getTime() + 25 * 3_600_000));
    expect((await once('Late', 'k-5')).status).toBe(201);
  });
});

it('a list goes through in pages, each contact once, also while others are added', async () => {
  const names = Array.from({ length: 7 }, (_, i) => `Page ${i}`);
  for (const name of names) await ask('/contacts', { json: { name, district: 'Idukki' } });
  const seen: string[] = [];
  let cursor = '';
  do {
    const { json } = await ask(`/contacts?district=Idukki&limit=3${cursor}`);
    seen.push(...json.items.map((one: { name: string }) => one.name));
    if (seen.length === 3) await ask('/contacts', { json: { name: 'Page 7', district: 'Idukki' } });
    cursor = json.next ? `&cursor=${json.next}` : '';
  } while (cursor);
  expect(seen).toEqual([...names, 'Page 7']);
  expect((await ask('/contacts?cursor=rubbish')).json.errors[0].pointer).toBe('/query/cursor');
});

it('the document and its page are there for everybody', async () => {
  const { json } = await call(url(), '/openapi.json');
  expect(json.openapi).toBe('3.1.0');
  const page = await fetch(`${url()}/api/v1/docs`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain('createContact');
  expect(html).not.toContain('<script');
});
