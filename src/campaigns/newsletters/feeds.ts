import { Feed } from 'feed';
import { v5 } from 'uuid';
import type { Ground } from '../../ground.ts';
import { editionAddress } from './address.ts';
import { headlineOf, type PublicEdition, type PublicPaper } from './archive.ts';
import { drawReading } from './library.ts';
import { escapeHtml } from './reading.ts';

export type FeedKind = 'atom' | 'rss';

export interface FeedPlan {
  paper: PublicPaper;
  editions: PublicEdition[];
  language: string;
  /** Who publishes it. */
  publisher: string;
}

export const feedAddress = (
  publicUrl: string,
  slug: string,
  { kind, language }: { kind: FeedKind; language: string },
) => `${publicUrl}/n/${slug}/feed.${kind}?lang=${language}`;

/**
 * A newsletter's editions in one language as Atom (RFC 4287) or RSS 2.0. Ids come from ours, so that they
 * stay when the address changes. The same editions give the same bytes.
 */
export async function feedOf(
  ground: Pick<Ground, 'sql' | 'config'>,
  kind: FeedKind,
  plan: FeedPlan,
): Promise<string> {
  const { paper, editions, language, publisher } = plan;
  const { publicUrl } = ground.config;
  const { title = paper.slug, description = '' } = paper.words[language] ?? {};
  const address = (of: FeedKind) => feedAddress(publicUrl, paper.slug, { kind: of, language });
  const feed = new Feed({
    ...{ title, description: description || title, language, updated: paper.changedAt, generator: false },
    ...{ id: `urn:uuid:${v5(language, paper.id)}`, link: `${publicUrl}/n/${paper.slug}?lang=${language}` },
    // Its type says a list, its code reads one.
    author: { name: publisher } as never,
    feed: address(kind),
    feedLinks: { [kind]: address(kind) },
  });
  // Titles are text in RSS and HTML in this Atom; what is described is HTML in both.
  const asTitle = (text: string) => (kind === 'atom' ? escapeHtml(text) : text);
  for (const edition of editions) {
    const reading = edition.readings.find((one) => one.language === language);
    if (!reading) continue;
    feed.addItem({
      ...{ id: `urn:uuid:${v5(language, edition.id)}`, title: asTitle(headlineOf(reading, paper)) },
      link: `${editionAddress(publicUrl, paper.slug, edition.number)}?lang=${language}`,
      ...{
        date: edition.sentAt,
        published: edition.sentAt,
        description: escapeHtml(reading.summary),
        content: await drawReading(ground, reading),
      },
    });
  }
  if (kind === 'rss') return feed.rss2();
  return feed.atom1().replace('<feed ', `<feed xml:lang="${language}" `);
}
