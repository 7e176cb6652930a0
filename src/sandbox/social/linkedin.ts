import { type Request, type RequestHandler, type Response, Router } from 'express';
import { addDoors } from './doors.ts';
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

const TOKEN = 'linkedin-practice-token';
const REFRESH = 'linkedin-practice-refresh';
const PAGE = { id: '90000001', name: 'We Care Kerala (practice)', vanity: 'we-care-practice' };
const OWNER = `urn:li:organization:${PAGE.id}`;
/** What stands for itself only behind a backslash; a text is cut at the first that does not. */
const BARE = /(?<!\\)[|{}@[\]()<>*_~]/;

interface House {
  wall: Wall;
  images: Map<string, Upload | null>;
  /** What was written, in LinkedIn's notation. */
  written: Map<string, string>;
  last: number;
}

/** LinkedIn's Posts, Images and Social Actions for the page of one organisation. */
export function openLinkedIn(weather: Weather = fairWeather()): SocialStandIn {
  const line: Fault[] = [];
  const house: House = { wall: openWall(), images: new Map(), written: new Map(), last: 7_300_000 };
  const router = Router();
  const known = addDoors(router, {
    ...{ title: 'LinkedIn', account: PAGE.name },
    ...{ authorise: '/oauth/v2/authorization', token: '/oauth/v2/accessToken' },
    ...{ seconds: 5_184_000, scope: 'w_organization_social', access: TOKEN, refresh: REFRESH },
    denied: (res) =>
      refuse(res, 401, ['REVOKED_ACCESS_TOKEN', 'The token used in the request has been revoked']),
  });
  const trouble = troubled(line, weather, {
    throttled: (res) => refuse(res, 429, ['TOO_MANY_REQUESTS', 'Resource level throttle limit reached']),
    expired: (res) => refuse(res, 401, ['EXPIRED_ACCESS_TOKEN', 'The token used in the request has expired']),
    duplicate: (res) => refuse(res, 422, ['DUPLICATE_POST', 'Content is a duplicate of urn:li:share:1']),
  });
  router.put('/uploads/:id', known, rawBody, (req, res) => takeImage(house, req, res));
  router.use('/rest', known, versioned, ...bodies);
  addPosts(router, house, trouble);
  addComments(router, house, trouble);
  addPage(router, house);
  const more = { clientId: 'practice-client', clientSecret: 'practice' };
  const credentials = { accessToken: TOKEN, refreshToken: REFRESH, expiresAt: null, more };
  return {
    ...{ network: 'linkedin', router, weather, timeline: house.wall.timeline, picture: house.wall.picture },
    fault: (next) => void line.push(next),
    accounts: [{ name: PAGE.name, credentials, settings: { organisation: PAGE.id } }],
  };
}

const versioned: RequestHandler = (req, res, next) => {
  if (!/^20\d{4}$/.test(req.get('linkedin-version') ?? ''))
    return refuse(res, 400, ['VERSION_MISSING', 'A version must be present. Please specify a version']);
  if (req.get('x-restli-protocol-version') !== '2.0.0')
    return refuse(res, 400, ['ILLEGAL_ARGUMENT', 'Invalid Rest.li protocol version']);
  next();
};

function addPosts(router: Router, house: House, trouble: RequestHandler): void {
  router.post('/rest/images', (req, res) => {
    if (req.query.action !== 'initializeUpload' || req.body?.initializeUploadRequest?.owner !== OWNER)
      return refuse(res, 403, ['ACCESS_DENIED', 'Not enough permissions to access: partnerApiImages']);
    const id = `C4D${++house.last}`;
    house.images.set(id, null);
    const uploadUrl = `${req.protocol}://${req.get('host')}${req.baseUrl}/uploads/${id}`;
    const image = `urn:li:image:${id}`;
    res.json({ value: { uploadUrlExpiresAt: Date.now() + 3_600_000, uploadUrl, image } });
  });
  router.post('/rest/posts', trouble, (req, res) => write(house, req, res));
  router.get('/rest/posts', (req, res) => {
    if (req.query.q !== 'author' || req.query.author !== OWNER || req.get('x-restli-method') !== 'FINDER')
      return refuse(res, 400, ['QUERY_PARAM_NOT_ALLOWED', 'No valid finder']);
    const start = Number(req.query.start ?? 0);
    const all = house.wall.timeline().filter(({ replyTo }) => replyTo === null);
    const page = all.reverse().slice(start, start + Number(req.query.count ?? 10));
    res.json({ elements: page.map((seen) => postOf(house, seen)) });
  });
  router.delete('/rest/posts/:urn', (req, res) => {
    house.wall.take(String(req.params.urn)); // deleting again is no fault
    res.status(204).end();
  });
}

function takeImage({ images }: House, req: Request, res: Response) {
  const id = String(req.params.id);
  if (!images.has(id)) return refuse(res, 404, ['NOT_FOUND', 'There is no such upload']);
  images.set(id, { bytes: req.body, mime: req.get('content-type') ?? 'image/jpeg' });
  res.status(201).end();
}

