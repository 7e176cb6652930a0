import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFailure } from '../../../../channels/failure.ts';
import type { User } from '../../../../src/access/users.ts';
import { tellAccounts, tellAttention } from '../../../../src/campaigns/attention-mails.ts';
import { pageCampaigns } from '../../../../src/campaigns/campaign-list.ts';
import { addCampaign } from '../../../../src/campaigns/efforts.ts';
import { latelyFinished } from '../../../../src/campaigns/lately.ts';
import { openPost } from '../../../../src/campaigns/posts/posts.ts';
import {
  findSocialAccount,
  listSocialAccounts,
  saveSocialAccount,
} from '../../../../src/deliveries/publications/accounts.ts';
import { loseAccount } from '../../../../src/deliveries/publications/connected.ts';
import { listPublications } from '../../../../src/deliveries/publications/list.ts';
import { startPublications } from '../../../../src/deliveries/publications/plant.ts';
import { addAsset, addFile } from '../../../../src/media/add.ts';
import { openMastodon } from '../../../../src/sandbox/social/mastodon.ts';
import { aUser } from '../../../support/api.ts';
import { plannedRun } from '../../../support/people.ts';
import { picture } from '../../../support/pictures.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { serve } from '../../../support/standing.ts';
import { videoFile } from '../../../support/videos.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb({ NETWORK_TIMEOUT_SECONDS: '2' });
const { ground } = web;
const standIn = openMastodon();
let there: Awaited<ReturnType<typeof serve>>;
let chief: Awaited<ReturnType<typeof signedIn>>;
let author: Awaited<ReturnType<typeof signedIn>>;
let user: User;
let mastodon: string;
let hand: string;

beforeAll(async () => {
  there = await serve(standIn.router);
  chief = await signedIn(web, ['administrator']);
  author = await signedIn(web, ['author']);
  user = await aUser(ground, ['administrator']);
  const settings = { endpoint: there.endpoint };
  const credentials = standIn.accounts[0]?.credentials ?? {};
  const wish = {
    network: 'mastodon',
    name: 'We Care there',
    mode: 'program',
    credentials,
    settings,
  } as const;
  mastodon = (await saveSocialAccount(ground, user, wish)).id;
  const board = {
    network: 'hand',
    name: 'Notice board',
    mode: 'hand',
    settings: { kind: 'notice-board' },
  } as const;
  hand = (await saveSocialAccount(ground, user, board)).id;
});
afterAll(() => there.end());

