import type { Request } from 'express';
import { type NetworkName, networkNames } from '../../../../channels/social.ts';
import type { Target } from '../../../campaigns/audience.ts';
import type { PostDocument, PostInput } from '../../../campaigns/posts/document.ts';
import type { Post } from '../../../campaigns/posts/posts.ts';
import {
  type Chosen,
  chosenIn,
  earlier,
  isId,
  keptChosen,
  LANGUAGES,
  shownMedia,
  textsOf,
  without,
} from './chosen.ts';
import { keptOwns, newOwn, type Own, type Owns, ownsIn, variantsOf } from './own.ts';

/** What is written in one language. */
export interface Side {
  language: string;
  text: string;
  title: string;
  firstComment: string;
  link: string;
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
  /** Networks that do not follow the post in everything. */
  own: Owns;
}

/** Reads the composer's form, with what its button does. */
export function readPosting(req: Pick<Request, 'body'>): { posting: Posting; operation: string } {
  const fields = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
  const text = (name: string) => (fields.get(name) ?? '').replaceAll('\r\n', '\n');
  const network = fields.getAll('own-media').includes(text('pick-for')) ? text('pick-for') : '';
  const assets = fields.getAll('pick');
  const posting: Posting = {
    ...{ revision: Number(text('revision')) || 0, name: text('name').slice(0, 500) },
    ...{ targets: fields.getAll('to').flatMap(targetOf), short: text('short') === '1' },
    media: chosenIn(fields, '', network ? [] : assets),
    sides: LANGUAGES.map((language) => sideIn(language, text)),
    own: ownsIn(fields, { network, assets }),
  };
  return { posting, operation: text('op') };
}

const sideIn = (language: string, text: (name: string) => string): Side => ({
  ...{ language, text: text(`${language}.text`), title: text(`${language}.title`).slice(0, 500) },
  ...{ firstComment: text(`${language}.firstComment`), link: text(`${language}.link`).trim() },
});

function targetOf(value: string): Target[] {
  const [account = '', language = ''] = value.split(' ');
  return isId(account) && LANGUAGES.some((one) => one === language) ? [{ account, language }] : [];
}

/** A post as it is kept, laid out for writing. */
export function postingOf({ revision, name, accounts, documents }: Post): Posting {
  const media = Object.entries(documents).map(([language, one]) => [language, one.media]);
  const all = Object.values(documents);
  return {
    ...{ revision, name, targets: accounts, short: all.every(({ link }) => link?.short ?? true) },
    media: keptChosen(Object.fromEntries(media)),
    sides: LANGUAGES.map((language) => keptSide(language, documents[language])),
    own: keptOwns(documents),
  };
}

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
  const { language, text, title, firstComment } = side;
  const link = side.link ? { url: side.link, short } : undefined;
  return {
    ...{ text, media: shownMedia(media, language, before?.media) },
    ...{ ...(link && { link }), ...(title.trim() && { title: title.trim() }) },
    ...(firstComment.trim() && { firstComment }),
    variants: variantsOf(own, { language, text, link }, before),
  };
}

/** Does what a button of the form says; an unknown one changes nothing. */
export function operate(posting: Posting, operation: string): Posting {
  const [what, which = '', whose = which] = operation.split(':');
  const network = networkNames.find((name) => name === whose);
  if (what === 'drop') return moved(posting, network, (media) => without(media, which));
  if (what === 'up') return moved(posting, network, (media) => earlier(media, which));
  if (!network) return posting;
  const own = posting.own[network] ?? newOwn(textsAbove(posting));
  if (what === 'own') return withOwn(posting, network, own);
  if (what === 'follow') return withOwn(posting, network, undefined);
  if (what === 'pictures') return withOwn(posting, network, { ...own, media: own.media ?? posting.media });
  return what === 'same' ? withOwn(posting, network, { ...own, media: null }) : posting;
}

const textsAbove = ({ sides }: Posting) =>
  textsOf((one) => sides.find(({ language }) => language === one)?.text ?? '');

function withOwn(posting: Posting, network: NetworkName, own: Own | undefined): Posting {
  const { [network]: _, ...others } = posting.own;
  return { ...posting, own: own ? { ...others, [network]: own } : others };
}

/** Changes the pictures of the post, or those of one network. */
function moved(
  posting: Posting,
  network: NetworkName | undefined,
  change: (media: Chosen[]) => Chosen[],
): Posting {
  if (!network) return { ...posting, media: change(posting.media) };
  const own = posting.own[network];
  return own?.media ? withOwn(posting, network, { ...own, media: change(own.media) }) : posting;
}
