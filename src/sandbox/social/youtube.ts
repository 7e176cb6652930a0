import { randomBytes } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { addDoors } from './doors.ts';
import { bodies, rawBody } from './forms.ts';
import { type Fault, fairWeather, type SocialStandIn, troubled, type Weather } from './stand-in.ts';
import { openWall, type Wall } from './wall.ts';

const TOKEN = 'youtube-practice-token';
const REFRESH = 'youtube-practice-refresh';
const CHANNEL = { id: 'UCpractice0000000000001', title: 'We Care Kerala (practice)' };
const UPLOADS = 'UUpractice0000000000001';

interface Session {
  title: string;
  description: string;
  total: number;
  mime: string;
  bytes: Buffer;
  /** Once it is whole. */
  video?: string;
}

interface House {
  wall: Wall;
  sessions: Map<string, Session>;
  titles: Map<string, string>;
}

/** YouTube's Data API for one channel: resumable uploads, its uploads, figures, removal. */
export function openYouTube(weather: Weather = fairWeather()): SocialStandIn {
  const line: Fault[] = [];
  const house: House = { wall: openWall(), sessions: new Map(), titles: new Map() };
  const router = Router();
  const known = addDoors(router, {
    ...{ title: 'YouTube', account: CHANNEL.title, authorise: '/o/oauth2/v2/auth', token: '/token' },
    ...{ seconds: 3599, scope: 'https://www.googleapis.com/auth/youtube', access: TOKEN, refresh: REFRESH },
    denied: (res) => refuse(res, 401, 'authError'),
  });
  const trouble = troubled(line, weather, {
    throttled: (res) => refuse(res, 403, 'quotaExceeded'),
    expired: (res) => refuse(res, 401, 'authError'),
    duplicate: (res) => refuse(res, 409, 'duplicate'),
  });
  router.post('/upload/youtube/v3/videos', known, ...bodies, (req, res) => begin(house, req, res));
  router.put('/upload/youtube/v3/videos', known, onlyLast(trouble), rawBody, (req, res) =>
    take(house, req, res),
  );
  addReading(router, house, known);
  const more = { clientId: 'practice-client', clientSecret: 'practice' };
  const credentials = { accessToken: TOKEN, refreshToken: REFRESH, expiresAt: null, more };
  return {
    ...{ network: 'youtube', router, weather, timeline: house.wall.timeline, picture: house.wall.picture },
    fault: (next) => void line.push(next),
    accounts: [{ name: CHANNEL.title, credentials, settings: {} }],
  };
}

function begin({ sessions }: House, req: Request, res: Response) {
  const { snippet = {} } = req.body ?? {};
  const total = Number(req.get('x-upload-content-length'));
  const { title = '', description = '' } = snippet;
  if (!title.trim() || [...title].length > 100 || /[<>]/.test(title)) return refuse(res, 400, 'invalidTitle');
  if (Buffer.byteLength(description) > 5000 || /[<>]/.test(description))
    return refuse(res, 400, 'invalidDescription');
  if (!total) return refuse(res, 400, 'mediaBodyRequired');
  const id = randomBytes(12).toString('base64url');
  const mime = req.get('x-upload-content-type') ?? 'video/mp4';
  sessions.set(id, { title, description, total, mime, bytes: Buffer.alloc(0) });
  const here = `${req.protocol}://${req.get('host')}${req.baseUrl}/upload/youtube/v3/videos`;
  res.set('Location', `${here}?uploadType=resumable&upload_id=${id}`).status(200).end();
}

/** Trouble meets the piece that makes the video whole; those before it make nothing visible. */
const onlyLast =
  (trouble: RequestHandler): RequestHandler =>
  (req, res, next) => {
    const [, to, total] = /^bytes \d+-(\d+)\/(\d+)$/.exec(req.get('content-range') ?? '') ?? [];
    if (to !== undefined && Number(to) + 1 === Number(total)) trouble(req, res, next);
    else next();
  };

function take(house: House, req: Request, res: Response) {
  const session = house.sessions.get(String(req.query.upload_id));
  if (!session) return refuse(res, 404, 'notFound');
  const range = req.get('content-range') ?? '';
  const [, from, to] = /^bytes (\d+)-(\d+)\/\d+$/.exec(range) ?? [];
  if (from === undefined && range !== `bytes */${session.total}`) return refuse(res, 400, 'badRequest');
  if (from !== undefined && !session.video) {
    const last = Number(to) + 1 === session.total;
    const wrong = Number(from) !== session.bytes.length || (!last && req.body.length % (256 * 1024) !== 0);
    if (wrong) return refuse(res, 400, 'badRequest');
    session.bytes = Buffer.concat([session.bytes, req.body]);
  }
  if (session.bytes.length === session.total) return res.json(videoOf(finish(house, session), session));
  if (session.bytes.length) res.set('Range', `bytes=0-${session.bytes.length - 1}`);
  res.status(308).end();
}

function finish({ wall, titles }: House, session: Session): string {
  if (session.video) return session.video;
  session.video = randomBytes(8).toString('base64url');
  const { video: id, title, description, mime, bytes } = session;
  titles.set(id, title);
  const url = `https://www.youtube.com/watch?v=${id}`;
  // Its followers see the title above the description.
  wall.put({
    ...{ id, account: CHANNEL.title, text: `${title}\n${description}`, replyTo: null, url },
    media: [{ bytes, mime }],
  });
  return id;
}

const videoOf = (id: string, { title, description }: { title: string; description: string }) => ({
  ...{ kind: 'youtube#video', id, snippet: { title, description, channelId: CHANNEL.id } },
  status: { uploadStatus: 'uploaded', privacyStatus: 'public' },
});

function addReading(router: Router, { wall, titles }: House, known: RequestHandler): void {
  const split = (id: string, text: string) => ({
    title: titles.get(id) ?? '',
    description: text.slice((titles.get(id) ?? '').length + 1),
  });
  router.get('/youtube/v3/channels', known, (_req, res) => {
    const contentDetails = { relatedPlaylists: { uploads: UPLOADS } };
    res.json({ items: [{ id: CHANNEL.id, snippet: { title: CHANNEL.title }, contentDetails }] });
  });
  router.get('/youtube/v3/playlistItems', known, (req, res) => {
    if (req.query.playlistId !== UPLOADS) return refuse(res, 404, 'playlistNotFound');
    const items = wall.timeline().map(({ id, text, at }) => ({
      snippet: { ...split(id, text), publishedAt: `${at.toISOString().slice(0, 19)}Z` },
      contentDetails: { videoId: id },
    }));
    res.json({ items: items.reverse().slice(0, 50) });
  });
  router.get('/youtube/v3/videos', known, (req, res) => {
    const seen = wall.get(String(req.query.id));
    const statistics = { viewCount: '0', likeCount: '0', favoriteCount: '0', commentCount: '0' };
    res.json({ items: seen ? [{ id: seen.id, snippet: split(seen.id, seen.text), statistics }] : [] });
  });
  router.delete('/youtube/v3/videos', known, (req, res) =>
    wall.take(String(req.query.id)) ? void res.status(204).end() : refuse(res, 404, 'videoNotFound'),
  );
}

const refuse = (res: Response, code: number, reason: string): void =>
  void res.status(code).json({
    error: { code, message: reason, errors: [{ message: reason, domain: 'youtube', reason }] },
  });
