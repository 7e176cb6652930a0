import { v7 as uuid } from 'uuid';
import { type Queryable, transaction } from '../../db.ts';
import { found, Refusal } from '../../errors.ts';
import { openFiles } from '../../files.ts';
import type { Ground } from '../../ground.ts';
import { formatOf, isPicture } from '../../media/sniff.ts';
import { say } from '../../say.ts';
import { drawPhoto, type Framing } from './photo-drawing.ts';
import { lockOccasion } from './states.ts';

type Needs = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** One size of a photograph. */
export interface PhotoFile {
  width: number;
  height: number;
  ext: 'jpg' | 'webp';
  /** Of its bytes, as src/files.ts names them. */
  hash: string;
}

export interface OccasionPhoto {
  id: string;
  /** `waiting` until a job has drawn it; `refused` tells why. */
  state: 'waiting' | 'ready' | 'refused';
  reason: string | null;
  turn: number;
  crop: Framing['crop'];
  width: number | null;
  height: number | null;
  files: PhotoFile[];
}

export const PHOTO_MOST_BYTES = 25 * 1024 * 1024;
const MOST_PHOTOS = 24;

/**
 * Takes a photograph as it came; a job makes it anew from its pixels, without place, camera or any other note.
 * @returns its id
 * @throws Refusal for what is no photograph, with what to do instead
 */
export async function addPhoto(
  ground: Needs & Pick<Ground, 'queues'>,
  occasionId: string,
  { name, bytes }: { name: string; bytes: Buffer },
): Promise<string> {
  const { sql, config, clock, queues } = ground;
  if (bytes.length > PHOTO_MOST_BYTES)
    throw new Refusal(
      say`${name} is larger than ${PHOTO_MOST_BYTES >> 20} MB. Send it to yourself by WhatsApp: that makes it smaller.`,
    );
  const format = formatOf(bytes, name);
  if (!isPicture(format)) throw new Refusal(say`${name} is no photograph. Choose a JPEG or PNG picture.`);
  const source = await openFiles(config).put(bytes);
  const id = uuid();
  await transaction(sql, async (connection) => {
    await lockOccasion(connection, occasionId);
    const { rows } = await connection.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM occasion_photo WHERE occasion_id::text = $1',
      [occasionId],
    );
    if ((rows[0]?.count ?? 0) >= MOST_PHOTOS)
      throw new Refusal(say`A page holds ${MOST_PHOTOS} photographs. Take one away before you add another.`);
    await connection.query(
      'INSERT INTO occasion_photo (id, occasion_id, source, added_at) VALUES ($1, $2, $3, $4)',
      [id, occasionId, source, clock.now()],
    );
  });
  await queues.add('occasions', [{ payload: { occasion: occasionId, photo: id }, id: `photo-${id}` }]);
  return id;
}

/** Turns a photograph, or keeps only a part of it; it is drawn anew. */
export async function framePhoto(
  { sql, queues }: Pick<Ground, 'sql' | 'queues'>,
  { occasionId, id, turn, crop }: { occasionId: string; id: string } & Framing,
): Promise<void> {
  const { rowCount } = await sql.query(
    `UPDATE occasion_photo SET turn = $3, crop = $4, state = 'waiting', reason = NULL
      WHERE id::text = $2 AND occasion_id::text = $1 AND source IS NOT NULL`,
    [occasionId, id, ((turn % 4) + 4) % 4, crop && JSON.stringify(crop)],
  );
  if (!rowCount) throw new Refusal(say`That photograph is no longer here. Add it once more.`, 404);
  await queues.add('occasions', [{ payload: { occasion: occasionId, photo: id } }]);
}

/** Takes a photograph away from its page. Its files go when nobody shows them any more. */
export async function removePhoto(
  { sql }: Pick<Ground, 'sql'>,
  { occasionId, id }: { occasionId: string; id: string },
) {
  await sql.query('DELETE FROM occasion_photo WHERE id::text = $2 AND occasion_id::text = $1', [
    occasionId,
    id,
  ]);
}

const COLUMNS = 'id, state, reason, turn, crop, width, height, files';

/** The photographs of a page, in the order they came. */
export async function photosOf(sql: Queryable, occasionId: string): Promise<OccasionPhoto[]> {
  const { rows } = await sql.query<OccasionPhoto>(
    `SELECT ${COLUMNS} FROM occasion_photo WHERE occasion_id::text = $1 ORDER BY added_at, id`,
    [occasionId],
  );
  return rows;
}

/** Draws a photograph that waits; what is no picture is refused in words that its family reads. For a job. */
export async function drawWaitingPhoto({ sql, config }: Needs, id: string): Promise<void> {
  const { rows } = await sql.query<{ source: string | null; turn: number; crop: Framing['crop'] }>(
    `SELECT source, turn, crop FROM occasion_photo WHERE id::text = $1 AND state = 'waiting'`,
    [id],
  );
  const [photo] = rows;
  if (!photo) return;
  const files = openFiles(config);
  const bytes = photo.source ? await files.get(photo.source) : null;
  try {
    const drawn = await drawPhoto(
      found(bytes, say`The photograph did not arrive whole. Add it once more.`),
      photo,
    );
    const kept: PhotoFile[] = [];
    for (const { bytes: size, ...about } of drawn.sizes) kept.push({ ...about, hash: await files.put(size) });
    await sql.query(
      `UPDATE occasion_photo SET state = 'ready', files = $2, width = $3, height = $4, phash = $5
        WHERE id::text = $1 AND state = 'waiting' AND turn = $6 AND crop IS NOT DISTINCT FROM $7::jsonb`,
      [
        ...[id, JSON.stringify(kept), drawn.width, drawn.height, drawn.phash],
        ...[photo.turn, photo.crop && JSON.stringify(photo.crop)],
      ],
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await sql.query(
      `UPDATE occasion_photo SET state = 'refused', reason = $2, source = NULL WHERE id::text = $1`,
      [...[id, error.message]],
    );
  }
}

/** Photographs that wait for a job, because a queue was emptied. @returns what to queue */
export async function waitingPhotos({
  sql,
}: Pick<Ground, 'sql'>): Promise<{ occasion: string; photo: string }[]> {
  const { rows } = await sql.query(
    `SELECT occasion_id AS occasion, id AS photo FROM occasion_photo WHERE state = 'waiting' ORDER BY added_at LIMIT 200`,
  );
  return rows;
}

/** The bytes of one size; null when a page shows it no more. */
export async function readPhotoFile(
  { sql, config }: Pick<Needs, 'sql' | 'config'>,
  { code, hash }: { code: string; hash: string },
): Promise<Buffer | null> {
  const { rowCount } = await sql.query(
    `SELECT FROM occasion_photo p JOIN occasion o ON o.id = p.occasion_id
      WHERE o.code = $1 AND o.state NOT IN ('gone', 'down') AND p.files @> jsonb_build_array(jsonb_build_object('hash', $2::text))`,
    [code, hash],
  );
  return rowCount ? openFiles(config).get(hash) : null;
}

/** The same for staff, whatever state its page is in. */
export async function readPhotoForStaff(
  { sql, config }: Pick<Needs, 'sql' | 'config'>,
  { occasionId, hash }: { occasionId: string; hash: string },
): Promise<Buffer | null> {
  const { rowCount } = await sql.query(
    `SELECT FROM occasion_photo WHERE occasion_id::text = $1 AND files @> jsonb_build_array(jsonb_build_object('hash', $2::text))`,
    [occasionId, hash],
  );
  return rowCount ? openFiles(config).get(hash) : null;
}
