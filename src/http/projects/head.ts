import { plainOf } from '../../pages/prose.ts';
import { asksForGifts, type PublicProject } from '../../pages/published.ts';
import { brandOf } from '../brand.ts';
import { type Card, cardOf } from '../card.ts';
import type { Web } from '../web.ts';
import { giveHref, projectPath } from './address.ts';
import type { Showing } from './shown.ts';
import { summaryOf, titleOf, writtenIn } from './words.ts';

/** What a project's page says of itself to search engines, and where it is shared. */
export function projectCard(web: Web, showing: Showing): Card {
  const { project, language, publicUrl } = showing;
  const path = projectPath(project.slug);
  const [title, summary] = [titleOf(project, language), plainOf(summaryOf(project, language))];
  const address = `${publicUrl}${path}?lang=${language}`;
  return cardOf(web, {
    ...{ language, path, title, description: summary || title, written: writtenIn(project.content) },
    picture: { src: `${publicUrl}${path}/card-${language}.png`, alt: title, width: 1200, height: 630 },
    feeds: [
      { type: 'application/rss+xml', title, href: `${publicUrl}${path}/feed.rss?lang=${language}` },
      {
        ...{ type: 'application/json+oembed', title },
        href: `${publicUrl}/oembed?url=${encodeURIComponent(address)}&format=json`,
      },
    ],
    linked: linkedData(web, showing, { title, summary, address }),
  });
}

/** As schema.org has it: the project, and, while it asks for gifts, how one gives. */
function linkedData(
  web: Web,
  { project, language, publicUrl, now }: Showing,
  { title, summary, address }: { title: string; summary: string; address: string },
) {
  const organiser = {
    '@type': 'GovernmentOrganization',
    name: brandOf(web, language).identity.name,
    url: publicUrl,
  };
  const about = {
    ...{ '@type': 'Project', name: title, description: summary, url: address, inLanguage: language },
    ...{ foundingDate: project.publishedAt.toISOString().slice(0, 10), parentOrganization: organiser },
    ...areaOf(project),
  };
  const action = {
    ...{ '@type': 'DonateAction', name: title, recipient: organiser, object: about },
    target: `${publicUrl}${giveHref(project.slug, `?lang=${language}`)}`,
  };
  const graph = asksForGifts(project, now) ? [about, action] : [about];
  return { '@context': 'https://schema.org', '@graph': graph };
}

const areaOf = ({ district }: PublicProject) => ({
  areaServed: { '@type': 'AdministrativeArea', name: district ? `${district}, Kerala` : 'Kerala' },
});
