import { mkdtempSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { User } from '../../../../src/access/users.ts';
import { scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { addPost } from '../../../../src/campaigns/posts/posts.ts';
import { createSegment } from '../../../../src/contacts/segments/segments.ts';
import { keepUpload } from '../../../../src/contacts/uploads.ts';
import { sendTrialNotice } from '../../../../src/deliveries/trial-notice.ts';
import { addEndpoint } from '../../../../src/deliveries/webhooks/endpoints.ts';
import { testEndpoint } from '../../../../src/deliveries/webhooks/log.ts';
import { openApiDocument } from '../../../../src/http/api/document.ts';
import { isFile, type Operation } from '../../../../src/http/api/operation.ts';
import { operations } from '../../../../src/http/api/operations.ts';
import { addAsset } from '../../../../src/media/add.ts';
import { aKey, aUser, call } from '../../../support/api.ts';
import { type Known, odd, type Schema, spoilt, valid } from '../../../support/generate.ts';
import { numbered, startedRun } from '../../../support/people.ts';
import { testWeb } from '../../../support/web.ts';
import { body, newCampaign, people as somePeople } from '../../campaigns/support.ts';

/** Requests for each operation, of each of the two sorts. */
const RUNS = 8;

const { ground, url } = testWeb({ DATA_DIR: mkdtempSync(join(tmpdir(), 'wecare-api-')) });
const everybody = somePeople(ground);
const document = openApiDocument(operations, 'https://wecare.example/api/v1');
const everywhere: Known = { ids: [], runs: [], texts: {} };
let chief: User;

interface Parameter {
  name: string;
  in: string;
  schema: Schema;
  required?: boolean;
}
interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

beforeAll(async () => {
  chief = await aUser(ground, ['administrator']);
  const { campaignId, messageId } = await newCampaign(ground, everybody.author);
  const editor = { actor: 'test', userId: everybody.author.id };
  await scheduleMessage(
    ground,
    { messageId, editor },
    { schedule: { kind: 'once', at: '2026-12-01T09:00' } },
  );
  const { run, ids } = await startedRun(ground, numbered(40));
  const hook = () =>
    addEndpoint(ground, { url: 'https://hooks.example/', events: ['link.clicked'] }, 'cli:test');
  const webhooks = (await Promise.all(Array.from({ length: 8 }, hook))).map(({ id }) => id);
  const message = await testEndpoint(ground, webhooks[0] as string, 'cli:test');
  const upload = await keepUpload(ground, await aFile(), {
    request: { lists: [], purpose: 'appeals', basis: 'form' },
    actor: 'test',
  });
  const notice = await sendTrialNotice(ground, { to: 'r1@people.example', language: 'en' });
  const segment = await createSegment(ground, { name: 'Malayalam', rules: { language: 'ml' } }, 'test');
  const { asset } = await addAsset(ground, { name: 'a.txt', bytes: Buffer.from('Good day') }, chief);
  const post = await addPost(
    ground,
    { campaignId, user: everybody.author },
    { name: 'Ramps', contents: { en: { text: 'Ramps' } }, accounts: [] },
  );
  const keys = await Promise.all(Array.from({ length: 4 }, () => aKey(ground, chief)));
  everywhere.runs.push(Number(run));
  Object.assign(everywhere.texts, {
    ...{ list: ['donors'], lists: ['donors'], address: ['r1@people.example'], q: ['sreeja'] },
    ...{
      language: ['en', 'ml'],
      at: ['2026-12-24T09:00'],
      expression: ['0 9 * * MON'],
      zone: ['Asia/Kolkata'],
    },
    ...{ to: ['r1@people.example'], key: keys.map((key) => key.split('_')[1]) },
    contents: [{ en: { subject: 'Good day', body: body('Good day {{name}}') } }],
    campaign: [campaignId],
    rules: [{ all: [{ language: 'ml' }, { not: { opened: { days: 3 } } }] }],
  });
  Object.assign(byPlace, {
    ...{ contacts: ids, campaigns: [campaignId], messages: [messageId], imports: [upload.id] },
    ...{ posts: [post], media: [asset.id], notices: [notice], webhooks, 'webhook-messages': [message] },
    ...{ segments: [segment.name], templates: ['appeal'] },
  });
});

/** What stands under the first part of a path. */
const byPlace: Record<string, string[]> = {};

async function aFile(): Promise<{ path: string; fileName: string }> {
  const path = join(await mkdtemp(join(tmpdir(), 'wecare-test-')), 'people.csv');
  await writeFile(path, 'email,name\r\nnew@people.example,New\r\n');
  return { path, fileName: 'people.csv' };
}

function knownFor({ path }: Operation): Known {
  const [, place = ''] = path.split('/');
  const some = byPlace[place] ?? [];
  const named = place === 'templates' || place === 'segments';
  return {
    ...everywhere,
    ids: some,
    texts: { ...everywhere.texts, ...(some.length && { [named ? 'name' : 'id']: some }) },
  };
}

function describedOf({ path, method }: Operation): Described {
  const { paths = {} } = document;
  return (paths[path] as unknown as Record<string, Described>)[method] as Described;
}

/** References of schemas that are sent do not occur: they stand for answers. */
interface Request {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
}

function requestOf(entry: Operation): fc.Arbitrary<Request> {
  const { parameters = [], requestBody } = describedOf(entry);
  const known = knownFor(entry);
  const place = (where: string) => {
    const some = parameters.filter((one) => one.in === where);
    const fields = Object.fromEntries(some.map(({ name, schema }) => [name, valid(schema, known, name)]));
    const required = some.filter((one) => one.required).map(({ name }) => name);
    return fc.record(fields, { requiredKeys: required }) as fc.Arbitrary<Record<string, unknown>>;
  };
  const schema = requestBody?.content['application/json']?.schema;
  const file = fc.constantFrom(
    'email,name\r\na@b.example,A\r\n',
    'email\n',
    '\ufeffaddress\nx@y.example\n',
    'a;b\n1;2',
  );
  const content = isFile(entry.body) ? file : schema ? valid(schema, known) : fc.constant(undefined);
  return fc.record({ params: place('path'), query: place('query'), body: content });
}

/** One part of it is spoilt. */
function wrongRequestOf(entry: Operation): fc.Arbitrary<Request> {
  return requestOf(entry).chain((request) => {
    const parts = (['params', 'query', 'body'] as const).filter((part) => request[part] !== undefined);
    return fc.constantFrom(...parts).chain((part) => {
      if (part === 'body' && isFile(entry.body))
        return odd.map((body) => ({ ...request, body: asText(body) }));
      return spoilt(request[part]).map((value) => ({ ...request, [part]: value }));
    });
  });
}

const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const encoded = (value: unknown) => encodeURIComponent(asText(value).replace(/\p{Cs}/gu, '\ufffd')) || '%20';

async function send(entry: Operation, key: string, { params, query, body }: Request) {
  const pairs = Object.entries(Object(query)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${encoded(one)}`),
  );
  const path = entry.path.replace(/\{(\w+)\}/g, (_, name) => encoded(Object(params)[name] ?? 'x'));
  const address = pairs.length ? `${path}?${pairs.join('&')}` : path;
  const file = isFile(entry.body);
  const content = body === undefined ? undefined : file ? String(body) : JSON.stringify(body);
  return call(url(), address, {
    ...{ method: entry.method.toUpperCase(), key },
    headers: { 'content-type': file ? 'text/csv' : 'application/json' },
    ...(content !== undefined && { body: content }),
  });
}

/** No fault of ours, a status that the document names, and an answer as its schema says. */
function judge(entry: Operation, answer: Awaited<ReturnType<typeof send>>): void {
  const { status, json, text, headers } = answer;
  expect(status, text).toBeLessThan(500);
  // A path that is spoilt may lead elsewhere: `..` or an empty part.
  if (status !== 405 && json?.detail !== 'The API has no such address. /api/v1/docs lists them.')
    expect(Object.keys(describedOf(entry).responses), text).toContain(String(status));
  if (status >= 400) {
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(json).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
  } else if (entry.answer && entry.answer !== 'text/csv') {
    const parsed = (entry.answer as z.ZodType).safeParse(json);
    expect(parsed.error?.issues ?? [], JSON.stringify(json)).toEqual([]);
  }
}

describe.each(operations.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
  it.each([['allowed', requestOf] as const, ['wrong', wrongRequestOf] as const])(
    'takes what is %s without a fault, and answers as the document says',
    async (_sort, requests) => {
      await ground.sql.query('DELETE FROM rate_limit');
      const key = await aKey(ground, chief);
      await fc.assert(
        fc.asyncProperty(requests(entry), async (request) => judge(entry, await send(entry, key, request))),
        { numRuns: RUNS, interruptAfterTimeLimit: 20_000, endOnFailure: true },
      );
    },
  );
});

it('every operation is named once, and has a path and method of its own', () => {
  const names = operations.map(({ id }) => id);
  expect(new Set(names).size).toBe(names.length);
  const places = operations.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
});
