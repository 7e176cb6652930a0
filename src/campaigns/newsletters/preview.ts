import { parseSlots } from '../../../channels/email/slots.ts';
import { asHtml, asText, fillSlots } from '../../../channels/email/values.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { say } from '../../say.ts';
import { readLetterhead, withLetterhead } from '../letterhead.ts';
import { type Compiled, compileContents } from '../versions.ts';
import { editionAddress } from './address.ts';
import { composeEdition } from './compose.ts';
import { findOpen, nextNumber, siteOf } from './editions.ts';
import { listItems, newItems } from './items.ts';
import type { Newsletter } from './newsletters.ts';

export interface Preview {
  language: string;
  subject: string;
  /** As somebody reads it of whom we know nothing. */
  html: string;
}

/**
 * The next edition as it stands: what is drafted, otherwise what would be drafted now. Nothing is kept.
 * @throws Refusal when nothing is new
 */
export async function previewEdition(
  ground: PreviewGround,
  newsletter: Newsletter,
): Promise<{ drafted: boolean; languages: Preview[] }> {
  const open = await findOpen(ground.sql, newsletter.id);
  const drafted = open?.state === 'drafted';
  const compiled = drafted
    ? await written(ground, newsletter)
    : await composed(ground, newsletter, open?.dueAt);
  const number = open?.number ?? (await nextNumber(ground.sql, newsletter.id));
  const onWeb = newsletter.public && newsletter.archive;
  const webUrl = onWeb ? editionAddress(ground.config.publicUrl, newsletter.slug, number) : '';
  const values = { unsubscribe_url: '#', preferences_url: '#', web_url: webUrl };
  const letterhead = await readLetterhead(ground);
  const languages = compiled.map(({ language, subject, ...parts }) => ({
    language,
    subject: fillSlots(parseSlots(subject).nodes, values, asText),
    html: fillSlots(parseSlots(withLetterhead(parts, letterhead, language).html).nodes, values, asHtml),
  }));
  return { drafted, languages };
}

type PreviewGround = Pick<Ground, 'sql' | 'clock' | 'config'>;
type Shown = Pick<Compiled, 'language' | 'subject' | 'html' | 'text'>;

async function written({ sql }: Pick<Ground, 'sql'>, { messageId }: Newsletter): Promise<Shown[]> {
  const { rows } = await sql.query<Shown>(
    `SELECT v.language, v.subject, v.html, v.text FROM message_version v
       JOIN message m ON m.id = v.message_id AND m.version = v.version WHERE m.id = $1 ORDER BY v.language`,
    [messageId],
  );
  return rows;
}

async function composed(
  ground: PreviewGround,
  newsletter: Newsletter,
  due: Date | undefined,
): Promise<Shown[]> {
  const dueAt = due ?? ground.clock.now();
  const items = newItems(await listItems(ground, newsletter.id), dueAt);
  if (!items.length)
    throw new Refusal(say`Nothing is new for ${newsletter.slug}, so there is nothing to show.`, 409);
  const number = await nextNumber(ground.sql, newsletter.id);
  const contents = composeEdition(newsletter, { items, number, dueAt, site: siteOf(ground) });
  return (await compileContents(ground, contents)).compiled;
}