type Fields = [string, string][];
const get = async (path: string, who = chief) => {
  const answer = await web.ask(path, { headers: { cookie: who.cookie, accept: 'text/html' } });
  return { status: answer.status, location: answer.headers.get('location'), html: await answer.text() };
};
const post = async (path: string, fields: Fields, who = chief) => {
  const headers = {
    ...OWN,
    cookie: who.cookie,
    accept: 'text/html',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const answer = await web.ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { status: answer.status, location: answer.headers.get('location') ?? '', html: await answer.text() };
};

const aPicture = async (name: string, width: number): Promise<string> => {
  const bytes = await picture(width, 200).jpeg().toBuffer();
  return (await addAsset(ground, { name, bytes, alt: { en: 'Ramp' } }, user)).asset.id;
};

const newCampaign = () => {
  const wish = {
    goal: null,
    startsOn: null,
    endsOn: null,
    beneficiaryKind: 'fund',
    beneficiary: null,
    ownerId: null,
  } as const;
  return addCampaign(ground, { ...wish, name: `Campaign ${randomUUID().slice(0, 8)}` }, user);
};

it('answers what is posted in the language that the address asks for, and its switch leads back there', async () => {
  const path = `/console/campaigns/${await newCampaign()}/posts/new`;
  const inMalayalam = `action="${path}?lang&#x3D;ml"`;
  expect((await get(`${path}?lang=ml`)).html).toContain(inMalayalam);
  const shown = await post(`${path}?lang=ml`, [
    ['op', 'show'],
    ['name', 'Ramps'],
  ]);
  expect(shown.html).toContain(inMalayalam);
  expect(shown.html).toContain(`name="back" value="${path}"`);
  expect((await get(path)).html).toContain(`action="${path}"`);
});

it('shows a video as one, to be played where it will stand', async () => {
  const path = await videoFile(await mkdtemp(join(tmpdir(), 'wecare-walk-')));
  const { asset } = await addFile(ground, { name: 'walk.mp4', path, alt: { en: 'Walk' } }, user);
  const { html } = await post(`/console/campaigns/${await newCampaign()}/posts/new`, [
    ['op', 'show'],
    ['name', 'Walk'],
    ['en.text', 'A walk'],
    ['asset', asset.id],
    ['to', `${mastodon} en`],
  ]);
  expect(html).toMatch(/<video class="look__film" src="[^"]+\.mp4" controls/);
  expect(html).not.toMatch(/<img src="[^"]+\.mp4"/);
});

describe('accounts', () => {
  it('are listed by network with their health, and the retired one with what replaces it', async () => {
    const { status, html } = await get('/console/accounts');
    expect(status).toBe(200);
    expect(html).toContain('We Care there');
    expect(html).toContain('Works');
    expect(html).toContain('Google Plus');
    expect(html).toMatch(/It closed in 2019-04[^<]*Facebook, YouTube, By hand/);
  });

  it('are connected by going to the network and choosing there, and no secret is shown', async () => {
    const out = await post('/console/accounts/connect', [
      ['network', 'mastodon'],
      ['endpoint', there.endpoint],
    ]);
    expect(out.status).toBe(200);
    const href =
      /class="btn btn--primary" href="([^"]+)"/
        .exec(out.html)?.[1]
        ?.replaceAll('&amp;', '&')
        .replaceAll('&#x3D;', '=') ?? '';
    expect(href).toContain(`${there.endpoint}/oauth/authorize`);
    const granted = await fetch(href, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ answer: 'yes' }),
    });
    const back = new URL(granted.headers.get('location') ?? 'http://none.example');
    const choose = await get(`/console/accounts/connected${back.search}`);
    expect(choose.status).toBe(200);
    const brought = /name="brought" value="([^"]+)"/.exec(choose.html)?.[1] ?? '';
    const done = await post('/console/accounts/connected', [
      ['brought', brought],
      ['choice', '0'],
      ['name', 'By the door'],
    ]);
    expect(done.location).toMatch(/\/console\/accounts\/[0-9a-f-]{36}\?done=account-connected/);
    const { html } = await get(done.location);
    expect(html).toContain('By the door');
    for (const { credentials } of standIn.accounts) expect(html).not.toContain(credentials.accessToken);
  });

  it('keeps what was typed beside why the network refuses it, and stores nothing', async () => {
    const before = (await listSocialAccounts(ground)).length;
    const { status, html } = await post('/console/accounts', [
      ...([
        ['network', 'telegram'],
        ['mode', 'program'],
        ['name', 'Channel'],
      ] as Fields),
      ...([
        ['field.token', 'no token'],
        ['field.chat', '@wecare_typed'],
      ] as Fields),
    ]);
    expect([422, 409]).toContain(status);
    expect(html).toContain('@wecare_typed');
    expect(html).not.toContain('no token');
    expect(await listSocialAccounts(ground)).toHaveLength(before);
  });

  it('says who bears the costs, never nobody', async () => {
    const path = `/console/accounts/${mastodon}/costs`;
    const refused = await post(path, [['perPost', '1.50']]);
    expect(refused.html).toContain('The fund never does');
    expect(refused.html).toContain('value="1.50"');
    await post(path, [
      ['perPost', '1.50'],
      ['bearer', 'Press office'],
    ]);
    expect((await findSocialAccount(ground, mastodon)).costs).toEqual({
      perPost: 150,
      bearer: 'Press office',
    });
  });

  it('is told once when it is lost, to those who can connect it', async () => {
    await loseAccount(ground, mastodon, new NetworkFailure('unauthorised', 'token', { status: 401 }));
    expect(await tellAccounts(ground)).toBe(1);
    expect(await tellAccounts(ground)).toBe(0);
    const told = await ground.db.notice.findMany({ where: { kind: 'account-lost' } });
    expect(told.map(({ address }) => address)).toContain(chief.user.email);
    expect(told.map(({ address }) => address)).not.toContain(author.user.email);
    expect(told[0]?.text).toContain('We Care there');
    expect((await get('/console/attention')).html).toContain('We Care there must be connected again');
    expect((await get('/console')).html).toContain('/console/attention');
    await ground.sql.query('UPDATE account SET lost_at = NULL, trouble = NULL WHERE id = $1', [mastodon]);
  });
});

