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

const PAGES = [
  { id: '2000000001', name: 'We Care Kerala (practice)', access_token: 'facebook-practice-page' },
  {
    id: '2000000002',
    name: 'We Care Kerala, districts (practice)',
    access_token: 'facebook-practice-page-2',
  },
];

interface House {
  /** Posts, videos and comments, visible or not. */
  posts: Map<string, Seen & { published: boolean; page: string }>;
  photos: Map<string, Seen['media'][number]>;
  album: Album;
  uploads: Map<string, { video: string; size: number; bytes: Buffer }>;
  nextId(): string;
}

/** Pages of Facebook on this computer: the Graph API as the adapter uses it. */
export function openFacebook(weather: Weather = fairWeather()): SocialStandIn {
  let last = 3_000_000_000;
  const nextId = () => String(++last);
  const house: House = {
    posts: new Map(),
    photos: new Map(),
    uploads: new Map(),
    album: openAlbum(),
    nextId,
  };
  const line: Fault[] = [];
  const whole = express.Router();
  const router = express.Router();
  const trouble = troubled(line, weather, refusals);
  addDoors(router);
  router.use(signedIn(new Set(PAGES.map((page) => page.access_token))), ...forms);
  addPage(router, house);
  addVideos(router, house, trouble);
  addPosts(router, house, trouble);
  whole.use('/v24.0', router);
  const timeline = () => [...house.posts.values()].filter(({ published }) => published);
  return {
    ...{ network: 'facebook', router: whole, weather, timeline, picture: house.album.picture },
    fault: (next) => void line.push(next),
    accounts: PAGES.map(({ id, name, access_token }) => ({
      ...{ name, credentials: { accessToken: access_token, expiresAt: null }, settings: { page: id } },
    })),
  };
}

/** A person's token for a code, a long one for that, and each page's for the long one. */
function addDoors(router: Router): void {
  const codes = new Map<string, string>();
  const short = new Set<string>();
  const long = new Set<string>();
  addConsent(router, {
    ...{ path: '/dialog/oauth', title: 'Facebook', account: 'We Care' },
    grant({ redirect_uri = '', scope = '' }) {
      if (!scope.split(',').includes('pages_manage_posts')) return null;
      const code = newToken();
      codes.set(code, redirect_uri);
      return code;
    },
  });
  router.post('/oauth/access_token', ...forms, (req, res) => {
    const { grant_type, code, redirect_uri, fb_exchange_token, client_secret } = req.body ?? {};
    const renews = grant_type === 'fb_exchange_token' && short.delete(fb_exchange_token);
    const enters = !grant_type && codes.get(code) === redirect_uri && codes.delete(code);
    if (!client_secret || !(renews || enters)) return refuse(res, 100);
    const access_token = newToken();
    (renews ? long : short).add(access_token);
    res.json({ access_token, token_type: 'bearer', expires_in: renews ? 5_184_000 : 3600 });
  });
  router.get('/me/accounts', signedIn(long), (_req, res) => {
    const data = PAGES.map((page) => ({ ...page, link: `https://www.facebook.com/${page.id}` }));
    res.json({ data, paging: { cursors: { before: 'a', after: 'b' } } });
  });
}

function addPage(router: Router, { posts, photos, album, nextId }: House): void {
  router.post('/:page/photos', (req, res) => {
    const { file, published, alt_text_custom } = req.body as Record<string, string> & { file?: Part };
    if (!file || published !== 'false') return refuse(res, 324);
    const id = nextId();
    photos.set(id, album.keep({ ...file, alt: alt_text_custom }));
    res.json({ id });
  });
  router.post('/:page/feed', (req, res) => {
    const { message = '', published, ...rest } = req.body as Record<string, string>;
    const attached = Object.entries(rest).filter(([name]) => name.startsWith('attached_media['));
    const media = attached.map(([, json]) => photos.get(JSON.parse(json).media_fbid));
    if (media.includes(undefined) || (!message && !media.length) || published !== 'false')
      return refuse(res, 100);
    const page = String(req.params.page);
    const id = `${page}_${nextId()}`;
    posts.set(id, seen({ id, page, text: message, media: media as Seen['media'] }));
    res.json({ id });
  });
}

