import { networks } from '../../../../channels/networks.ts';
import type { NetworkName } from '../../../../channels/social.ts';
import { KEEPS, shapesOf } from '../../../campaigns/posts/shapes.ts';
import { listSocialAccounts, type SocialAccount } from '../../../deliveries/publications/accounts.ts';
import { languageName } from '../../../i18n.ts';
import { type Asset, assetsNamed } from '../../../media/assets.ts';
import type { Web } from '../../web.ts';
import { titleIn } from '../accounts/list.ts';
import { healthOf } from '../accounts/words.ts';
import type { Reading } from '../shell.ts';
import { type Chosen, LANGUAGES } from './chosen.ts';
import { LINKS } from './own.ts';
import { lookOfAsset, picksFor } from './picks.ts';
import type { Posting } from './posting.ts';

/** What is wrong with a field, by its name in the form. */
export type Faults = Record<string, string>;

export function faultsOf({ name, sides, targets, own }: Posting, t: Reading['t']): Faults {
  const links = sides.map(({ language, link }) => [`${language}.link`, link] as const);
  const owned = Object.entries(own).flatMap(([network, { urls }]) =>
    Object.entries(urls).map(([language, url]) => [`own.${network}.${language}.link`, url] as const),
  );
  const wrong = [...links, ...owned].filter(([, url]) => url && !isAddress(url));
  const nothing = sides.every(({ text }) => !text.trim()) && !targets.length;
  return {
    ...(!name.trim() && { name: t('posts.fault.name') }),
    ...(nothing && { 'en.text': t('posts.fault.text') }),
    ...Object.fromEntries(wrong.map(([field]) => [field, t('posts.fault.link')])),
  };
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** The form's fields: texts, accounts, pictures, and which networks have a text of their own. */
export async function formView(web: Web, reading: Reading, posting: Posting, faults: Faults) {
  const accounts = await offered(web, posting);
  const shown = await assetsShown(web, posting);
  const networksShown = networksOf(accounts, posting);
  const { revision, name, short } = posting;
  return {
    ...{ revision, name, short, nameFault: faults.name ?? null },
    sides: posting.sides.map((side) => sideView(reading, side, faults)),
    accounts: accounts.map((one) => accountView(reading, one, posting, web.ground.clock.now())),
    media: chosenViews({ reading, shown }, posting.media),
    picks: await picksFor(web, reading.language),
    variants: networksShown.map((network) => variantView({ reading, shown, faults }, network, posting)),
    pickFor: networksShown
      .filter((network) => posting.own[network]?.media)
      .map((network) => ({ value: network, text: titleOf(reading, network) })),
    languages: LANGUAGES.map((tag) => ({ tag, text: languageName(tag, reading.language) })),
  };
}

function sideView(reading: Reading, side: Posting['sides'][number], faults: Faults) {
  const { language, ...texts } = side;
  return {
    ...{ lang: language, tongue: languageName(language, reading.language), ...texts },
    ...{ textFault: faults[`${language}.text`] ?? null, linkFault: faults[`${language}.link`] ?? null },
  };
}

/** Every account that takes posts, and those chosen before that are switched off by now. */
async function offered({ ground }: Web, { targets }: Posting): Promise<SocialAccount[]> {
  const all = await listSocialAccounts(ground);
  const chosen = ({ id }: SocialAccount) => targets.some(({ account }) => account === id);
  return all.filter((one) => {
    const network = networks[one.channel];
    return network?.reach === 'public' && !network.retired && (!one.disabledAt || chosen(one));
  });
}

function accountView(reading: Reading, account: SocialAccount, { targets }: Posting, now: Date) {
  const { id, name, channel } = account;
  return {
    ...{ id, name, network: titleIn(reading, channel, networks[channel]?.title ?? channel) },
    health: healthOf(reading, account, now),
    in: LANGUAGES.map((language) => ({
      ...{ value: `${id} ${language}`, text: languageName(language, reading.language) },
      chosen: targets.some((target) => target.account === id && target.language === language),
    })),
  };
}

/** The networks of the chosen accounts, and those that have a text of their own already. */
function networksOf(accounts: SocialAccount[], { targets, own }: Posting): NetworkName[] {
  const chosen = accounts.filter(({ id }) => targets.some(({ account }) => account === id));
  const names = [...chosen.map(({ channel }) => channel), ...(Object.keys(own) as NetworkName[])];
  return [...new Set(names)];
}

interface Drawing {
  reading: Reading;
  shown: Asset[];
  faults: Faults;
}

function variantView({ reading, shown, faults }: Drawing, network: NetworkName, posting: Posting) {
  const own = posting.own[network];
  const media = own?.media && chosenViews({ reading, shown }, own.media, network);
  return {
    ...{ network, title: titleOf(reading, network), own: Boolean(own), media, ownMedia: Boolean(media) },
    showsPictures: shapeNames(network).length > 0,
    links: LINKS.map((value) => ({
      ...{ value, text: reading.t(`posts.variant.link.${value}`), chosen: value === (own?.link ?? 'same') },
    })),
    texts: posting.sides.map(({ language, link }) => ({
      ...{ lang: language, name: `own.${network}.${language}`, value: own?.texts[language] ?? '' },
      ...{ label: languageName(language, reading.language), above: link || 'https://' },
      ...{ url: own?.urls[language] ?? '', fault: faults[`own.${network}.${language}.link`] ?? null },
    })),
  };
}

const titleOf = (reading: Reading, network: NetworkName): string =>
  titleIn(reading, network, networks[network]?.title ?? network);

const shapeNames = (network: NetworkName): string[] => {
  const limits = networks[network]?.limits;
  return limits ? shapesOf(limits).map(({ name }) => name) : [];
};

function assetsShown({ ground }: Web, { media, own }: Posting): Promise<Asset[]> {
  const all = [...media, ...Object.values(own).flatMap((one) => one.media ?? [])];
  return assetsNamed(ground, [...new Set(all.map(({ asset }) => asset))]);
}

/** Rows of chosen pictures. @param network whose own they are; else the post's */
function chosenViews(
  { reading, shown }: Pick<Drawing, 'reading' | 'shown'>,
  media: Chosen[],
  network?: NetworkName,
) {
  const { language, t } = reading;
  return media.flatMap(({ asset: id, alt, shape, keep }, n) => {
    const asset = shown.find((one) => one.id === id);
    if (!asset) return [];
    const at = network ? `own.${network}.` : '';
    const alts = LANGUAGES.map((tag) => ({
      ...{ name: `${at}alt.${tag}`, id: `${at}alt-${n}-${tag}`, lang: tag },
      ...{ value: alt[tag] || asset.alt[tag] || '' },
      label: t('posts.alt', { language: languageName(tag, language) }),
    }));
    const still = asset.kind === 'picture';
    return [
      {
        ...{ id, at, n, first: n === 0, alts, ...lookOfAsset(asset, language) },
        which: network ? `${id}:${network}` : id,
        shapes:
          still && network
            ? optionsOf(['', ...shapeNames(network)], shape, (name) => name || t('posts.shape.fits'))
            : null,
        keeps: still ? optionsOf(['', ...KEEPS], keep, (one) => t(`posts.keep.${one || 'look'}`)) : null,
      },
    ];
  });
}

const optionsOf = <Value extends string>(values: Value[], chosen: string, text: (value: Value) => string) =>
  values.map((value) => ({ value, text: text(value), chosen: value === chosen }));