describe('the composer', () => {
  const written = (more: Fields = []): Fields => [
    ...([
      ['name', 'Ramps'],
      ['en.text', 'Ramps for schools'],
      ['ml.text', 'സ്കൂളുകൾക്ക് റാമ്പുകൾ'],
    ] as Fields),
    ...([
      ['to', `${mastodon} en`],
      ['to', `${mastodon} ml`],
      ['short', '1'],
      ['en.link', 'https://give.example/ramps'],
    ] as Fields),
    ...more,
  ];

  it('makes a post of what is typed, and edits it', async () => {
    const campaignId = await newCampaign();
    const made = await post(
      `/console/campaigns/${campaignId}/posts/new`,
      [...written(), ['op', 'save']],
      author,
    );
    expect(made.location).toContain('done=message-made');
    const id = /posts\/([\w-]+)/.exec(made.location)?.[1] ?? '';
    const kept = await openPost(ground, id);
    expect(kept.documents.en).toMatchObject({
      text: 'Ramps for schools',
      link: { url: 'https://give.example/ramps', short: true },
    });
    const edited = await post(
      `/console/posts/${id}`,
      [
        ...written([
          ['revision', '1'],
          ['own', 'mastodon'],
          ['own.mastodon.en', 'Only there'],
        ]),
        ['op', 'save'],
      ],
      author,
    );
    expect(edited.location).toContain('done=message-saved');
    expect((await openPost(ground, id)).documents.en?.variants.mastodon?.text).toBe('Only there');
    const { html } = await get(`/console/posts/${id}`);
    expect(html).toContain('Only there');
    expect(html).toContain('Go back to following');
    for (const page of ['plan', 'approval', 'versions', 'versions/1', 'versions/2'])
      expect((await get(`/console/messages/${id}/${page}`)).status, page).toBe(200);
    expect((await get(`/console/messages/${id}/versions/2`)).html).toContain('On one network');
    expect((await get(`/console/messages/${id}`)).location).toContain(`/console/posts/${id}`);
    expect((await get(`/console/campaigns/${campaignId}`)).html).toContain(
      `/console/campaigns/${campaignId}/posts/new`,
    );
  });

  it('gives one network pictures and a link of its own, and what is the same goes on following', async () => {
    const [first, second] = [await aPicture('one.jpg', 300), await aPicture('two.jpg', 400)];
    const path = `/console/campaigns/${await newCampaign()}/posts/new`;
    const chosen: Fields = [
      ['asset', first],
      ['alt.en', 'One'],
      ['own', 'mastodon'],
    ];
    const own: Fields = [
      ['own.mastodon.en', 'Ramps for schools'],
      ['own.mastodon.link', 'plain'],
    ];
    const begun = await post(path, [...written([...chosen, ...own]), ['op', 'pictures:mastodon']], author);
    expect(begun.html).toContain('name="own-media" value="mastodon"');
    expect(begun.html).toContain(`name="own.mastodon.asset" value="${first}"`);
    const there: Fields = [
      ['own-media', 'mastodon'],
      ['own.mastodon.asset', first],
      ['own.mastodon.alt.en', 'One'],
    ];
    const picked: Fields = [
      ['pick', second],
      ['pick-for', 'mastodon'],
      ['op', 'show'],
    ];
    const both = await post(path, [...written([...chosen, ...own, ...there]), ...picked], author);
    expect(both.html).toContain(`name="own.mastodon.asset" value="${second}"`);
    expect(both.html).not.toContain(`name="asset" value="${second}"`);
    const only: Fields = [
      ['own-media', 'mastodon'],
      ['own.mastodon.asset', second],
      ['own.mastodon.alt.en', 'Two, near'],
      ['own.mastodon.shape', '1:1'],
      ['own.mastodon.keep', 'left'],
    ];
    const made = await post(path, [...written([...chosen, ...own, ...only]), ['op', 'save']], author);
    const id = /posts\/([\w-]+)/.exec(made.location)?.[1] ?? '';
    const { en } = (await openPost(ground, id)).documents;
    expect(en?.media).toEqual([{ asset: first, alt: 'One' }]);
    expect(en?.variants.mastodon).toEqual({
      media: [{ asset: second, alt: 'Two, near', shape: '1:1', keep: 'left' }],
      link: { url: 'https://give.example/ramps', short: false },
    });
    const { html } = await get(`/console/posts/${id}`);
    expect(html).toMatch(/<option value="1:1" selected>/);
    expect(html).toMatch(/<option value="plain" selected>/);
    const look = /<article class="look look--mastodon"[\s\S]*?<\/article>/.exec(html)?.[0] ?? '';
    expect(look).toContain('alt="Two, near"');
    expect(look).toContain('https://give.example/ramps');
    const back: Fields = [
      ['revision', '1'],
      ['own', 'mastodon'],
      ['own.mastodon.link', 'none'],
      ['op', 'save'],
    ];
    await post(`/console/posts/${id}`, [...written(chosen), ...back], author);
    expect((await openPost(ground, id)).documents.en?.variants.mastodon).toEqual({ link: null });
  });

  it('says which address of a network will not do', async () => {
    const own: Fields = [
      ['own', 'mastodon'],
      ['own.mastodon.ml.link', 'give.example/there'],
      ['op', 'save'],
    ];
    const { status, html } = await post(
      `/console/campaigns/${await newCampaign()}/posts/new`,
      written(own),
      author,
    );
    expect(status).toBe(422);
    expect(html).toMatch(/id="own\.mastodon\.ml\.link-error">Write the whole address/);
  });

  it('shows what is too long, what is left and what it costs while one types', async () => {
    const { html } = await post(
      '/console/posts/preview',
      written([
        ['own', 'mastodon'],
        ['own.mastodon.ml', 'ക '.repeat(9000)],
      ]),
      author,
    );
    expect(html).toContain('Ramps for schools');
    expect(html).toContain('/l/xxxx');
    expect(html).toMatch(/\d+ of 500 left/);
    expect(html).toContain('borne by Press office');
    expect(html).not.toContain('Every network would take it');
  });

  it('keeps what was typed beside what is wrong', async () => {
    const campaignId = await newCampaign();
    const fields = written([['op', 'save']]).map(([n, v]): [string, string] => [
      n,
      n === 'en.link' ? 'give.example' : n === 'name' ? '' : v,
    ]);
    const { status, html } = await post(`/console/campaigns/${campaignId}/posts/new`, fields, author);
    expect(status).toBe(422);
    expect(html).toContain('beginning with https://');
    expect(html).toContain('Give the post a name.');
    expect(html).toContain('Ramps for schools');
  });

  it('tells who comes second what the first one changed, and loses nothing', async () => {
    const campaignId = await newCampaign();
    const made = await post(
      `/console/campaigns/${campaignId}/posts/new`,
      [...written(), ['op', 'save']],
      author,
    );
    const path = made.location.replace(/\?.*/, '');
    await post(
      path,
      [
        ...written([['revision', '1']]).map(([n, v]): [string, string] => [
          n,
          n === 'en.text' ? 'First was faster' : v,
        ]),
        ['op', 'save'],
      ],
      author,
    );
    const second = await post(path, [
      ...written([['revision', '1']]).map(([n, v]): [string, string] => [
        n,
        n === 'en.text' ? 'Second came later' : v,
      ]),
      ['op', 'save'],
    ]);
    expect(second.status).toBe(409);
    expect(second.html).toContain(`action="${path}"`);
    expect(second.html).toContain('value="Second came later"');
    expect(second.html).toMatch(/<del>First<\/del>/);
  });
});

