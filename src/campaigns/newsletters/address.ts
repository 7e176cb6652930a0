import type { Ground } from '../../ground.ts';

/** Where an edition is read on the web, absolute. */
export const editionAddress = (publicUrl: string, slug: string, number: number): string =>
  `${publicUrl}/n/${slug}/${number}`;

/** The web address of the edition that a message is about to send, or null where it will have none. */
export async function editionUrl(
  { sql, config }: Pick<Ground, 'sql' | 'config'>,
  messageId: string,
): Promise<string | null> {
  const { rows } = await sql.query<{ slug: string; number: number }>(
    `SELECT n.slug, e.number FROM newsletter n JOIN edition e ON e.newsletter_id = n.id AND e.state = 'drafted'
      WHERE n.message_id = $1 AND n.public AND n.archive AND e.number IS NOT NULL`,
    [messageId],
  );
  const [row] = rows;
  return row ? editionAddress(config.publicUrl, row.slug, row.number) : null;
}
