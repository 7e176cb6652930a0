import express, { type Request, type RequestHandler, type Response } from 'express';
import twitter from 'twitter-text';
import {
  type Fault,
  fairWeather,
  type Seen,
  type SocialStandIn,
  troubled,
  type Weather,
} from '../stand-in.ts';
import { type Album, openAlbum } from '../wall.ts';
import { ACCESS, addDoors, expired, KEYS, openDoors, PERSON, problem, REFRESH, signedIn } from './people.ts';
import { addUploads, type Upload, wholeOf } from './uploads.ts';

const WINDOW_SECONDS = 15 * 60;
const PER_WINDOW = 100;

/** What lies there of one account. */
interface House {
  posts: Map<string, Seen>;
  uploads: Map<string, Upload>;
  album: Album;
  /** When each request that creates came, in seconds since 1970. */
  asked: number[];
}

/** X on this computer: what twitter-api-v2 asks of `api.x.com/2`, by OAuth 2 or 1.0a. */
export function openX(weather: Weather = fairWeather()): SocialStandIn {
  const house: House = { posts: new Map(), uploads: new Map(), album: openAlbum(), asked: [] };
  const line: Fault[] = [];
  const router = express.Router();
  const doors = openDoors();
  let last = BigInt(Date.now()) << 22n; // ids grow with time, as theirs do
  const nextId = () => String(++last);
  addDoors(router, doors);
  router.use(signedIn(doors), express.json());
  addUploads(router, house.uploads, nextId);
  const refusals = { throttled, expired, duplicate };
  router.post('/2/tweets', limited(house), troubled(line, weather, refusals), create(house, nextId));
  addReading(router, house);
  return {
    ...{ network: 'x', router, weather, timeline: () => [...house.posts.values()] },
    picture: house.album.picture,
    fault: (next) => void line.push(next),
    accounts: [
      {
        name: PERSON.name,
        credentials: { accessToken: ACCESS, refreshToken: REFRESH, more: { clientId: 'x-practice-app' } },
        settings: { id: PERSON.id },
      },
      { name: `${PERSON.name}, OAuth 1.0a`, credentials: { more: KEYS }, settings: { id: PERSON.id } },
    ],
  };
}

function addReading(router: express.Router, { posts }: House): void {
  router.get('/2/users/me', (_req, res) => void res.json({ data: PERSON }));
  router.get('/2/users/:id/tweets', (req, res) => {
    const since = new Date(String(req.query.start_time ?? 0));
    const all = [...posts.values()].filter(({ at }) => at >= since).reverse();
    const from = Number(req.query.pagination_token ?? 0);
    const most = Number(req.query.max_results ?? 10);
    const next_token = all.length > from + most ? String(from + most) : undefined;
    const data = all.slice(from, from + most).map(told);
    res.json({ ...(data.length && { data }), meta: { result_count: data.length, next_token } });
  });
  router.get('/2/tweets/:id', (req, res) => {
    const post = posts.get(req.params.id);
    const type = 'https://api.twitter.com/2/problems/resource-not-found';
    if (!post) return void res.json({ errors: [{ title: 'Not Found Error', type, detail: 'Not found' }] });
    const public_metrics = { like_count: 3, reply_count: 1, retweet_count: 2, quote_count: 0 };
    const non_public_metrics = { impression_count: 120, url_link_clicks: 7 };
    res.json({ data: { ...told(post), public_metrics, non_public_metrics } });
  });
  router.delete('/2/tweets/:id', (req, res) => {
    if (!posts.delete(String(req.params.id))) return problem(res, 404, ['Not Found', 'Not Found']);
    res.json({ data: { deleted: true } });
  });
}

/** With its headers on every answer, as X has them. */
const limited =
  ({ asked }: House): RequestHandler =>
  (_req, res, next) => {
    const now = Math.floor(Date.now() / 1000);
    while (asked[0] !== undefined && asked[0] <= now - WINDOW_SECONDS) asked.shift();
    const remaining = PER_WINDOW - asked.length - 1;
    setLimits(res, Math.max(remaining, 0), (asked[0] ?? now) + WINDOW_SECONDS);
    if (remaining < 0) return problem(res, 429, ['Too Many Requests', 'Too Many Requests']);
    asked.push(now);
    next();
  };

function setLimits(res: Response, remaining: number, reset: number): void {
  res.set({
    ...{ 'x-rate-limit-limit': String(PER_WINDOW), 'x-rate-limit-remaining': String(remaining) },
    'x-rate-limit-reset': String(reset),
  });
}

function throttled(res: Response): void {
  setLimits(res, 0, Math.floor(Date.now() / 1000) + 60);
  problem(res, 429, ['Too Many Requests', 'Too Many Requests']);
}

const duplicate = (res: Response): void =>
  problem(res, 403, ['Forbidden', 'You are not allowed to create a Tweet with duplicate content.']);

const create =
  (house: House, nextId: () => string): RequestHandler =>
  (req: Request, res: Response) => {
    const { text = '', media, reply } = req.body ?? {};
    const uploads = ((media?.media_ids ?? []) as string[]).map((id) => house.uploads.get(id));
    const replyTo: string | null = reply?.in_reply_to_tweet_id ?? null;
    if (!text && !uploads.length)
      return problem(res, 400, ['Invalid Request', 'One or more parameters to your request was invalid.']);
    if (uploads.some((one) => one?.state !== 'succeeded'))
      return problem(res, 400, ['Invalid Request', 'Your media IDs are invalid.']);
    if (text && !twitter.parseTweet(text).valid)
      return problem(res, 403, ['Forbidden', 'Your Tweet text is too long.']);
    if (replyTo && !house.posts.has(replyTo))
      return problem(res, 403, ['Forbidden', 'You attempted to reply to a Tweet that is deleted.']);
    if ([...house.posts.values()].some((one) => one.text === text && one.replyTo === replyTo))
      return duplicate(res);
    const id = nextId();
    const url = `https://x.com/${PERSON.username}/status/${id}`;
    house.posts.set(id, {
      ...{ id, account: PERSON.name, text, at: new Date(), replyTo, url },
      media: (uploads as Upload[]).map((upload) => house.album.keep(wholeOf(upload))),
    });
    res.status(201).json({ data: { id, text, edit_history_tweet_ids: [id] } });
  };

/** As X gives a post back: each address replaced by one of its own, one more for its media, `&` escaped. */
function told({ id, text, at, media, replyTo, url }: Seen) {
  const short = (n: number) => `https://t.co/${id.slice(-8)}${n}`;
  const links = twitter.extractUrlsWithIndices(text);
  const urls = links.map((link, n) => ({ url: short(n), expanded_url: link.url }));
  const shown = media.length ? [{ url: short(99), expanded_url: `${url}/photo/1` }] : [];
  const replaced = links.reduceRight(
    (rest, { indices: [from, to] }, n) => rest.slice(0, from) + short(n) + rest.slice(to),
    text,
  );
  const escaped = replaced.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return {
    ...{ id, created_at: at.toISOString(), text: [escaped, ...shown.map((one) => one.url)].join(' ') },
    entities: { urls: [...urls, ...shown] },
    ...(media.length && { attachments: { media_keys: media.map((_, n) => `3_${id}${n}`) } }),
    ...(replyTo && { referenced_tweets: [{ type: 'replied_to', id: replyTo }] }),
  };
}
