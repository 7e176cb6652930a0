import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { graphemes } from '../../../channels/graphemes.ts';
import { bodies, rawBody } from './forms.ts';
import {
  type Fault,
  fairWeather,
  type Seen,
  type SocialStandIn,
  troubled,
  type Weather,
} from './stand-in.ts';
import { openWall, type Upload, type Wall } from './wall.ts';

const DID = 'did:plc:wecarepracticeaaaaaaaaaa';
const HANDLE = 'wecare-practice.bsky.example';
const NAME = 'We Care Kerala (practice)';
const PASSWORD = 'abcd-efgh-ijkl-mnop';
const POST = 'app.bsky.feed.post';
const TID = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;
const MOST_POINTS = 5000;

interface House {
  wall: Wall;
  blobs: Map<string, Upload>;
  records: Map<string, Record<string, unknown>>;
  access: Set<string>;
  refresh: Set<string>;
  points: number;
  tokens: number;
}

/** One personal data server of the AT protocol with one account, and the views of Bluesky on it. */
export function openBluesky(weather: Weather = fairWeather()): SocialStandIn {
  const line: Fault[] = [];
  const house: House = {
    ...{ wall: openWall(), blobs: new Map(), records: new Map(), access: new Set(), refresh: new Set() },
    ...{ points: MOST_POINTS, tokens: 0 },
  };
  const router = Router();
  const trouble = troubled(line, weather, {
    throttled(res) {
      house.points = 0;
      tellPoints(house, res);
      refuse(res, 429, 'RateLimitExceeded');
    },
    expired: (res) => refuse(res, 400, 'ExpiredToken'),
    duplicate: (res) => refuse(res, 400, 'RecordAlreadyExists'),
  });
  const known: RequestHandler = (req, res, next) =>
    house.access.has(bearer(req)) ? next() : refuse(res, 400, 'InvalidToken');
  addSessions(router, house, known);
  router.post('/xrpc/com.atproto.repo.uploadBlob', known, rawBody, (req, res) => upload(house, req, res));
  router.post('/xrpc/com.atproto.repo.createRecord', known, trouble, ...bodies, (req, res) =>
    create(house, req, res),
  );
  addReading(router, house, known);
  return {
    ...{ network: 'bluesky', router, weather, timeline: house.wall.timeline, picture: house.wall.picture },
    fault: (next) => void line.push(next),
    accounts: [{ name: NAME, credentials: { more: { password: PASSWORD } }, settings: { handle: HANDLE } }],
  };
}

const bearer = (req: Request): string => String(req.get('authorization')).replace(/^Bearer /, '');

function addSessions(router: Router, house: House, known: RequestHandler): void {
  router.post('/xrpc/com.atproto.server.createSession', ...bodies, (req, res) => {
    const { identifier, password } = req.body ?? {};
    if (![HANDLE, DID].includes(identifier) || password !== PASSWORD)
      return refuse(res, 401, 'AuthenticationRequired');
    res.json(newSession(house));
  });
  router.post('/xrpc/com.atproto.server.refreshSession', (req, res) =>
    house.refresh.delete(bearer(req)) ? void res.json(newSession(house)) : refuse(res, 400, 'ExpiredToken'),
  );
  router.get('/xrpc/com.atproto.server.getSession', known, (_req, res) => {
    res.json({ did: DID, handle: HANDLE, active: true });
  });
}

