import { z } from 'zod';
import type { Queryable } from '../db.ts';
import { type Asset, showableAssets } from '../media/assets.ts';
import type { PublicProject } from './published.ts';
import { readWall, type WallGift } from './wall.ts';

type Both = { en: string; ml: string };

/** A sponsor's promise to add to every gift, while it holds. */
export interface Offer {
  sponsor: Both;
  /** Of the gift: 100 doubles it. */
  percent: number;
  amount: bigint;
  /** What is not promised to a gift yet. */
  left: bigint;
}

export interface Sponsor {
  name: Both;
  whole: boolean;
  amount: bigint | null;
  asset: string | null;
  url: string | null;
}

const told = z.object({ title: z.string().default(''), text: z.string().default('') });
const nothing = { title: '', text: '' };
/** What an update says, as far as a page shows it. */
const UpdateContent = z.object({
  /** A report tells what the money was used for; a closing what happens now. */
  kind: z.enum(['news', 'report', 'closing']).default('news'),
  en: told.default(nothing),
  ml: told.default(nothing),
  asset: z.string().nullable().default(null),
  /** Paise of the milestone that was reached. */
  milestone: z.string().nullable().default(null),
  /** Papers of the media library, such as bills. */
  files: z.array(z.string()).default([]),
});

export interface Update extends z.output<typeof UpdateContent> {
  id: string;
  at: Date;
}

/** What stands on a project's page besides what was written there. */
export interface Figures {
  offers: Offer[];
  sponsors: Sponsor[];
  /** The newest first. */
  updates: Update[];
  wall: WallGift[];
  /** What was paid out of its fund, in paise. */
  spent: bigint;
  /** The pictures that the page shows, by id. */
  pictures: Map<string, Asset>;
  /** The papers that it leads to, by id. */
  papers: Map<string, Asset>;
}

const ON_PAGE = 10;

export async function readFigures(
  sql: Queryable,
  project: Pick<PublicProject, 'id' | 'content'>,
  now: Date,
): Promise<Figures> {
  const { id, content } = project;
  const [offers, sponsors, updates, wall, spent] = await Promise.all([
    readOffers(sql, id, now),
    readSponsors(sql, id),
    readUpdates(sql, id, now),
    readWall(sql, id, { most: ON_PAGE }),
    readSpent(sql, id),
  ]);
  const told = updates.flatMap(({ asset, files }) => [asset, ...files]);
  const shown = [...picturesIn(content), ...told, ...sponsors.map(({ asset }) => asset)];
  const assets = await showableAssets({ sql }, [
    ...new Set(shown.filter((one): one is string => one !== null)),
  ]);
  const ofKind = (wished: Asset['kind']) =>
    new Map(assets.filter(({ kind }) => kind === wished).map((asset) => [asset.id, asset]));
  return { offers, sponsors, updates, wall, spent, pictures: ofKind('picture'), papers: ofKind('file') };
}

const picturesIn = ({ cover, en, ml }: PublicProject['content']): (string | null)[] => [
  cover,
  ...[...en.story, ...ml.story].map((block) => (block.type === 'picture' ? block.asset : null)),
];

async function readOffers(sql: Queryable, projectId: string, now: Date): Promise<Offer[]> {
  const { rows } = await sql.query(
    `SELECT sponsor, percent, amount, (amount - taken - held)::bigint AS left FROM matching_offer
      WHERE project_id = $1 AND opens_at <= $2 AND ended_at IS NULL AND (closes_at IS NULL OR closes_at > $2)
      ORDER BY opens_at, id`,
    [projectId, now],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), left: BigInt(row.left) }));
}

async function readSponsors(sql: Queryable, projectId: string): Promise<Sponsor[]> {
  const { rows } = await sql.query(
    `SELECT name, whole, amount, asset_id AS asset, url FROM project_sponsor
      WHERE project_id = $1 AND ended_at IS NULL ORDER BY whole DESC, position, id`,
    [projectId],
  );
  return rows.map((row) => ({ ...row, amount: row.amount && BigInt(row.amount) }));
}

/** What was told of a project since, the newest first. */
export async function readUpdates(
  sql: Queryable,
  projectId: string,
  now: Date,
  most = 30,
): Promise<Update[]> {
  const { rows } = await sql.query<{ id: string; at: Date; content: unknown }>(
    `SELECT id, published_at AS at, content FROM project_update
      WHERE project_id = $1 AND published_at <= $2 ORDER BY published_at DESC, id DESC LIMIT $3`,
    [projectId, now, most],
  );
  return rows.map(({ id, at, content }) => ({ id, at, ...UpdateContent.parse(content) }));
}

async function readSpent(sql: Queryable, projectId: string): Promise<bigint> {
  const { rows } = await sql.query<{ spent: string }>(
    `SELECT coalesce(sum(f.spent), 0)::bigint AS spent FROM fund_day f JOIN ledger_account a ON a.code = f.account
      WHERE a.project = $1`,
    [projectId],
  );
  return BigInt(rows[0]?.spent ?? 0);
}
