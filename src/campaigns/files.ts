import type { MailFile } from '../../channels/email/files.ts';
import type { Connection, Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { openFiles } from '../files.ts';
import type { Ground } from '../ground.ts';
import { type Asset, type AssetFile, findAsset } from '../media/assets.ts';
import { mailSize, typeOf } from '../media/served.ts';
import { say } from '../say.ts';
import { forgetFiles, type Place, settleUses } from './uses.ts';
import { copyVersion } from './versions.ts';

/** A file that a message carries. */
export interface CarriedFile {
  name: string;
  assetId: string;
  /** Shown by the text as `cid:NAME`; otherwise attached. */
  inline: boolean;
  /** As it is sent, before its transfer encoding. */
  bytes: number;
  mime: string;
}

/** What an edit changes about the files. */
export interface FileWish {
  /** Ids of assets; one of the same name is replaced. */
  attach?: string[] | undefined;
  inline?: string[] | undefined;
  /** Names of files to take away. */
  remove?: string[] | undefined;
}

/** All files of a message together; many servers refuse mails of more than 10 MB, and a phone pays for each. */
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_FILES = 20;

/** What a version of a message carries, in order. */
export async function filesOf(sql: Queryable, { messageId, version }: Place): Promise<CarriedFile[]> {
  const carried = await carriedBy(sql, { messageId, version });
  return carried.map(({ asset, file, ...one }) => ({ ...one, bytes: file.bytes, mime: typeOf(asset, file) }));
}

interface Carried {
  name: string;
  assetId: string;
  inline: boolean;
  asset: Asset;
  file: AssetFile;
}

async function carriedBy(sql: Queryable, { messageId, version }: Place): Promise<Carried[]> {
  const { rows } = await sql.query<{ name: string; assetId: string; inline: boolean }>(
    `SELECT name, asset_id AS "assetId", inline FROM message_file
      WHERE message_id = $1 AND version = $2 ORDER BY position`,
    [messageId, version],
  );
  const carried: Carried[] = [];
  for (const row of rows) carried.push(await carry(sql, row.assetId, row));
  return carried;
}

async function carry(
  sql: Queryable,
  wish: string,
  { name, inline }: { name?: string; inline: boolean },
): Promise<Carried> {
  const asset = await findAsset({ sql }, wish);
  if (inline && asset.kind !== 'picture') {
    throw new Refusal(say`${asset.name} is no picture and cannot stand in the text. Attach it.`);
  }
  const file = mailSize(asset);
  if (!file) throw new Refusal(say`${asset.name} has no file. Add it anew.`);
  return { name: name ?? asset.name, assetId: asset.id, inline, asset, file };
}

interface Carrying {
  messageId: string;
  /** The version before, 0 when there is none; and the one that is being written, which may be the same. */
  from: number;
  to: number;
}

/**
 * Changes what a message carries; without a wish the next version carries what the one before did.
 * @returns the version that carries it: another one when only the files differ
 * @throws Refusal when they are too many or too large, one is not there, or the text shows an inline
 *   picture that is not carried
 */
export async function carryFiles(
  connection: Connection,
  { messageId, from, to }: Carrying,
  wish: FileWish = {},
): Promise<number> {
  const before = await carriedBy(connection, { messageId, version: from });
  const after = await changed(connection, before, wish);
  requireSize(after);
  const same = JSON.stringify(before.map(keyOf)) === JSON.stringify(after.map(keyOf));
  const version = to === from && !same ? await copyVersion(connection, messageId, from) : to;
  if (version !== from) await write(connection, { messageId, version }, after);
  await requireCarried(connection, { messageId, version }, after);
  await forgetFiles(connection, { messageId, version });
  await settleUses(connection, { messageId, version });
  return version;
}

const keyOf = ({ name, assetId, inline }: Carried) => [name, assetId, inline];

async function changed(
  sql: Queryable,
  before: Carried[],
  { attach = [], inline = [], remove = [] }: FileWish,
) {
  const missing = remove.find((name) => !before.some((one) => one.name === name));
  if (missing !== undefined) {
    const there = before.map(({ name }) => name).join(', ') || say`none`;
    throw new Refusal(say`The message carries no ${missing}. It carries: ${there}.`);
  }
  const files = new Map(before.filter(({ name }) => !remove.includes(name)).map((one) => [one.name, one]));
  for (const wish of [
    ...attach.map((id) => ({ id, inline: false })),
    ...inline.map((id) => ({ id, inline: true })),
  ]) {
    const one = await carry(sql, wish.id, wish);
    files.set(one.name, one);
  }
  return [...files.values()];
}

function requireSize(files: Carried[]): void {
  if (files.length > MOST_FILES)
    throw new Refusal(say`A message carries ${MOST_FILES} files at most. Link to the others.`);
  const bytes = files.reduce((sum, { file }) => sum + file.bytes, 0);
  if (bytes <= MOST_BYTES) return;
  const largest = files.toSorted((a, b) => b.file.bytes - a.file.bytes)[0] as Carried;
  throw new Refusal(
    say`The files of this message have ${megabytes(bytes)} together; ${MOST_BYTES >> 20} MB are the most. Link to ${largest.name} instead: "wecare media show ${largest.assetId}" tells its address.`,
  );
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

async function write(connection: Connection, { messageId, version }: Place, files: Carried[]): Promise<void> {
  for (const [position, { name, assetId, inline }] of files.entries()) {
    await connection.query(
      `INSERT INTO message_file (message_id, version, name, position, asset_id, inline)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [messageId, version, name, position, assetId, inline],
    );
  }
}

const CID = /(\bsrc\s*=\s*["']?)cid:([^"'\s<>]+)/gi;

/** A picture that the text shows and the mail does not carry would be a hole in it. */
async function requireCarried(
  connection: Connection,
  { messageId, version }: Place,
  files: Carried[],
): Promise<void> {
  const { rows } = await connection.query<{ language: string; html: string }>(
    'SELECT language, html FROM message_version WHERE message_id = $1 AND version = $2',
    [messageId, version],
  );
  const names = new Set(files.filter(({ inline }) => inline).map(({ name }) => name));
  for (const { language, html } of rows) {
    const missing = [...html.matchAll(CID)]
      .map(([, , name = '']) => decoded(name))
      .find((name) => !names.has(name));
    if (missing !== undefined) {
      throw new Refusal(
        say`The text in ${language} shows cid:${missing}, which the message does not carry. Give it with --inline ${missing}.`,
      );
    }
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replace(/&amp;/g, '&'));
  } catch {
    return name;
  }
}

/** The files of a version for its mails, and how each `cid:NAME` of the HTML becomes a Content-ID. */
export interface Cargo {
  files: MailFile[];
  /** HTML with its pictures where the mail has them. */
  pointed(html: string): string;
}

/**
 * Reads the files of a version, to be frozen with a run.
 * @param domain of the sender, for Content-IDs (RFC 2392)
 * @throws Refusal when a file's bytes are not in DATA_DIR/files
 */
export async function loadCargo(
  { sql, config }: Pick<Ground, 'sql' | 'config'>,
  place: Place,
  domain: string,
): Promise<Cargo> {
  const ids = new Map<string, string>();
  const files: MailFile[] = [];
  for (const { name, inline, asset, file } of await carriedBy(sql, place)) {
    const bytes = await openFiles(config).get(file.hash);
    if (!bytes)
      throw new Refusal(
        say`The file ${name} of the message is not in ${config.dataDir}/files on this machine. Web and workers must share that folder.`,
      );
    const cid = inline ? `${file.hash.slice(0, 24)}@${domain}` : null;
    if (cid) ids.set(name, cid);
    files.push({
      name: sentName(name, asset, file),
      type: typeOf(asset, file),
      cid,
      content: bytes.toString('base64'),
    });
  }
  const pointed = (html: string) =>
    html.replace(CID, (whole, before: string, name: string) => {
      const cid = ids.get(decoded(name));
      return cid ? `${before}cid:${cid}` : whole;
    });
  return { files, pointed };
}

/** A picture was made anew, perhaps in another format than it came in. */
const sentName = (name: string, { kind }: Asset, { ext }: AssetFile) =>
  kind === 'picture' ? `${name.replace(/\.(?:jpe?g|png|webp|gif)$/i, '')}.${ext}` : name;
