import express, { type Router } from 'express';
import { addConsent } from '../consent.ts';
import {
  type Fault,
  fairWeather,
  type Seen,
  type SocialStandIn,
  troubled,
  type Weather,
} from '../stand-in.ts';
import { type Album, openAlbum } from '../wall.ts';
import { forms, newToken, type Part, refusals, refuse, signedIn } from './graph.ts';

/** Where Instagram and Threads differ. */
interface Place {
  network: 'instagram' | 'threads';
  title: string;
  version: string;
  prefix: 'ig' | 'th';
  user: string;
  edges: { create: string; publish: string; limit: string };
  state: 'status' | 'status_code';
  text: 'text' | 'caption';
  most: number;
  perDay: number;
  /** Whether a text by itself is taken. */
  bare: boolean;
  url(id: string): string;
}

interface Container {
  state: 'IN_PROGRESS' | 'FINISHED' | 'PUBLISHED' | 'ERROR';
  text: string;
  media: Seen['media'];
  replyTo: string | null;
}

interface House {
  place: Place;
  containers: Map<string, Container>;
  posts: Map<string, Seen>;
  album: Album;
  nextId(): string;
}

const NAME = 'We Care Kerala (practice)';
const TOKEN = (place: Place) => `${place.network}-practice`;
const DAYS_60 = 5_184_000;

/** Instagram on this computer, connected by its own login. */
export const openInstagram = (weather?: Weather): SocialStandIn =>
  openPlace(
    {
      ...{
        network: 'instagram',
        title: 'Instagram',
        version: 'v24.0',
        prefix: 'ig',
        user: '17841400000000001',
      },
      edges: { create: 'media', publish: 'media_publish', limit: 'content_publishing_limit' },
      ...{ state: 'status_code', text: 'caption', most: 2200, perDay: 100, bare: false },
      url: (id) => `https://www.instagram.com/p/${id}/`,
    },
    weather,
  );

/** Threads on this computer. */
export const openThreads = (weather?: Weather): SocialStandIn =>
  openPlace(
    {
      ...{ network: 'threads', title: 'Threads', version: 'v1.0', prefix: 'th', user: '17841400000000002' },
      edges: { create: 'threads', publish: 'threads_publish', limit: 'threads_publishing_limit' },
      ...{ state: 'status', text: 'text', most: 500, perDay: 250, bare: true },
      url: (id) => `https://www.threads.net/@wecare_practice/post/${id}`,
    },
    weather,
  );

function openPlace(place: Place, weather: Weather = fairWeather()): SocialStandIn {
  let last = 18_000_000_000_000_000n;
  const nextId = () => String(++last);
  const house: House = { place, containers: new Map(), posts: new Map(), album: openAlbum(), nextId };
  const line: Fault[] = [];
  const tokens = new Set([TOKEN(place)]);
  const whole = express.Router();
  addDoors(whole, place, tokens);
  const router = express.Router();
  router.use(signedIn(tokens), ...forms);
  const trouble = troubled(line, weather, refusals);
  addAccount(router, house);
  router.post(`/:user/${place.edges.publish}`, trouble, publish(house));
  router.post(`/:user/${place.edges.create}`, contain(house));
  addPosts(router, house, trouble);
  whole.use(`/${place.version}`, router);
  return {
    ...{ network: place.network, router: whole, weather, timeline: () => [...house.posts.values()] },
    picture: house.album.picture,
    fault: (next) => void line.push(next),
    accounts: [
      {
        name: NAME,
        credentials: {
          accessToken: TOKEN(place),
          expiresAt: new Date(Date.now() + DAYS_60 * 1000).toISOString(),
        },
        settings: { user: place.user },
      },
    ],
  };
}

/** A token of an hour for a code, one of sixty days for that, and the same for sixty days more. */
function addDoors(router: Router, { title, prefix, user }: Place, tokens: Set<string>): void {
  const codes = new Map<string, string>();
  const short = new Set<string>();
  addConsent(router, {
    ...{ path: '/oauth/authorize', title, account: NAME },
    grant({ redirect_uri = '', response_type }) {
      if (response_type !== 'code') return null;
      const code = newToken();
      codes.set(code, redirect_uri);
      return code;
    },
  });
  const give = (set: Set<string>) => {
    const token = newToken();
    set.add(token);
    return token;
  };
  router.post('/oauth/access_token', ...forms, (req, res) => {
    const { code, redirect_uri, client_secret } = req.body ?? {};
    if (!client_secret || codes.get(code) !== redirect_uri || !codes.delete(code)) return refuse(res, 100);
    res.json({ access_token: give(short), user_id: user });
  });
  router.get('/access_token', (req, res) => {
    const { grant_type, access_token, client_secret } = req.query;
    if (grant_type !== `${prefix}_exchange_token` || !client_secret || !short.delete(String(access_token)))
      return refuse(res, 190);
    res.json({ access_token: give(tokens), token_type: 'bearer', expires_in: DAYS_60 });
  });
  router.get('/refresh_access_token', signedIn(tokens), (req, res) => {
    if (req.query.grant_type !== `${prefix}_refresh_token`) return refuse(res, 100);
    res.json({ access_token: req.query.access_token, token_type: 'bearer', expires_in: DAYS_60 });
  });
}