it('counts a published post as sent, on the first page and in the list of campaigns', async () => {
  const run = await plannedRun(ground, {});
  const content = { text: 'Out there', media: [] };
  await startPublications(ground, run, [
    { accountId: hand, language: 'en', part: 1, kind: 'post', content },
    { accountId: mastodon, language: 'en', part: 1, kind: 'post', content },
  ]);
  await ground.sql.query(
    `UPDATE publication SET state = CASE account_id WHEN $2 THEN 'published' ELSE 'failed' END::publication_state
      WHERE run = $1`,
    [run, hand],
  );
  const { id: campaignId } = await ground.db.campaign.create({ data: { name: 'Everywhere' } });
  const named = { name: 'Post', purpose: 'posts', fromName: '', fromAddress: '' };
  const { id: messageId } = await ground.db.message.create({
    data: { ...named, campaignId, channel: 'post', audience: {} },
  });
  await ground.sql.query(
    `UPDATE run SET state = 'finished', message_id = $2, total = 2, started_at = now(), ended_at = now() WHERE id = $1`,
    [run, messageId],
  );
  const counted = { total: 2, sent: 1, failed: 1, unknown: 0 };
  const [latest] = (await latelyFinished(ground)).filter((one) => one.run === String(run));
  expect(latest).toMatchObject(counted);
  const campaigns = await pageCampaigns(ground, { archived: false }, { limit: 500 });
  expect(campaigns.find(({ id }) => id === campaignId)).toMatchObject(counted);

  const told = { reach: 1200, reactions: 0, comments: 3, shares: null, clicks: null };
  await ground.sql.query(
    "UPDATE publication SET figures = $2, figures_at = now() WHERE run = $1 AND state = 'published'",
    [run, JSON.stringify(told)],
  );
  const { html } = await get(`/console/campaigns/${campaignId}/report`);
  for (const said of [
    'of 2 posts',
    'one refused',
    '<dd>1,200</dd>',
    '<dd>0</dd>',
    '3 comments',
    'Notice board',
  ])
    expect([said, html.includes(said)]).toEqual([said, true]);
  for (const said of ['% of 0', 'By mail service', 'Opened'])
    expect([said, html.includes(said)]).toEqual([said, false]);
  const csv = await get(`/console/campaigns/${campaignId}/report.csv`);
  expect(csv.html).toContain('posts: reach,Notice board,1200');
  expect(csv.html).not.toContain('posts: shares');
  expect((await get(`/console/runs/${run}/report`)).location).toBe(`/console/runs/${run}`);
});