const seen = (post: Pick<Seen, 'id' | 'text' | 'media'> & { page: string; replyTo?: string }) => ({
  ...{ replyTo: null, at: new Date(), published: false, url: `https://www.facebook.com/${post.id}` },
  ...{ account: PAGES.find(({ id }) => id === post.page)?.name ?? '', ...post },
});

/** In three phases; the last makes it visible. */
function addVideos(
  router: Router,
  { posts, uploads, album, nextId }: House,
  trouble: express.RequestHandler,
): void {
  const path = '/:page/videos';
  router.post(path, (req, res, next) => {
    const { upload_phase, file_size, upload_session_id, start_offset, file } = req.body;
    if (upload_phase === 'finish') return trouble(req, res, next);
    if (upload_phase === 'start') {
      const [video, session] = [nextId(), nextId()];
      uploads.set(session, { video, size: Number(file_size), bytes: Buffer.alloc(0) });
      return void res.json({
        video_id: video,
        upload_session_id: session,
        start_offset: '0',
        end_offset: file_size,
      });
    }
    const upload = uploads.get(upload_session_id);
    if (!upload || !file || Number(start_offset) !== upload.bytes.length) return refuse(res, 6001, 1363037);
    upload.bytes = Buffer.concat([upload.bytes, file.bytes]);
    res.json({ start_offset: String(upload.bytes.length), end_offset: String(upload.size) });
  });
  router.post(path, (req, res) => {
    const upload = uploads.get(req.body.upload_session_id);
    if (!upload || upload.bytes.length !== upload.size) return refuse(res, 6000, 1363019);
    const media = [album.keep({ mime: 'video/mp4', bytes: upload.bytes })];
    const post = { id: upload.video, page: String(req.params.page), text: req.body.description ?? '', media };
    posts.set(upload.video, { ...seen(post), published: true });
    res.json({ success: true });
  });
}

function addPosts(router: Router, { posts, nextId }: House, trouble: express.RequestHandler): void {
  router.get('/:id/comments', (req, res) => {
    const under = [...posts.values()].filter(({ replyTo }) => replyTo === req.params.id).reverse();
    res.json({ data: under.map(({ id, text, page }) => ({ id, message: text, from: { id: page } })) });
  });
  router.post('/:id/comments', trouble, (req, res) => {
    const above = posts.get(String(req.params.id));
    if (!above?.published) return refuse(res, 100, 33);
    const id = `${above.id.split('_').at(-1)}_${nextId()}`;
    const comment = { id, page: above.page, text: req.body.message, media: [], replyTo: above.id };
    posts.set(id, { ...seen(comment), published: true });
    res.json({ id });
  });
  router.get('/:id/insights', (req, res) => {
    if (!posts.has(req.params.id)) return refuse(res, 100, 33);
    const told = Object.entries({ post_total_media_view_unique: 240, post_clicks: 9 });
    res.json({ data: told.map(([name, value]) => ({ name, period: 'lifetime', values: [{ value }] })) });
  });
  router.get('/:id', (req, res) => {
    const page = PAGES.find(({ id }) => id === req.params.id);
    const post = posts.get(req.params.id);
    if (page)
      return void res.json({ id: page.id, name: page.name, link: `https://www.facebook.com/${page.id}` });
    if (!post) return refuse(res, 100, 33);
    const summary = { total_count: 4 };
    const counts = {
      reactions: { data: [], summary },
      comments: { data: [], summary },
      shares: { count: 2 },
    };
    res.json({ id: post.id, is_published: post.published, published: post.published, ...counts });
  });
  router.post('/:id', trouble, (req, res) => {
    const post = posts.get(String(req.params.id));
    if (!post || req.body.is_published !== 'true') return refuse(res, 100, 33);
    Object.assign(post, { published: true, at: new Date() });
    res.json({ success: true });
  });
  router.delete('/:id', (req, res) => {
    if (!posts.delete(req.params.id)) return refuse(res, 100, 33);
    res.json({ success: true });
  });
}
