import type { Network, NetworkName } from '../../../channels/social.ts';
import type { Queryable } from '../../db.ts';
import { networkOf } from '../../deliveries/publications/connected.ts';
import type { Draft } from '../../deliveries/publications/plant.ts';
import { type Costs, costOf } from '../../deliveries/publications/rates.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { CODE_LENGTH, ensureLinks } from '../../links/links.ts';
import { say } from '../../say.ts';
import type { Target } from '../audience.ts';
import { type PostDocument, variantFor } from './document.ts';
import { fitMedia } from './fitted.ts';
import { type Part, partsOf } from './parts.ts';
import { openPost } from './posts.ts';
import { problemWords } from './words.ts';

export type CheckGround = Pick<Ground, 'sql' | 'config' | 'keys'>;

/** What one account will show, and what it costs. */
export interface Checked {
  account: { id: string; name: string; channel: NetworkName; mode: string; lostAt: Date | null };
  language: string;
  parts: Part[];
  /** Paise. */
  cost: number;
  bearer: string | null;
  /** What keeps the whole from being published there, said. */
  refused: string[];
}

interface AccountRow {
  id: string;
  name: string;
  channel: NetworkName;
  mode: string;
  lostAt: Date | null;
  costs: Costs | null;
}

type Link = NonNullable<PostDocument['link']>;
/** What stands in the text for a link. */
type ShowLink = (link: Link) => Promise<string>;

/** What each account of a post will show, as it is now. @throws Refusal when there is no such post */
export async function checkPost(ground: CheckGround, messageId: string): Promise<Checked[]> {
  const post = await openPost(ground, messageId);
  return checkAll(ground, post, (link) => linkShown(ground, messageId, link));
}

/** The same of what is typed and not kept: its short links are as long as ours, and lead nowhere yet. */
export const checkDocuments = (ground: CheckGround, typed: Typed): Promise<Checked[]> =>
  checkAll(ground, typed, async ({ url, short }) =>
    short ? `${ground.config.publicUrl}/l/${'x'.repeat(CODE_LENGTH)}` : url,
  );

interface Typed {
  accounts: Target[];
  /** By language. */
  documents: Record<string, PostDocument>;
}

async function checkAll(
  ground: CheckGround,
  { accounts, documents }: Typed,
  show: ShowLink,
): Promise<Checked[]> {
  return Promise.all(
    (await accountsOf(ground.sql, accounts)).map(({ target, account }) =>
      checkOne(ground, { show, account, language: target.language, document: documents[target.language] }),
    ),
  );
}

interface Checking {
  show: ShowLink;
  account: AccountRow;
  language: string;
  document: PostDocument | undefined;
}

async function checkOne(
  ground: CheckGround,
  { show, account, language, document }: Checking,
): Promise<Checked> {
  const { costs, ...seen } = account;
  const bearer = costs?.bearer ?? null;
  try {
    if (!document) throw new Refusal(say`Nothing is written in ${language} for ${account.name} yet.`);
    const network = networkOf(account.channel);
    const parts = await renderFor(ground, { show, document, language, network });
    const refused = parts.flatMap(({ problems }) => problems.filter(({ hard }) => hard).map(problemWords));
    const cost = parts.reduce((sum, { content }) => sum + costOf(costs, content), 0);
    return { account: seen, language, parts, cost, bearer, refused: refused.map(String) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { account: seen, language, parts: [], cost: 0, bearer, refused: [error.message] };
  }
}

interface Rendering {
  show: ShowLink;
  document: PostDocument;
  language: string;
  network: Network;
}

async function renderFor(
  ground: CheckGround,
  { show, document, language, network }: Rendering,
): Promise<Part[]> {
  const { media: shown, link } = variantFor(document, network.name);
  const { limits } = network;
  const media = await Promise.all(shown.map((one) => fitMedia(ground, { shown: one, limits, language })));
  const shownLink = link ? await show(link) : null;
  return partsOf({ document, language, network, media, shownLink });
}

async function linkShown(ground: CheckGround, messageId: string, { url, short }: Link): Promise<string> {
  if (!short) return url;
  const code = (await ensureLinks(ground, messageId, [url])).get(url);
  return `${ground.config.publicUrl}/l/${code}`;
}

async function accountsOf(
  sql: Queryable,
  targets: Target[],
): Promise<{ target: Target; account: AccountRow }[]> {
  const { rows } = await sql.query<AccountRow>(
    'SELECT id, name, channel, mode, lost_at AS "lostAt", costs FROM account WHERE id = ANY ($1::uuid[])',
    [targets.map(({ account }) => account)],
  );
  return targets.flatMap((target) => {
    const account = rows.find(({ id }) => id === target.account);
    return account ? [{ target, account }] : [];
  });
}

/** @throws Refusal (409) that names every account which would not take it, and why */
export async function requirePublishable(ground: CheckGround, messageId: string): Promise<Checked[]> {
  const checked = await checkPost(ground, messageId);
  if (!checked.length) throw new Refusal(say`Choose at least one account that publishes it.`, 409);
  const wrong = checked.filter(({ refused }) => refused.length);
  if (wrong.length) {
    const lines = wrong.map(
      ({ account, language, refused }) => `${account.name} (${language}): ${refused.join(' ')}`,
    );
    throw new Refusal(say`Not every network would take it. ${lines.join('; ')}`, 409);
  }
  return checked;
}

/** A run's publications. */
export const draftsOf = (checked: Checked[]): Draft[] =>
  checked.flatMap(({ account, language, parts }) =>
    parts.map(({ kind, content }, n) => ({ accountId: account.id, language, part: n + 1, kind, content })),
  );
