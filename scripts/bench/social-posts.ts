import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { networks } from '../../channels/networks.ts';
import type { NetworkName } from '../../channels/social.ts';
import { addUser, type User } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { planRuns } from '../../src/campaigns/planner.ts';
import { addPost } from '../../src/campaigns/posts/posts.ts';
import { saveSocialAccount } from '../../src/deliveries/publications/accounts.ts';
import { openFiles } from '../../src/files.ts';
import type { Ground } from '../../src/ground.ts';
import { addAsset } from '../../src/media/add.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';

interface Field {
  standIns: Map<NetworkName, SocialStandIn>;
  url: string;
  due: number;
}

/** Seconds over which they are due, and until the first. */
const SPREAD = 50;
const AHEAD = 25;

/** Writes, schedules and approves posts for every network, all due within one minute. */
export async function plantPosts(ground: Ground, { standIns, url, due }: Field): Promise<void> {
  const [author, approver] = [await person(ground, 'author'), await person(ground, 'approver')];
  const accounts = await connect(ground, author, { standIns, url });
  const media = await pictures(ground, author);
  const campaignId = uuid();
  await ground.sql.query('INSERT INTO campaign (id, name) VALUES ($1, $2)', [campaignId, 'A minute']);
  const messages = deal(accounts, due);
  const ids: string[] = [];
  for (const [n, targets] of messages.entries())
    ids.push(
      await addPost(ground, { campaignId, user: author }, { ...written(n, media), accounts: targets }),
    );
  const start = DateTime.now()
    .setZone('Asia/Kolkata')
    .plus({ seconds: AHEAD + messages.length / 2 });
  for (const [n, messageId] of ids.entries()) {
    const at = start
      .plus({ seconds: Math.floor((n * SPREAD) / ids.length) })
      .toFormat("yyyy-MM-dd'T'HH:mm:ss");
    const schedule = { kind: 'once', at, zone: 'Asia/Kolkata' };
    const editor = { actor: author.email, userId: author.id };
    await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
    await approveMessage(ground, { messageId, user: approver });
  }
  await planRuns(ground);
}

const person = (ground: Ground, role: 'author' | 'approver'): Promise<User> =>
  addUser(
    ground,
    {
      email: `${role}@kssm.example`,
      name: role,
      roles: role === 'author' ? ['author', 'administrator'] : [role],
    },
    'cli:bench',
  );

interface Account {
  id: string;
  channel: NetworkName;
  /** How many of this pass it may have, by its network's own limits. */
  room: number;
}

async function connect(
  ground: Ground,
  user: User,
  { standIns, url }: Pick<Field, 'standIns' | 'url'>,
): Promise<Account[]> {
  const accounts: Account[] = [];
  for (const [channel, standIn] of standIns) {
    const [there] = standIn.accounts;
    if (!there || networks[channel]?.reach !== 'public') continue;
    const settings = { ...there.settings, endpoint: `${url}/${channel}` };
    const { credentials } = there;
    const { id } = await saveSocialAccount(ground, user, {
      ...{ network: channel, name: `${channel} bench`, mode: 'program', credentials, settings },
    });
    const rates = networks[channel]?.limits.rates ?? [];
    accounts.push({ id, channel, room: Math.min(...rates.map(({ n }) => n), 1000) });
  }
  return accounts;
}

/** Deals as many publications as are due to messages: each message on every account that has room left. */
function deal(accounts: Account[], due: number): { account: string; language: string }[][] {
  const messages: { account: string; language: string }[][] = [];
  for (let left = due; left > 0; ) {
    const targets = accounts.filter(({ room }) => room > messages.length).slice(0, left);
    if (!targets.length) throw new Error('The networks have no room for so many.');
    messages.push(targets.map(({ id }) => ({ account: id, language: 'ml' })));
    left -= targets.length;
  }
  return messages;
}

interface Shown {
  picture: string;
  video: string;
}

function written(n: number, { picture, video }: Shown) {
  const text = `ഓണാശംസകൾ! സഹായം എത്തിക്കാം. No. ${1000 + n} #WeCare`;
  const alt = 'പച്ച നിറമുള്ള ചതുരം';
  const variants = { youtube: { media: [{ asset: video, alt }], title: `Onam ${n}` } };
  const document = { text, media: [{ asset: picture, alt }], variants };
  return { name: `Post ${n}`, contents: { ml: document }, unknownPolicy: 'again' as const };
}

async function pictures(ground: Ground, user: User): Promise<Shown> {
  const background = { r: 20, g: 90, b: 60 };
  const bytes = await sharp({ create: { width: 1080, height: 1080, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const { asset } = await addAsset(
    ground,
    { name: 'square.jpg', bytes, alt: { en: 'A green square' } },
    user,
  );
  return { picture: asset.id, video: await video(ground) };
}

/** A few bytes that are called a video: nobody here decodes it. */
async function video(ground: Ground): Promise<string> {
  const bytes = Buffer.concat([
    Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'),
    randomBytes(60_000),
  ]);
  const hash = await openFiles(ground.config).put(bytes);
  const id = uuid();
  await ground.sql.query(
    `INSERT INTO asset (id, hash, kind, mime, width, height, bytes, name, made_by)
     VALUES ($1, $2, 'file', 'video/mp4', 1280, 720, $3, 'clip.mp4', 'cli:bench')`,
    [id, hash, bytes.length],
  );
  await ground.sql.query(
    "INSERT INTO asset_file (asset_id, width, ext, height, hash, bytes) VALUES ($1, 0, 'mp4', NULL, $2, $3)",
    [id, hash, bytes.length],
  );
  return id;
}