interface Sent {
  author?: string;
  commentary?: string;
  lifecycleState?: string;
  content?: { media?: Image; multiImage?: { images: Image[] } };
}
interface Image {
  id: string;
  altText?: string;
}

function write(house: House, req: Request, res: Response) {
  const { author, commentary = '', lifecycleState, content = {} } = (req.body ?? {}) as Sent;
  const text = readAsLinkedIn(commentary);
  if (author !== OWNER) return refuse(res, 403, ['ACCESS_DENIED', 'Not enough permissions to access: posts']);
  if (lifecycleState !== 'PUBLISHED') return refuse(res, 400, ['INVALID', 'lifecycleState']);
  if (text.length > 3000) return refuse(res, 422, ['FIELD_LENGTH_TOO_LONG', '/commentary is too long']);
  const sent = content.multiImage?.images ?? (content.media ? [content.media] : []);
  const media = sent.map(({ id, altText }) => ({
    ...(house.images.get(id.replace('urn:li:image:', '')) as Upload),
    alt: altText ?? '',
  }));
  if (media.some(({ bytes }) => !bytes?.length))
    return refuse(res, 400, ['MEDIA_ASSET_WAITING_UPLOAD', 'The image is waiting for its upload']);
  const id = `urn:li:share:${++house.last}`;
  house.written.set(id, commentary);
  const url = `https://www.linkedin.com/feed/update/${id}`;
  house.wall.put({ id, account: PAGE.name, text, media, replyTo: null, url });
  res.set('x-restli-id', id).status(201).end();
}

/** What is left of a text: LinkedIn cuts it off, and says nothing, where a reserved sign stands for itself. */
function readAsLinkedIn(commentary: string): string {
  const plain = commentary.replace(/\{hashtag\|\\#\|((?:\\.|[^\\}])*)\}/g, '\\#$1');
  const end = plain.search(BARE);
  return (end < 0 ? plain : plain.slice(0, end)).replace(/\\(.)/gs, '$1');
}

const postOf = ({ written }: House, { id, media, at, text }: Seen) => {
  const images = media.map(({ hash, alt }) => ({ id: `urn:li:image:${hash.slice(0, 20)}`, altText: alt }));
  const content = images.length > 1 ? { multiImage: { images } } : { media: images[0] };
  return {
    ...{ id, author: OWNER, commentary: written.get(id) ?? text, createdAt: at.getTime() },
    ...{ publishedAt: at.getTime(), lifecycleState: 'PUBLISHED', visibility: 'PUBLIC' },
    ...(images.length ? { content } : {}),
  };
};

function addComments(router: Router, house: House, trouble: RequestHandler): void {
  const commentOf = ({ id, text, at }: Seen) => ({
    ...{ id: /,(\d+)\)$/.exec(id)?.[1], commentUrn: id, actor: OWNER },
    ...{ message: { text, attributes: [] }, created: { actor: OWNER, time: at.getTime() } },
  });
  const place = '/rest/socialActions/:urn/comments';
  router.post(place, trouble, (req, res) => {
    const under = String(req.params.urn);
    const text = String(req.body?.message?.text ?? '');
    if (!house.wall.get(under)) return refuse(res, 404, ['NOT_FOUND', 'There is no such post']);
    if (req.body?.actor !== OWNER || !text.trim()) return refuse(res, 400, ['INVALID', 'actor or message']);
    const id = `urn:li:comment:(${under},${++house.last})`;
    const url = `https://www.linkedin.com/feed/update/${under}`;
    res.status(201).json(commentOf(house.wall.put({ id, account: PAGE.name, text, replyTo: under, url })));
  });
  router.get(place, (req, res) => {
    const all = house.wall.timeline().filter(({ replyTo }) => replyTo === req.params.urn);
    res.json({ elements: all.map(commentOf) });
  });
  router.delete(`${place}/:id`, (req, res) =>
    house.wall.take(`urn:li:comment:(${req.params.urn},${req.params.id})`)
      ? void res.status(204).end()
      : refuse(res, 404, ['NOT_FOUND', 'There is no such comment']),
  );
}

function addPage(router: Router, { wall }: House): void {
  router.get('/rest/organizationAcls', (_req, res) => {
    res.json({ elements: [{ role: 'ADMINISTRATOR', organization: OWNER, state: 'APPROVED' }] });
  });
  router.get('/rest/organizations/:id', (req, res) =>
    req.params.id === PAGE.id
      ? void res.json({ id: Number(PAGE.id), localizedName: PAGE.name, vanityName: PAGE.vanity })
      : refuse(res, 403, ['ACCESS_DENIED', 'Not enough permissions to access: organizations']),
  );
  router.get('/rest/organizationalEntityShareStatistics', (req, res) => {
    const [, id = ''] = /^List\((.*)\)$/.exec(String(req.query.shares)) ?? [];
    const zero = { impressionCount: 0, likeCount: 0, commentCount: 0, shareCount: 0, clickCount: 0 };
    res.json({ elements: wall.get(id) ? [{ share: id, totalShareStatistics: zero }] : [] });
  });
}

const refuse = (res: Response, status: number, [code, message]: [string, string]): void =>
  void res.status(status).json({ status, code, message });
