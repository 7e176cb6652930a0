import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDraft } from '../../../src/contacts/drafts.ts';
import { keepUpload } from '../../../src/contacts/uploads.ts';
import { addEndpoint } from '../../../src/deliveries/webhooks/endpoints.ts';
import type { Ground } from '../../../src/ground.ts';

const ACTOR = 'cli:bench';
const PEOPLE = 'name,email\nശ്രീജ മേനോൻ,sreeja@upload.example\nRavi Kumar,ravi@upload.example\n';

/** What lies about: pictures, files of contacts on their way in, a program that is told what happens. */
export async function makeShelf(ground: Ground): Promise<void> {
  await ground.sql.query(PICTURES);
  await ground.sql.query(SIZES);
  const dir = await mkdtemp(path.join(tmpdir(), 'wecare-bench-'));
  const from = { path: path.join(dir, 'people.csv'), fileName: 'people.csv' };
  try {
    await writeFile(from.path, PEOPLE);
    await makeDraft(ground, from, ACTOR);
    const request = { lists: ['Supporters'], purpose: 'appeals', basis: 'form' };
    await keepUpload(ground, from, { request, actor: ACTOR });
  } finally {
    await rm(dir, { recursive: true });
  }
  await addEndpoint(ground, { url: 'https://hooks.example/wecare', events: ['delivery.bounced'] }, ACTOR);
}

/** Their bytes are not there: pages show the names. */
const PICTURES = `
INSERT INTO asset (id, hash, kind, mime, width, height, bytes, name, alt, credit, made_by, created_at)
SELECT md5('asset ' || n)::uuid, md5('asset ' || n) || md5('hash ' || n), 'picture', 'image/jpeg', 1600, 900, 180000, 'Picture ' || n,
       '{"en": "Two nurses on their way", "ml": "രണ്ട് നഴ്സുമാർ"}', 'We Care', 'staff1@kssm.example', now() - make_interval(days => n)
  FROM generate_series(1, 300) n ON CONFLICT DO NOTHING`;

const SIZES = `
INSERT INTO asset_file (asset_id, width, ext, height, hash, bytes)
SELECT id, wide, 'jpg', wide * 9 / 16, md5(id::text || wide) || md5(wide || id::text), wide * 80 FROM asset, unnest(ARRAY[320, 640, 1200]) AS wide
ON CONFLICT DO NOTHING`;
