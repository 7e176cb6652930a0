import { networks } from '../../../../channels/networks.ts';
import type { NetworkName } from '../../../../channels/social.ts';
import { listSocialAccounts, type SocialAccount } from '../../../deliveries/publications/accounts.ts';
import { languageName } from '../../../i18n.ts';
import { assetsNamed } from '../../../media/assets.ts';
import type { Web } from '../../web.ts';
import { titleIn } from '../accounts/list.ts';
import { healthOf } from '../accounts/words.ts';
import type { Reading } from '../shell.ts';
import { lookOfAsset, picksFor } from './picks.ts';
import { LANGUAGES, type Posting } from './posting.ts';

/** What is wrong with a field, by its name in the form. */
export type Faults = Record<string, string>;

export function faultsOf({ name, sides, targets }: Posting, t: Reading['t']): Faults {
  const links = sides.filter(({ link }) => link && !isAddress(link));
  const nothing = sides.every(({ text }) => !text.trim()) && !targets.length;
  return {
    ...(!name.trim() && { name: t('posts.fault.name') }),
    ...(nothing && { 'en.text': t('posts.fault.text') }),
    ...Object.fromEntries(links.map(({ language }) => [`${language}.link`, t('posts.fault.link')])),
  };
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** The form's fields: texts, accounts, pictures, and which networks have a text of their own. */
export async function formView(web: Web, reading: Reading, posting: Posting, faults: Faults) {
  const accounts = await offered(web, posting);
  const { revision, name, short } = posting;
  return {
    ...{ revision, name, short, nameFault: faults.name ?? null },
    sides: posting.sides.map((side) => sideView(reading, side, faults)),
    accounts: accounts.map((one) => accountView(reading, one, posting, web.ground.clock.now())),
    media: await mediaView(web, reading, posting),
    picks: await picksFor(web, reading.language),
    variants: networksOf(accounts, posting).map((network) => variantView(reading, network, posting)),
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

async function mediaView({ ground }: Web, reading: Reading, { media }: Posting) {
  const assets = await assetsNamed(
    ground,
    media.map(({ asset }) => asset),
  );
  return media.flatMap(({ asset: id, alt }, n) => {
    const asset = assets.find((one) => one.id === id);
    if (!asset) return [];
    const alts = LANGUAGES.map((tag) => ({
      ...{ name: `alt.${tag}`, id: `alt-${n}-${tag}`, lang: tag, value: alt[tag] || asset.alt[tag] || '' },
      label: reading.t('posts.alt', { language: languageName(tag, reading.language) }),
    }));
    return [{ id, first: n === 0, ...lookOfAsset(asset, reading.language), alts }];
  });
}

/** The networks of the chosen accounts, and those that have a text of their own already. */
function networksOf(accounts: SocialAccount[], { targets, own }: Posting): NetworkName[] {
  const chosen = accounts.filter(({ id }) => targets.some(({ account }) => account === id));
  const names = [...chosen.map(({ channel }) => channel), ...(Object.keys(own) as NetworkName[])];
  return [...new Set(names)];
}

function variantView(reading: Reading, network: NetworkName, { own, sides }: Posting) {
  const texts = own[network];
  return {
    ...{
      network,
      title: titleIn(reading, network, networks[network]?.title ?? network),
      own: Boolean(texts),
    },
    texts: sides.map(({ language }) => ({
      ...{ lang: language, name: `own.${network}.${language}`, value: texts?.[language] ?? '' },
      label: languageName(language, reading.language),
    })),
  };
}
