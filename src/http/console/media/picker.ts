import type { Ground } from '../../../ground.ts';
import { languages, translate } from '../../../i18n.ts';
import { artNames, artOf } from '../../../media/art.ts';
import { searchLibrary } from '../../../media/library.ts';
import { smallOf } from '../messages/fields.ts';
import type { Reading } from '../shell.ts';

const MOST = 60;

/** What a drawing shows, in each language. */
const altsOf = (name: string): string =>
  JSON.stringify(Object.fromEntries(languages.map((tongue) => [tongue, translate(tongue, `art.${name}`)])));

/**
 * Pictures to choose from: the latest of the library, and our drawings.
 * @param text words that must be in their name, description or credit, in any order
 */
export async function offeredPictures(
  ground: Pick<Ground, 'sql'>,
  { language, t }: Pick<Reading, 'language' | 't'>,
  text = '',
) {
  const pictures = await searchLibrary(ground, { kind: 'picture', limit: MOST, text });
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const drawings = artNames().map((name) => ({
    ...{ value: `art:${name}`, text: t(`templates.name.${name as 'thanks'}`), alts: altsOf(name) },
    thumb: `/art/${artOf(name)?.file}`,
  }));
  return [
    ...pictures.map((asset) => ({
      ...{ value: `asset:${asset.id}`, text: asset.alt[language] ?? asset.name, thumb: smallOf(asset) },
      alts: JSON.stringify(asset.alt),
    })),
    ...drawings.filter(({ text: name, value }) =>
      words.every((word) => `${name} ${value}`.toLowerCase().includes(word)),
    ),
  ];
}
