import { type Request, type RequestHandler, type Response, Router } from 'express';
import { addDoors } from './doors.ts';
import { bodies, formOf } from './forms.ts';
import {
  type Fault,
  fairWeather,
  type Seen,
  type SocialStandIn,
  troubled,
  type Weather,
} from './stand-in.ts';
import { openWall, type Upload, type Wall } from './wall.ts';

const TOKEN = 'mastodon-practice-token';
const PERSON = { id: '1100', username: 'wecare_practice', name: 'We Care Kerala (practice)' };
const MOST = 500;

interface House {
  wall: Wall;
  media: Map<string, Upload & { asked: number }>;
  /** Statuses by the key with which they were wished (kept for an hour by Mastodon). */
  keys: Map<string, Seen>;
  last: number;
  left: number;
}

/** One instance of Mastodon with one account. */
export function openMastodon(weather: Weather = fairWeather()): SocialStandIn {
  const line: Fault[] = [];
  const house: House = { wall: openWall(), media: new Map(), keys: new Map(), last: 0, left: 300 };
  const router = Router();
  const known = addDoors(router, {
    ...{ title: 'Mastodon', account: PERSON.name, authorise: '/oauth/authorize', token: '/oauth/token' },
    ...{ seconds: null, scope: 'read write', access: TOKEN },
    denied: (res) => say(res, 401, 'The access token is invalid'),
  });
  const trouble = troubled(line, weather, {
    throttled(res) {
      res.set('X-RateLimit-Remaining', '0').set('X-RateLimit-Reset', windowEnd());
      say(res, 429, 'Too many requests');
    },
    expired: (res) => say(res, 401, 'The access token was revoked'),
    duplicate: (res) => say(res, 422, 'Validation failed: Text is a duplicate'),
  });
  addApps(router);
  addStatuses(router, house, { known, trouble });
  addMedia(router, house, known);
  return {
    ...{ network: 'mastodon', router, weather, timeline: house.wall.timeline, picture: house.wall.picture },
    fault: (next) => void line.push(next),
    accounts: [{ name: PERSON.name, credentials: { accessToken: TOKEN, expiresAt: null }, settings: {} }],
  };
}

function addApps(router: Router): void {
  router.post('/api/v1/apps', ...bodies, async (req, res) => {
    const { fields } = await formOf(req);
    if (!fields.redirect_uris) return say(res, 422, "Validation failed: Redirect URI can't be blank");
    res.json({ id: '1', name: fields.client_name, client_id: 'practice-client', client_secret: 'practice' });
  });
  router.get('/api/v2/instance', (_req, res) => {
    res.json({
      ...{ domain: 'mastodon.example', title: 'Practice', version: '4.4.0' },
      configuration: {
        urls: {},
        statuses: { max_characters: MOST, max_media_attachments: 4, characters_reserved_per_url: 23 },
        media_attachments: {
          image_size_limit: 16_777_216,
          video_size_limit: 103_809_024,
          description_limit: 1500,
        },
      },
    });
  });
}

function addStatuses(
  router: Router,
  house: House,
  { known, trouble }: Record<'known' | 'trouble', RequestHandler>,
): void {
  router.get('/api/v1/accounts/verify_credentials', known, (req, res) => void res.json(personAt(req)));
  router.get('/api/v1/accounts/:id/statuses', known, (req, res) => {
    const before = Number(req.query.max_id ?? Number.POSITIVE_INFINITY);
    const all = house.wall.timeline().reverse();
    const page = all.filter(({ id }) => Number(id) < before).slice(0, Number(req.query.limit ?? 20));
    res.json(page.map((seen) => statusOf(req, seen)));
  });
  router.post('/api/v1/statuses', known, trouble, ...bodies, (req, res) => write(house, req, res));
  router.get('/api/v1/statuses/:id', known, (req, res) => {
    const seen = house.wall.get(String(req.params.id));
    return seen ? void res.json(statusOf(req, seen)) : say(res, 404, 'Record not found');
  });
  router.delete('/api/v1/statuses/:id', known, (req, res) => {
    const seen = house.wall.get(String(req.params.id));
    if (!seen || !house.wall.take(seen.id)) return say(res, 404, 'Record not found');
    res.json({ ...statusOf(req, seen), text: seen.text });
  });
}

function write(house: House, req: Request, res: Response) {
  const { status: text = '', media_ids: ids = [], in_reply_to_id: replyTo = null } = req.body ?? {};
  const key = req.get('idempotency-key') ?? '';
  const before = house.keys.get(key);
  rate(house, res);
  if (before) return void res.json(statusOf(req, before));
  const wrong = refusalOf(house, { text, ids, replyTo });
  if (wrong) return say(res, wrong[0], wrong[1]);
  house.last = Math.max(house.last + 1, Date.now());
  const id = String(house.last);
  const media = (ids as string[]).map((one) => house.media.get(one) as Upload);
  const url = `https://mastodon.example/@${PERSON.username}/${id}`;
  const seen = house.wall.put({ id, account: PERSON.name, text, media, replyTo, url });
  if (key) house.keys.set(key, seen);
  res.json(statusOf(req, seen));
}

