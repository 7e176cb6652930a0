import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../../../src/access/users.ts';
import { saveSocialAccount } from '../../../../src/deliveries/publications/accounts.ts';
import { openMastodon } from '../../../../src/sandbox/social/mastodon.ts';
import { aKey, aUser, call } from '../../../support/api.ts';
import { PURPOSE } from '../../../support/people.ts';
import { connectPhones, openPhones, type Phones, phonePeople, telephones } from '../../../support/phones.ts';
import { serve } from '../../../support/standing.ts';
import { until } from '../../../support/until.ts';
import { testWeb } from '../../../support/web.ts';
import { workers } from '../../../support/workers.ts';

const { ground, url } = testWeb({ LEASE_SECONDS: '3', NETWORK_TIMEOUT_SECONDS: '5' });
const crew = workers(ground);
const standIn = openMastodon();
let there: Awaited<ReturnType<typeof serve>>;
let phones: Phones;
let chief: User;
let key: string;
let campaign: string;

beforeAll(async () => {
  there = await serve(standIn.router);
  phones = await openPhones(ground);
  chief = await aUser(ground, ['administrator']);
  key = await aKey(ground, chief);
  const credentials = standIn.accounts[0]?.credentials ?? {};
  const wish = { network: 'mastodon', name: 'We Care there', mode: 'program', credentials } as const;
  await saveSocialAccount(ground, chief, { ...wish, settings: { endpoint: there.endpoint } });
  await connectPhones(ground, phones, 'sms');
  const made = await call(url(), '/campaigns', { key, json: { name: 'Ramps' } });
  campaign = made.json.id;
  expect([made.status, made.json.messageId]).toEqual([201, null]);
});
afterAll(async () => {
  await crew.stopAll();
  await there.end();
  phones.close();
});

const ask = (path: string, json?: unknown, method?: string) =>
  call(url(), path, { key, ...(json !== undefined && { json }), ...(method && { method }) });
const accountId = async (): Promise<string> => (await ask('/network-accounts')).json.items[0].id;

describe('posts by the API', () => {
  it('are made, looked at, changed, scheduled, approved, and followed to where they are seen', async () => {
    const account = await accountId();
    const accounts = ['en', 'ml'].map((language) => ({ account, language }));
    const contents = { en: { text: 'Ramps for all' }, ml: { text: 'എല്ലാവർക്കും റാമ്പ്' } };
    const made = await ask('/posts', { campaign, name: 'Ramps', accounts, contents });
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('"id"')]);
    const post = `/posts/${made.json.id}`;
    const [listed] = (await ask(`/posts?campaign=${campaign}`)).json.items;
    expect(listed).toMatchObject({ name: 'Ramps', languages: ['en', 'ml'], accounts, approved: false });

    const long = { contents: { en: { text: 'long '.repeat(200) } }, revision: 1 };
    expect((await ask(post, long, 'PATCH')).json).toMatchObject({ changed: true, revision: 2 });
    expect((await ask(post, long, 'PATCH')).status).toBe(409);
    const { looks } = (await ask(`${post}/looks`)).json;
    expect(looks.map((one: { language: string }) => one.language)).toEqual(['en', 'ml']);
    expect(looks[0].account).toMatchObject({ id: account, network: 'mastodon' });
    await ask(post, { contents: { en: { text: 'Ramps for all' } } }, 'PATCH');
    expect((await ask(post)).json.documents.ml.text).toBe('എല്ലാവർക്കും റാമ്പ്');

    const message = `/messages/${made.json.id}`;
    const once = { once: { at: '2026-11-21T12:30', zone: 'Asia/Kolkata' } };
    expect((await ask(`${message}/schedule`, once, 'PUT')).status).toBe(200);
    const approver = await aKey(ground, await aUser(ground, ['approver']));
    const approved = await call(url(), `${message}/approval`, { key: approver, json: {} });
    expect(approved.status).toBeLessThan(300);
    await crew.start();
    ground.clock.set('2026-11-21T07:00:10Z');
    await until(async () => standIn.timeline().length === 2, 'both languages are to be seen there');
    const published = async () =>
      (await ask(`${post}/publications`)).json.items.map((one: { state: string }) => one.state);
    await until(async () => (await published()).join() === 'published,published', 'both are known to be');
    const [first] = (await ask(`${post}/publications`)).json.items;
    expect(first).toMatchObject({ language: 'en', url: expect.stringContaining('http'), trouble: null });
  });

  it('are unscheduled as every message is, and a mail is no post', async () => {
    const contents = { en: { text: 'Later' } };
    const { json } = await ask('/posts', { campaign, name: 'Later', accounts: [], contents });
    const once = { once: { at: '2026-12-21T12:30', zone: 'Asia/Kolkata' } };
    await ask(`/messages/${json.id}/schedule`, once, 'PUT');
    expect((await ask(`/messages/${json.id}/schedule`, undefined, 'DELETE')).status).toBe(200);
    const list = await phonePeople(ground, telephones([7100]), 'sms');
    const sms = {
      ...{ campaign, name: 'Thanks', purpose: PURPOSE, lists: [list], channel: 'sms', templates: ['thanks'] },
      values: { en: ['{{name}}'], ml: ['{{name}}'] },
    };
    const made = await ask('/phone-messages', sms);
    expect(made.status).toBe(201);
    expect((await ask(`/messages/${made.json.id}`)).json).toMatchObject({
      channel: 'sms',
      languages: ['en', 'ml'],
    });
    expect((await ask(`/posts/${made.json.id}`)).status).toBe(409);
    expect((await ask('/phone-messages', { ...sms, values: {} })).status).toBe(400);
  });
});
