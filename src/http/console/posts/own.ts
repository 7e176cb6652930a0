import { type NetworkName, networkNames } from '../../../../channels/social.ts';
import type { PostDocument } from '../../../campaigns/posts/document.ts';
import type { Post } from '../../../campaigns/posts/posts.ts';
import { type Chosen, chosenIn, keptChosen, LANGUAGES, shownMedia, textsOf } from './chosen.ts';

/** What stands on a network in place of the link above: the same, ours, the address itself, or nothing. */
export const LINKS = ['same', 'short', 'plain', 'none'] as const;
export type LinkChoice = (typeof LINKS)[number];

/** What one network has of its own; what is empty follows the post. */
export interface Own {
  /** By language. */
  texts: Record<string, string>;
  /** Null shows those of the post. */
  media: Chosen[] | null;
  link: LinkChoice;
  /** Addresses in place of the post's, by language. */
  urls: Record<string, string>;
}
export type Owns = Partial<Record<NetworkName, Own>>;

type Link = PostDocument['link'];
type Variant = NonNullable<PostDocument['variants'][NetworkName]>;
/** What a network's part is written beside: the post in one language. */
interface Master {
  language: string;
  text: string;
  link: Link;
}

/** Those whose parts stand in the form. @param picked for the one that they are meant for */
export function ownsIn(fields: URLSearchParams, picked: { network: string; assets: string[] }): Owns {
  const text = (name: string) => (fields.get(name) ?? '').replaceAll('\r\n', '\n');
  const there = networkNames.filter((name) => fields.getAll('own').includes(name));
  return Object.fromEntries(
    there.map((name): [string, Own] => {
      const at = `own.${name}`;
      const assets = picked.network === name ? picked.assets : [];
      return [
        name,
        {
          texts: textsOf((language) => text(`${at}.${language}`)),
          media: fields.getAll('own-media').includes(name) ? chosenIn(fields, `${at}.`, assets) : null,
          link: LINKS.find((one) => one === text(`${at}.link`)) ?? 'same',
          urls: textsOf((language) => text(`${at}.${language}.link`).trim()),
        },
      ];
    }),
  );
}

/** Of a post as it is kept. */
export function keptOwns(documents: Post['documents']): Owns {
  const all = Object.values(documents);
  const differs = ({ text, media, link }: Variant) =>
    text !== undefined || media !== undefined || link !== undefined;
  const there = networkNames.filter((name) =>
    all.some(({ variants: { [name]: one } }) => one && differs(one)),
  );
  return Object.fromEntries(there.map((name) => [name, keptOwn(documents, name)]));
}

function keptOwn(documents: Post['documents'], name: NetworkName): Own {
  const variants = LANGUAGES.map((language) => ({
    language,
    master: documents[language]?.link,
    variant: documents[language]?.variants[name],
  }));
  const of = (language: string) => variants.find((one) => one.language === language);
  const link = variants.find(({ variant }) => variant?.link !== undefined);
  return {
    texts: textsOf((language) => of(language)?.variant?.text ?? ''),
    media: variants.some(({ variant }) => variant?.media)
      ? keptChosen(Object.fromEntries(variants.map((one) => [one.language, one.variant?.media])))
      : null,
    link: link ? choiceOf(link.variant?.link, link.master) : 'same',
    urls: textsOf((language) => ownAddress(of(language)?.variant?.link, of(language)?.master)),
  };
}

function choiceOf(own: Variant['link'], master: Link): LinkChoice {
  if (own === null) return 'none';
  if (!own || own.short === (master?.short ?? true)) return 'same';
  return own.short ? 'short' : 'plain';
}

const ownAddress = (own: Variant['link'], master: Link): string =>
  own && own.url !== master?.url ? own.url : '';

/** A part that begins: the texts of the post, to be changed. */
export const newOwn = (texts: Record<string, string>): Own => ({
  ...{ texts, media: null, link: 'same', urls: textsOf(() => '') },
});

/** The networks' parts of a document. @param before what the composer does not show of them stays */
export function variantsOf(owns: Owns, master: Master, before: PostDocument | undefined) {
  const all = networkNames.flatMap((name) => {
    const { text: _, media, link: __, ...rest } = before?.variants[name] ?? {};
    const own = owns[name];
    const variant = { ...rest, ...(own && variantOf(own, master, media)) };
    return Object.keys(variant).length ? [[name, variant] as const] : [];
  });
  return Object.fromEntries(all);
}

function variantOf(own: Own, { language, text: above, link: linkAbove }: Master, before: Variant['media']) {
  const text = own.texts[language] ?? '';
  const link = linkOf(own, language, linkAbove);
  return {
    // What is empty, or the same, follows when the post is changed.
    ...(text.trim() && text !== above && { text }),
    ...(own.media && { media: shownMedia(own.media, language, before) }),
    ...(link !== undefined && { link }),
  };
}

function linkOf({ link, urls }: Own, language: string, above: Link): Variant['link'] {
  if (link === 'none') return null;
  const url = urls[language] || above?.url;
  if (!url || (link === 'same' && !urls[language])) return undefined;
  return { url, short: link === 'same' ? (above?.short ?? true) : link === 'short' };
}