function addAccount(router: Router, { place, posts }: House): void {
  router.get('/me', (_req, res) => {
    res.json({ id: place.user, user_id: place.user, username: 'wecare_practice', name: NAME });
  });
  router.get(`/:user/${place.edges.limit}`, (_req, res) => {
    const quota_usage = [...posts.values()].filter(({ at }) => at.getTime() > Date.now() - 86_400_000).length;
    const config = { quota_total: place.perDay, quota_duration: 86_400 };
    res.json({ data: [{ quota_usage, config }] });
  });
  const list = (replies: boolean) => (_req: express.Request, res: express.Response) => {
    const all = [...posts.values()].filter(({ replyTo }) => (replyTo !== null) === replies).reverse();
    res.json({ data: all.map((post) => told(place, post)) });
  };
  router.get(`/:user/${place.edges.create}`, list(false));
  router.get('/:user/replies', list(true));
}

const told = ({ text }: Place, post: Seen) => ({
  ...{ id: post.id, [text]: post.text, permalink: post.url, username: 'wecare_practice' },
  timestamp: `${post.at.toISOString().slice(0, 19)}+0000`,
});

/** Fetches what it is shown, as they do. */
const contain =
  ({ place, containers, posts, album, nextId }: House): express.RequestHandler =>
  async (req, res) => {
    const { image_url, video_url, media_type, children, alt_text, reply_to_id = null } = req.body;
    const text: string = req.body[place.text] ?? '';
    if ([...text].length > place.most) return refuse(res, 36004, 2207010);
    if (reply_to_id && !posts.has(reply_to_id)) return refuse(res, 24, 2207006);
    let media: Seen['media'] = [];
    if (media_type === 'CAROUSEL') {
      const parts = String(children)
        .split(',')
        .map((id) => containers.get(id));
      if (parts.length < 2 || parts.some((part) => part?.state !== 'FINISHED'))
        return refuse(res, 9004, 2207028);
      media = parts.flatMap((part) => part?.media ?? []);
    } else if (image_url || video_url) {
      const file = await fetched(image_url ?? video_url);
      if (!file) return refuse(res, 9004, 2207052);
      media = [album.keep({ ...file, alt: alt_text })];
    } else if (!place.bare || media_type !== 'TEXT' || !text) return refuse(res, 100);
    const id = nextId();
    containers.set(id, { state: video_url ? 'IN_PROGRESS' : 'FINISHED', text, media, replyTo: reply_to_id });
    res.json({ id });
  };

async function fetched(url: string): Promise<Part | null> {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) return null;
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { mime: answer.headers.get('content-type')?.split(';')[0] ?? '', bytes };
}

const publish =
  ({ place, containers, posts, nextId }: House): express.RequestHandler =>
  (req, res) => {
    const container = containers.get(req.body.creation_id);
    if (!container) return refuse(res, 24, 2207006);
    if (container.state !== 'FINISHED') return refuse(res, 9007, 2207027);
    if (posts.size >= place.perDay) return refuse(res, 9, 2207042);
    container.state = 'PUBLISHED';
    const id = nextId();
    const { text, media, replyTo } = container;
    posts.set(id, { ...{ id, account: NAME, text, at: new Date(), media, replyTo }, url: place.url(id) });
    res.json({ id });
  };

function addPosts(
  router: Router,
  { place, containers, posts, nextId }: House,
  trouble: express.RequestHandler,
) {
  router.post('/:id/comments', trouble, (req, res) => {
    const above = posts.get(String(req.params.id));
    if (!above || place.network !== 'instagram') return refuse(res, 100, 33);
    const id = nextId();
    const { account, url } = above;
    posts.set(id, { id, account, url, text: req.body.message, at: new Date(), media: [], replyTo: above.id });
    res.json({ id });
  });
  router.get('/:id/comments', (req, res) => {
    const under = [...posts.values()].filter(({ replyTo }) => replyTo === req.params.id);
    res.json({ data: under.map((post) => ({ ...told(place, post), text: post.text })) });
  });
  router.get('/:id/insights', (req, res) => {
    if (!posts.has(req.params.id)) return refuse(res, 100, 33);
    const names = String(req.query.metric).split(',');
    res.json({ data: names.map((name, n) => ({ name, period: 'lifetime', values: [{ value: 10 * n }] })) });
  });
  router.get('/:id', (req, res) => {
    const container = containers.get(req.params.id);
    const post = posts.get(req.params.id);
    if (post) return void res.json(told(place, post));
    if (!container) return refuse(res, 100, 33);
    res.json({ id: req.params.id, [place.state]: container.state });
    if (container.state === 'IN_PROGRESS') container.state = 'FINISHED';
  });
  router.delete('/:id', (req, res) => {
    if (place.network !== 'threads') return refuse(res, 10);
    if (!posts.delete(req.params.id)) return refuse(res, 100, 33);
    res.json({ success: true });
  });
}