function newSession(house: House) {
  house.tokens += 1;
  const jwt = (scope: string, seconds: number) => {
    const claims = { scope, sub: DID, exp: Math.floor(Date.now() / 1000) + seconds, jti: house.tokens };
    const parts = [{ typ: 'at+jwt', alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return [...parts, 'practice'].join('.');
  };
  const accessJwt = jwt('com.atproto.appPass', 7200);
  const refreshJwt = jwt('com.atproto.refresh', 60 * 86_400);
  house.access.add(accessJwt);
  house.refresh.add(refreshJwt);
  return { did: DID, handle: HANDLE, accessJwt, refreshJwt, active: true };
}

function upload({ blobs }: House, req: Request, res: Response) {
  if (req.body.length > 1_000_000) return refuse(res, 413, 'PayloadTooLarge');
  const link = `bafkrei${createHash('sha256').update(req.body).digest('hex').slice(0, 52)}`;
  const mimeType = req.get('content-type') ?? 'image/jpeg';
  blobs.set(link, { bytes: req.body, mime: mimeType });
  res.json({ blob: { $type: 'blob', ref: { $link: link }, mimeType, size: req.body.length } });
}

interface PostRecord {
  text: string;
  createdAt: string;
  embed?: { images?: { image: { ref: { $link: string } }; alt: string }[] };
  reply?: { parent: { uri: string; cid: string }; root: { uri: string } };
  facets?: { index: { byteStart: number; byteEnd: number } }[];
}

function create(house: House, req: Request, res: Response) {
  const { repo, collection, rkey, record } = req.body ?? {};
  if (repo !== DID || collection !== POST || !TID.test(rkey)) return refuse(res, 400, 'InvalidRequest');
  const uri = `at://${DID}/${POST}/${rkey}`;
  if (house.records.has(uri)) return refuse(res, 400, 'RecordAlreadyExists');
  if (!isGood(house, record)) return refuse(res, 400, 'InvalidRequest');
  house.points -= 3;
  tellPoints(house, res);
  house.records.set(uri, record);
  const { text, embed, reply } = record as PostRecord;
  const media = (embed?.images ?? []).map(({ image, alt }) => ({
    ...(house.blobs.get(image.ref.$link) as Upload),
    alt,
  }));
  const url = `https://bsky.app/profile/${HANDLE}/post/${rkey}`;
  house.wall.put({ id: uri, account: NAME, text, media, replyTo: reply?.parent.uri ?? null, url });
  res.json({ uri, cid: cidOf(record), validationStatus: 'valid' });
}

/** What the lexicons app.bsky.feed.post, app.bsky.embed.images and app.bsky.richtext.facet ask. */
function isGood({ blobs, records }: House, record: PostRecord): boolean {
  const bytes = Buffer.byteLength(record.text);
  const images = record.embed?.images ?? [];
  const parent = record.reply?.parent;
  return (
    graphemes(record.text) <= 300 &&
    bytes <= 3000 &&
    !Number.isNaN(Date.parse(record.createdAt)) &&
    images.length <= 4 &&
    images.every(({ image, alt }) => blobs.has(image.ref.$link) && typeof alt === 'string') &&
    (!parent || (records.has(parent.uri) && cidOf(records.get(parent.uri)) === parent.cid)) &&
    (record.facets ?? []).every(({ index }) => index.byteStart < index.byteEnd && index.byteEnd <= bytes)
  );
}

const cidOf = (record: unknown): string =>
  `bafyrei${createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 52)}`;

function addReading(router: Router, house: House, known: RequestHandler): void {
  const { wall, records } = house;
  router.get('/xrpc/com.atproto.repo.getRecord', (req, res) => {
    const { repo, collection, rkey } = req.query;
    const uri = `at://${repo}/${collection}/${rkey}`;
    const value = records.get(uri);
    return value ? void res.json({ uri, cid: cidOf(value), value }) : refuse(res, 400, 'RecordNotFound');
  });
  router.post('/xrpc/com.atproto.repo.deleteRecord', known, ...bodies, (req, res) => {
    const { repo, collection, rkey } = req.body ?? {};
    if (repo !== DID) return refuse(res, 400, 'InvalidRequest');
    const uri = `at://${repo}/${collection}/${rkey}`;
    records.delete(uri);
    wall.take(uri);
    res.json({});
  });
  router.get('/xrpc/app.bsky.feed.getPosts', known, (req, res) => {
    const seen = [req.query.uris].flat().map((uri) => wall.get(String(uri)));
    const viewOf = ({ id, at }: Seen) => ({
      ...{
        uri: id,
        cid: cidOf(records.get(id)),
        author: { did: DID, handle: HANDLE },
        record: records.get(id),
      },
      ...{ likeCount: 0, replyCount: 0, repostCount: 0, quoteCount: 0, indexedAt: at.toISOString() },
    });
    res.json({ posts: seen.filter((one) => one !== undefined).map(viewOf) });
  });
}

function tellPoints({ points }: House, res: Response): void {
  const reset = String(Math.floor(Date.now() / 1000) + 1800);
  res.set({ 'ratelimit-limit': String(MOST_POINTS), 'ratelimit-remaining': String(points) });
  res.set({ 'ratelimit-reset': reset, 'ratelimit-policy': `${MOST_POINTS};w=3600` });
}

const refuse = (res: Response, status: number, error: string): void =>
  void res.status(status).json({ error, message: error });