interface Wished {
  text: string;
  ids: string[];
  replyTo: string | null;
}

function refusalOf({ media, wall }: House, { text, ids, replyTo }: Wished): [number, string] | null {
  if (!text.trim() && !ids.length) return [422, "Validation failed: Text can't be blank"];
  if ([...text.replace(/https?:\/\/\S+/g, 'x'.repeat(23))].length > MOST * 2)
    return [422, `Validation failed: Text character limit of ${MOST} exceeded`];
  if (ids.length > 4) return [422, 'Cannot attach more than 4 files'];
  if (ids.some((id) => !media.has(id))) return [404, 'Record not found'];
  if (ids.some((id) => stillAtWork(media.get(id))))
    return [422, 'Cannot attach files that have not finished processing. Try again in a moment!'];
  return replyTo && !wall.get(replyTo) ? [404, 'The post you are trying to reply to does not exist.'] : null;
}

/** A video is looked through for as long as it was asked after once. */
const stillAtWork = (file: (Upload & { asked: number }) | undefined): boolean =>
  !!file?.mime.startsWith('video/') && file.asked < 2;

function addMedia(router: Router, house: House, known: RequestHandler): void {
  router.post('/api/v2/media', known, ...bodies, async (req, res) => {
    const { fields, files } = await formOf(req);
    const file = files.file;
    if (!file) return say(res, 422, "Validation failed: File can't be blank");
    if (!/^(image|video)\//.test(file.mime))
      return say(res, 422, 'Validation failed: File content type is invalid');
    const id = String(house.media.size + 1);
    house.media.set(id, { ...file, alt: String(fields.description ?? ''), asked: 0 });
    res.status(stillAtWork(house.media.get(id)) ? 202 : 200).json(mediaOf(house, id));
  });
  router.get('/api/v1/media/:id', known, (req, res) => {
    const file = house.media.get(String(req.params.id));
    if (!file) return say(res, 404, 'Record not found');
    file.asked += 1;
    res.status(stillAtWork(file) ? 206 : 200).json(mediaOf(house, String(req.params.id)));
  });
}

function mediaOf({ media }: House, id: string) {
  const file = media.get(id);
  const type = file?.mime.startsWith('video/') ? 'video' : 'image';
  const url = stillAtWork(file) ? null : `https://mastodon.example/media/${id}`;
  return { id, type, url, preview_url: url, description: file?.alt ?? null, meta: {} };
}

const personAt = (_req: Request) => ({
  ...{ id: PERSON.id, username: PERSON.username, acct: PERSON.username, display_name: PERSON.name },
  url: `https://mastodon.example/@${PERSON.username}`,
});

function statusOf(req: Request, { id, text, at, media, replyTo, url }: Seen) {
  const media_attachments = media.map(({ kind, alt, hash }) => ({
    ...{ id: hash, type: kind === 'video' ? 'video' : 'image', description: alt },
  }));
  return {
    ...{ id, url, uri: url, created_at: at.toISOString(), content: htmlOf(text), in_reply_to_id: replyTo },
    ...{ media_attachments, visibility: 'public', account: personAt(req), language: 'ml' },
    ...{ favourites_count: 0, reblogs_count: 0, replies_count: 0 },
  };
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);

/** As Mastodon writes it: paragraphs, breaks, and addresses in visible and invisible pieces. */
function htmlOf(text: string): string {
  const linked = text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, n) => (n % 2 ? linkTo(part) : escaped(part)));
  const paragraphs = linked.join('').split(/\n{2,}/);
  return paragraphs.map((part) => `<p>${part.replaceAll('\n', '<br />')}</p>`).join('');
}

function linkTo(url: string): string {
  const [, scheme = '', shown = '', rest = ''] = /^(https?:\/\/)(.{0,30})(.*)$/.exec(url) ?? [];
  const piece = (kind: string, words: string) => `<span class="${kind}">${escaped(words)}</span>`;
  const pieces = [piece('invisible', scheme), piece('ellipsis', shown), piece('invisible', rest)];
  return `<a href="${escaped(url)}" target="_blank" rel="nofollow noopener">${pieces.join('')}</a>`;
}

const windowEnd = (): string => new Date((Math.floor(Date.now() / 300_000) + 1) * 300_000).toISOString();

function rate(house: House, res: Response): void {
  house.left = Math.max(house.left - 1, 0);
  res.set({ 'X-RateLimit-Limit': '300', 'X-RateLimit-Remaining': String(house.left) });
  res.set('X-RateLimit-Reset', windowEnd());
}

const say = (res: Response, status: number, error: string): void => void res.status(status).json({ error });
