import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { draftEdition } from '../../../campaigns/newsletters/editions.ts';
import {
  addItem,
  changeItem,
  findItem,
  type Item,
  type ItemPlan,
  removeItem,
} from '../../../campaigns/newsletters/items.ts';
import { findNewsletter, type Newsletter } from '../../../campaigns/newsletters/newsletters.ts';
import { type Language, languageName } from '../../../i18n.ts';
import { listAssets } from '../../../media/assets.ts';
import type { Handler, Web } from '../../web.ts';
import { readLongForm } from '../messages/posted.ts';

import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { userOf } from './deeds.ts';
import { showNewsletter } from './page.ts';
import { NEWSLETTERS, titleOf } from './words.ts';

/** What was typed of an item; `words` by language. */
interface Typed {
  words: Record<string, { title: string; text: string; alt: string }>;
  link: string;
  /** `asset:ID` of the library. */
  asset: string;
  /** Or a picture's address. */
  picture: string;
  /** A day in the writer's zone, or nothing. */
  after: string;
}

const PICTURES = 60;
const EMPTY = { title: '', text: '', alt: '' };

interface Writing {
  req: Request;
  res: Response;
  newsletter: Newsletter;
  /** Null for a new one. */
  item: Item | null;
  typed: Typed;
  refused?: { text?: string; link?: string; words?: Record<string, { title?: string; text?: string }> };
}

async function showItem(web: Web, { req, res, newsletter, item, typed, refused }: Writing): Promise<void> {
  const { t, language } = readingOf(req, res);
  const base = `${NEWSLETTERS}/${newsletter.id}`;
  const pictures = (await listAssets(web.ground, PICTURES)).filter(({ kind }) => kind === 'picture');
  const data = {
    ...{ back: base, action: item ? `${base}/items/${item.number}` : `${base}/items`, isNew: !item },
    sent: item?.edition?.state === 'sent' ? { number: item.edition.number } : null,
    drafted: item?.edition?.state === 'drafted',
    typed: { link: typed.link, picture: typed.picture, after: typed.after },
    sides: newsletter.languages.map((tag) => sideOf(tag, { typed, refused, language })),
    pictures: pictures.map(({ id, name }) => ({
      value: `asset:${id}`,
      text: name,
      selected: typed.asset === `asset:${id}`,
    })),
    refused: refused?.text ?? null,
    linkFault: refused?.link ?? null,
  };
  const title = item ? t('newsletters.item', { number: item.number }) : t('newsletters.item.new');
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'newsletter-item',
      title,
      data,
      status: refused ? 422 : 200,
      styles: ['console-newsletters.css'],
    },
    crumbs: [
      { href: NEWSLETTERS, text: t('nav.newsletters') },
      { href: base, text: titleOf(newsletter, language) },
    ],
  });
}

function sideOf(
  tag: string,
  { typed, refused, language }: Pick<Writing, 'typed' | 'refused'> & { language: string },
) {
  const faults = refused?.words?.[tag];
  return {
    ...{ tag, heading: languageName(tag, language as Language), ...(typed.words[tag] ?? EMPTY) },
    titleFault: faults?.title ?? null,
    textFault: faults?.text ?? null,
    titleName: `${tag}.title`,
    textName: `${tag}.text`,
    altName: `${tag}.alt`,
  };
}

export const beginItem: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const typed = { words: {}, link: '', asset: '', picture: '', after: '' };
  await showItem(web, { req, res, newsletter, item: null, typed });
};

export const editItem: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const item = await findItem(web.ground.sql, newsletter, Number(req.params.item) || 0);
  const { zone } = readingOf(req, res);
  const words = Object.fromEntries(
    Object.entries(item.words).map(([tag, said]) => [tag, { ...EMPTY, ...said }]),
  );
  const asset = item.picture?.startsWith('asset:') ? item.picture : '';
  const picture = asset ? '' : (item.picture ?? '');
  const after = item.publishAfter ? (DateTime.fromJSDate(item.publishAfter, { zone }).toISODate() ?? '') : '';
  await showItem(web, {
    req,
    res,
    newsletter,
    item,
    typed: { words, link: item.link ?? '', asset, picture, after },
  });
};