describe('what needs a person', () => {
  it('is a task by hand until its link is pasted', async () => {
    const run = await plannedRun(ground, {});
    const content = { text: 'For the board', media: [] };
    await startPublications(ground, run, [
      { accountId: hand, language: 'en', part: 1, kind: 'post', content },
    ]);
    await ground.sql.query("UPDATE publication SET state = 'waiting' WHERE run = $1", [run]);
    const [task] = await listPublications(ground, { run });
    const { html } = await get('/console/attention', author);
    expect(html).toContain('For the board');
    const wrong = await post(`/console/publications/${task?.id}/published`, [['url', 'the board']], author);
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('value="the board"');
    const done = await post(
      `/console/publications/${task?.id}/published`,
      [['url', 'https://board.example/7']],
      author,
    );
    expect(done.location).toBe('/console/attention?done=publication-published');
    expect((await listPublications(ground, { run }))[0]?.receipt?.url).toBe('https://board.example/7');
    expect((await get('/console/attention', author)).html).not.toContain('For the board');
  });

  it('is an unknown outcome with what was looked for, mailed once a day, and over when it is given up', async () => {
    const run = await plannedRun(ground, {});
    const content = { text: 'Nobody knows', media: [] };
    await startPublications(ground, run, [
      { accountId: mastodon, language: 'en', part: 1, kind: 'post', content },
    ]);
    await ground.sql.query(
      `UPDATE publication SET state = 'unknown', looks = 5, looked_at = now(), intent_at = now(),
              trouble = '{"kind":"unknown","reason":"no-answer"}' WHERE run = $1`,
      [run],
    );
    const { html } = await get('/console/attention');
    expect(html).toContain('Looked for 5 times');
    expect(html).toContain('The answer was lost');
    expect(await tellAttention(ground)).toBeGreaterThan(0);
    expect(await tellAttention(ground)).toBe(0);
    const [digest] = await ground.db.notice.findMany({
      where: { kind: 'attention-digest', address: author.user.email },
    });
    expect(digest?.text).toContain('We Care there');
    const [one] = await listPublications(ground, { run });
    await post(`/console/publications/${one?.id}/end`, [['back', '/console/attention']]);
    expect((await get('/console/attention')).html).not.toContain('Nobody knows');
  });
});
