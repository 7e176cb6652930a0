import { mergeFields } from '../contacts/fields.ts';
import type { Connection, Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { say } from '../say.ts';
import { requireLanguage } from './audience.ts';
import { compileSource } from './content.ts';
import { findPictures, type Pictures } from './pictures.ts';

/** What an author writes in one language. */
export interface Content {
  subject: string;
  preheader?: string | undefined;
  /** MJML or JSON blocks, with limited Handlebars. */
  body: string;
}

/** By language tag. */
export type Contents = Record<string, Content>;

/** What an edit says anew; the rest stays as it is in that language. */
export type Rewording = Record<string, Partial<Content>>;

/** A row of message_version in the making. */
export interface Compiled {
  language: string;
  subject: string;
  preheader: string;
  source: string;
  html: string;
  text: string;
}

/** What was compiled, with sentences for its author about what could be better. */
export interface Compilation {
  compiled: Compiled[];
  warnings: string[];
}

/**
 * Compiles what was written, each language by itself.
 * @throws Refusal that names the language, and line and column where the body is at fault
 */
export async function compileContents(
  { sql, config }: { sql: Queryable; config: Ground['config'] },
  contents: Contents,
): Promise<Compilation> {
  const fields = await mergeFields(sql);
  const compiled: Compiled[] = [];
  const warnings: string[] = [];
  for (const [tag, content] of Object.entries(contents)) {
    const language = requireLanguage(tag);
    const showing = { sql, publicUrl: config.publicUrl, language };
    const pictures = await findPictures(showing, content.body);
    const { warnings: more, ...parts } = await compileOne({ language, content, fields, pictures });
    compiled.push({ language, source: content.body, ...parts });
    warnings.push(...more.map((sentence) => `In ${language}: ${sentence}`));
  }
  return { compiled, warnings };
}

/**
 * Completes an edit with what is written already.
 * @throws Refusal for a language that is new and not given whole
 */
export async function completeContents(
  sql: Queryable,
  message: { id: string; version: number },
  rewording: Rewording,
): Promise<Contents> {
  const { rows } = await sql.query<Content & { language: string }>(
    `SELECT language, subject, preheader, source AS body FROM message_version
      WHERE message_id = $1 AND version = $2`,
    [message.id, message.version],
  );
  const complete: Contents = {};
  for (const [tag, { subject, preheader, body }] of Object.entries(rewording)) {
    const known = rows.find(({ language }) => language === requireLanguage(tag));
    const whole = { subject: subject ?? known?.subject, body: body ?? known?.body };
    complete[tag] = requireWhole(tag, { ...whole, preheader: preheader ?? known?.preheader });
  }
  return complete;
}

/** @throws Refusal when the subject or the body is missing */
export function requireWhole(language: string, { subject, preheader, body }: Partial<Content>): Content {
  if (subject !== undefined && body !== undefined) return { subject, preheader, body };
  throw new Refusal(say`What is written in ${language} needs a subject and a body.`);
}

interface Compiling {
  language: string;
  content: Content;
  fields: string[];
  pictures: Pictures;
}

async function compileOne({ language, content, fields, pictures }: Compiling) {
  const { subject, preheader = '', body } = content;
  if (!subject.trim()) throw new Refusal(say`The subject in ${language} is empty.`);
  try {
    return await compileSource({ subject, preheader, body, language }, fields, pictures);
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(say`In ${language}: ${error.sentence}`, error.status);
    throw error;
  }
}

/** What a message says now, as its text part has it. */
export async function writtenOf(
  sql: Queryable,
  { id, version }: { id: string; version: number },
): Promise<{ language: string; subject: string; preheader: string; text: string }[]> {
  const { rows } = await sql.query(
    `SELECT language, subject, preheader, text FROM message_version
      WHERE message_id = $1 AND version = $2 ORDER BY language`,
    [id, version],
  );
  return rows;
}

/** The languages of a version. */
export async function languagesOf(
  connection: Queryable,
  messageId: string,
  version: number,
): Promise<string[]> {
  const { rows } = await connection.query<{ language: string }>(
    'SELECT language FROM message_version WHERE message_id = $1 AND version = $2 ORDER BY language',
    [messageId, version],
  );
  return rows.map(({ language }) => language);
}

export interface NewVersion {
  messageId: string;
  /** The one before. */
  version: number;
  compiled: Compiled[];
  /** What is not among the compiled languages is not carried over. */
  alone?: boolean;
}

/**
 * Writes the version after `version`: what is new, and the other languages as they were.
 * @returns its number; the same as before when nothing that was written differs
 */
export async function addVersion(
  connection: Connection,
  { messageId, version, compiled, alone = false }: NewVersion,
): Promise<number> {
  if (!(await differs(connection, { messageId, version, compiled }))) return version;
  const next = version + 1;
  for (const { language, subject, preheader, source, html, text } of compiled) {
    await connection.query(
      `INSERT INTO message_version (message_id, version, language, subject, preheader, source, html, text)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [messageId, next, language, subject, preheader, source, html, text],
    );
  }
  if (alone) return next;
  await connection.query(
    `INSERT INTO message_version (message_id, version, language, subject, preheader, source, html, text)
     SELECT message_id, $3, language, subject, preheader, source, html, text FROM message_version
      WHERE message_id = $1 AND version = $2 AND language <> ALL ($4)`,
    [messageId, version, next, compiled.map(({ language }) => language)],
  );
  return next;
}

/** Writes the version after `version`, saying the same. @returns its number */
export async function copyVersion(
  connection: Connection,
  messageId: string,
  version: number,
): Promise<number> {
  await connection.query(
    `INSERT INTO message_version (message_id, version, language, subject, preheader, source, html, text)
     SELECT message_id, version + 1, language, subject, preheader, source, html, text FROM message_version
      WHERE message_id = $1 AND version = $2`,
    [messageId, version],
  );
  return version + 1;
}

/** Compared as compiled, so that a new release of the compiler makes a new version too. */
async function differs(
  connection: Connection,
  { messageId, version, compiled }: { messageId: string; version: number; compiled: Compiled[] },
): Promise<boolean> {
  const { rows } = await connection.query<Compiled>(
    'SELECT language, subject, preheader, source, html, text FROM message_version WHERE message_id = $1 AND version = $2',
    [messageId, version],
  );
  const known = new Map(rows.map((row) => [row.language, row]));
  const parts = ['subject', 'preheader', 'source', 'html', 'text'] as const;
  return compiled.some((now) => parts.some((part) => known.get(now.language)?.[part] !== now[part]));
}