/** Takes a new item, or what changes of one; a drafted edition that has it is drafted anew. */
export const saveItem: Handler = (web) => async (req, res) => {
  const { t, zone } = readingOf(req, res);
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const number = Number(req.params.item) || null;
  const item = number ? await findItem(web.ground.sql, newsletter, number) : null;
  const typed = readTyped(req, newsletter);
  const again = (refused: NonNullable<Writing['refused']>) =>
    showItem(web, { req, res, newsletter, item, typed, refused });
  const faults = faultsOf(typed, t);
  if (faults) return again(faults);
  const [plan, user] = [planOf(typed, zone), userOf(res)];
  await orAgain(
    async () => {
      if (!number) await addItem(web.ground, { newsletter, user }, plan);
      else {
        const { drafted } = await changeItem(web.ground, { newsletter, user }, { number, ...plan });
        const editor = { actor: user.email, userId: user.id };
        if (drafted) await draftEdition(web.ground, { newsletter, editor });
      }
      leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, number ? 'item-changed' : 'item-added');
    },
    (refusal) => again({ text: readingOf(req, res).said(refusal) }),
  );
};

type Say = ReturnType<typeof readingOf>['t'];

/** What can be said beside a field; the rest is the domain's to refuse. */
function faultsOf({ words, link }: Typed, t: Say): Writing['refused'] | null {
  const begun = Object.entries(words).filter(([, { title, text }]) => title.trim() || text.trim());
  if (!begun.length) return { text: t('newsletters.item.empty') };
  const wrong = begun.flatMap(([tag, { title, text }]) => {
    if (title.trim() && text.trim()) return [];
    return [
      [
        tag,
        title.trim() ? { text: t('newsletters.item.no-text') } : { title: t('newsletters.item.no-title') },
      ],
    ];
  });
  const badLink = link.trim() && !/^https?:\/\/\S+\.\S+$/i.test(link.trim());
  if (!wrong.length && !badLink) return null;
  return { words: Object.fromEntries(wrong), ...(badLink && { link: t('newsletters.item.bad-link') }) };
}

function readTyped(req: Request, { languages }: Newsletter): Typed {
  const form = readLongForm(req);
  const side = (tag: string) => ({
    title: form.text(`${tag}.title`),
    text: form.text(`${tag}.text`),
    alt: form.text(`${tag}.alt`),
  });
  return {
    words: Object.fromEntries(languages.map((tag) => [tag, side(tag)])),
    ...{
      link: form.text('link'),
      asset: form.text('asset'),
      picture: form.text('picture'),
      after: form.text('after'),
    },
  };
}

/** A language in which nothing is written is left out; an edition is not due before the day has come. */
function planOf({ words, link, asset, picture, after }: Typed, zone: string): ItemPlan {
  const written = Object.entries(words).filter(([, { title }]) => title.trim());
  const day = after ? DateTime.fromISO(after, { zone }) : null;
  const shown = asset || picture.trim();
  return {
    words: Object.fromEntries(
      written.map(([tag, { title, text, alt }]) => [tag, { title, text, ...(alt.trim() && { alt }) }]),
    ),
    ...(link.trim() && { link: link.trim() }),
    ...(shown && { picture: shown }),
    ...(day?.isValid && { publishAfter: day.toJSDate() }),
  };
}

/** An item of a drafted edition leaves that first; then what is drafted says so. */
export const dropItem: Handler = (web) => async (req, res) => {
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const number = Number(req.params.item) || 0;
  const [item, user] = [await findItem(web.ground.sql, newsletter, number), userOf(res)];
  await orAgain(
    async () => {
      const editor = { actor: user.email, userId: user.id };
      if (item.edition?.state === 'drafted')
        await draftEdition(web.ground, { newsletter, editor, without: [number] });
      await removeItem(web.ground, { newsletter, user }, number);
      leadOn(res, `${NEWSLETTERS}/${newsletter.id}`, 'item-removed');
    },
    (refusal) =>
      showNewsletter(web, { req, res, refused: { form: 'item', text: readingOf(req, res).said(refusal) } }),
  );
};

/** Names what will happen before an item goes. */
export const askDropItem: Handler = (web) => async (req, res) => {
  const { t, language } = readingOf(req, res);
  const newsletter = await findNewsletter(web.ground, String(req.params.id));
  const { number, words, edition } = await findItem(web.ground.sql, newsletter, Number(req.params.item) || 0);
  const base = `${NEWSLETTERS}/${newsletter.id}`;
  const heading = (words[language] ?? Object.values(words)[0])?.title ?? String(number);
  await showConsole(web, {
    ...{ req, res, name: 'newsletter-item-remove', title: t('newsletters.item.remove') },
    data: {
      action: `${base}/items/${number}/remove`,
      back: base,
      heading,
      drafted: edition?.state === 'drafted',
      sent: edition?.state === 'sent',
    },
    crumbs: [
      { href: NEWSLETTERS, text: t('nav.newsletters') },
      { href: base, text: titleOf(newsletter, language) },
    ],
  });
};
