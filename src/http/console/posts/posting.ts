import type { Request } from 'express';
import { networkNames } from '../../../../channels/social.ts';
import type { Target } from '../../../campaigns/audience.ts';
import type { PostDocument, PostInput } from '../../../campaigns/posts/document.ts';
import type { Post } from '../../../campaigns/posts/posts.ts';

/** English left, Malayalam right. */
export const LANGUAGES = ['en', 'ml'] as const;

/** What is written in one language. */
export interface Side {
  language: string;
  text: string;
  title: string;
  firstComment: string;
  link: string;
}

/** A picture or video of the library, with what it says to those who do not see it. */
export interface Chosen {
  asset: string;
  /** By language. */
  alt: Record<string, string>;
}

/** A post as it lies on somebody's screen. */
export interface Posting {
  /** Of the message, when the writing began; 0 for a new one. */
  revision: number;
  name: string;
  targets: Target[];
  /** Our short link in place of the address. */
  short: boolean;
  media: Chosen[];
  sides: Side[];
  /** Texts of networks that follow the master no longer, by network and language. */
  own: Record<string, Record<string, string>>;
}

const MOST = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the composer's form, with what its button does. */
export function readPosting(req: Pick<Request, 'body'>): { posting: Posting; operation: string } {
  const fields = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
  const text = (name: string) => (fields.get(name) ?? '').replaceAll('\r\n', '\n');
  const own = networkNames.filter((name) => fields.getAll('own').includes(name));
  const posting: Posting = {
    ...{
      revision: Number(text('revision')) || 0,
      name: text('name').slice(0, 500),
      short: text('short') === '1',
    },
    ...{ targets: fields.getAll('to').flatMap(targetOf), media: mediaIn(fields) },
    sides: LANGUAGES.map((language) => sideIn(language, text)),
    own: Object.fromEntries(
      own.map((name) => [name, textsOf((language) => text(`own.${name}.${language}`))]),
    ),
  };
  return { posting, operation: text('op') };
}

const sideIn = (language: string, text: (name: string) => string): Side => ({
  ...{ language, text: text(`${language}.text`), title: text(`${language}.title`).slice(0, 500) },
  ...{ firstComment: text(`${language}.firstComment`), link: text(`${language}.link`).trim() },
});

function targetOf(value: string): Target[] {
  const [account = '', language = ''] = value.split(' ');
  return UUID.test(account) && LANGUAGES.some((one) => one === language) ? [{ account, language }] : [];
}

/** What was chosen before in its order, and what is picked now behind it. */
function mediaIn(fields: URLSearchParams): Chosen[] {
  const alts = LANGUAGES.map((language) => [language, fields.getAll(`alt.${language}`)] as const);
  const rows = fields.getAll('asset').map((asset, n) => ({
    asset,
    alt: Object.fromEntries(alts.map(([language, all]) => [language, (all[n] ?? '').slice(0, 2000)])),
  }));
  const picked = fields.getAll('pick').map((asset) => ({ asset, alt: {} }));
  const all = [...rows, ...picked].filter(({ asset }) => UUID.test(asset));
  return [...new Map(all.toReversed().map((one) => [one.asset, one])).values()].toReversed().slice(0, MOST);
}

const textsOf = (of: (language: string) => string): Record<string, string> =>
  Object.fromEntries(LANGUAGES.map((language) => [language, of(language)]));

/** A post as it is kept, laid out for writing. */
export function postingOf({ revision, name, accounts, documents }: Post): Posting {
  const all = Object.values(documents);
  const assets = [...new Set(all.flatMap(({ media }) => media.map(({ asset }) => asset)))];
  return {
    ...{ revision, name, targets: accounts, short: all.every(({ link }) => link?.short ?? true) },
    media: assets.map((asset) => ({ asset, alt: altsOf(documents, asset) })),
    sides: LANGUAGES.map((language) => keptSide(language, documents[language])),
    own: Object.fromEntries(
      networkNames
        .filter((network) => all.some(({ variants }) => variants[network]?.text !== undefined))
        .map((network) => [
          network,
          textsOf((language) => documents[language]?.variants[network]?.text ?? ''),
        ]),
    ),
  };
}

const altsOf = (documents: Post['documents'], asset: string): Record<string, string> =>
  textsOf((language) => documents[language]?.media.find((one) => one.asset === asset)?.alt ?? '');

const keptSide = (language: string, document: PostDocument | undefined): Side => ({
  ...{ language, text: document?.text ?? '', title: document?.title ?? '' },
  ...{ firstComment: document?.firstComment ?? '', link: document?.link?.url ?? '' },
});

/** What a new post begins with. */
export const emptyPosting = (): Posting => ({
  ...{ revision: 0, name: '', targets: [], short: true, media: [], own: {} },
  sides: LANGUAGES.map((language) => keptSide(language, undefined)),
});

/**
 * What is typed, as the engine takes it: languages that are written, published in, or were kept before.
 * @param kept what the post says now: what the composer does not show of a variant stays
 */
export function documentsOf(posting: Posting, kept: Post['documents'] = {}): Record<string, PostInput> {
  const wanted = posting.sides.filter(
    ({ language, text }) =>
      text.trim() || kept[language] || posting.targets.some((target) => target.language === language),
  );
  return Object.fromEntries(
    wanted.map((side) => [side.language, documentOf(posting, side, kept[side.language])]),
  );
}

function documentOf({ media, short, own }: Posting, side: Side, before: PostDocument | undefined): PostInput {
  const { language, text, title, firstComment, link } = side;
  return {
    text,
    media: media.map(({ asset, alt }) => ({
      ...keptMedia(before, asset),
      asset,
      ...(alt[language]?.trim() && { alt: alt[language] }),
    })),
    ...(link && { link: { url: link, short } }),
    ...(title.trim() && { title: title.trim() }),
    ...(firstComment.trim() && { firstComment }),
    variants: variantsOf(own, language, before),
  };
}

/** A crop that was chosen stays with its picture. */
function keptMedia(before: PostDocument | undefined, wanted: string) {
  const crop = before?.media.find(({ asset }) => asset === wanted)?.crop;
  return crop ? { crop } : {};
}

function variantsOf(own: Posting['own'], language: string, before: PostDocument | undefined) {
  const all = networkNames.flatMap((network) => {
    const { text: _, ...rest } = before?.variants[network] ?? {};
    const text = own[network]?.[language];
    // What is left empty follows.
    const variant = { ...rest, ...(text?.trim() && { text }) };
    return Object.keys(variant).length ? [[network, variant] as const] : [];
  });
  return Object.fromEntries(all);
}

/** Does what a button of the form says; an unknown one changes nothing. */
export function operate(posting: Posting, operation: string): Posting {
  const [what, which = ''] = operation.split(':');
  const { own, media, sides } = posting;
  if (what === 'own')
    return {
      ...posting,
      own: { ...own, [which]: textsOf((one) => sides.find(({ language }) => language === one)?.text ?? '') },
    };
  if (what === 'follow')
    return { ...posting, own: Object.fromEntries(Object.entries(own).filter(([name]) => name !== which)) };
  if (what === 'drop') return { ...posting, media: media.filter(({ asset }) => asset !== which) };
  if (what === 'up')
    return {
      ...posting,
      media: earlier(
        media,
        media.findIndex(({ asset }) => asset === which),
      ),
    };
  return posting;
}

function earlier(media: Chosen[], n: number): Chosen[] {
  const [one, before] = [media[n], media[n - 1]];
  return one && before ? media.with(n - 1, one).with(n, before) : media;
}
