import type { Language } from '../../i18n.ts';
import type { ShownOccasion } from '../../pages/occasions/shown.ts';
import { dayWords, kindWord, namesOf, titleOf } from '../../pages/occasions/words.ts';
import { type Card, cardOf } from '../card.ts';
import type { Web } from '../web.ts';
import { cardPath, occasionPath } from './address.ts';

/** What a family's page says of itself where its address is shared; nothing where only some may see it. */
export function occasionCard(
  web: Web,
  { page, language }: { page: ShownOccasion; language: Language },
): Card | null {
  const { code, kind, content } = page;
  if (content.visibility === 'guests') return null;
  const title = titleOf(page, language);
  const words = { names: namesOf(content), day: dayWords(content, language) };
  const src = web.ground.config.publicUrl + cardPath(code, language);
  return cardOf(web, {
    ...{ language, path: occasionPath(code), title },
    description: content.line || kindWord(language, kind, 'share', words),
    picture: { src, alt: title, width: 1200, height: 630 },
    feeds: [oembedOf(web, page, language)],
  });
}

function oembedOf({ ground }: Web, page: ShownOccasion, language: Language): Card['feeds'][number] {
  const { publicUrl } = ground.config;
  const address = `${publicUrl}${occasionPath(page.code)}?lang=${language}`;
  return {
    ...{ type: 'application/json+oembed', title: titleOf(page, language) },
    href: `${publicUrl}/oembed?url=${encodeURIComponent(address)}&format=json`,
  };
}
