import { networks } from '../../../channels/networks.ts';
import type { NetworkName } from '../../../channels/social.ts';
import { formatMoment, type Language } from '../../i18n.ts';
import type { SocialSandbox } from './social.ts';
import type { Seen, SocialStandIn } from './stand-in.ts';

/** How a network shows what is said on it. */
const LOOKS: Partial<Record<NetworkName, 'bubble' | 'article' | 'photo' | 'video'>> = {
  ...{ telegram: 'bubble', whatsapp: 'bubble', sms: 'bubble' },
  ...{ facebook: 'article', linkedin: 'article', instagram: 'photo', youtube: 'video' },
};

/** Threads of one network that are shown; whoever wants more asks the network. */
const MOST = 60;

export const titleOf = (name: NetworkName): string => networks[name]?.title ?? name;

/** One network as its follower sees it: the newest thread first, a thread from its first part on. */
export function timelineOf(standIn: SocialStandIn, language: Language) {
  const { network: name } = standIn;
  const seen = standIn.timeline();
  const look = LOOKS[name] ?? 'feed';
  const threads = threadsOf(seen).slice(-MOST).reverse();
  return {
    ...{ name, title: titleOf(name), initial: titleOf(name).slice(0, 1), look },
    count: seen.length,
    threads: threads.map((posts) => ({
      posts: posts.map((post) => shown(post, { standIn, look, language })),
      joined: posts.length > 1,
    })),
  };
}

/** Each reply stands under what began its thread, in the order in which they came. */
function threadsOf(seen: Seen[]): Seen[][] {
  const threads = new Map<string, Seen[]>();
  for (const post of seen) {
    const thread = (post.replyTo && threads.get(post.replyTo)) || [];
    thread.push(post);
    threads.set(post.id, thread);
  }
  return [...new Set(threads.values())];
}

interface Showing {
  standIn: SocialStandIn;
  look: string;
  language: Language;
}

function shown({ account, text, at, media, url }: Seen, { standIn, look, language }: Showing) {
  const [headline, ...rest] = look === 'video' ? text.split('\n') : [null, text];
  return {
    ...{
      who: account,
      initial: account.slice(0, 1),
      moment: formatMoment(at, language),
      iso: at.toISOString(),
    },
    ...{ headline, pieces: piecesOf(rest.join('\n')), url: /^https?:/.test(url) ? url : null },
    pictures: media.filter(({ kind }) => kind === 'picture').map((one) => pictureOf(standIn, one)),
    videos: media
      .filter(({ kind }) => kind === 'video')
      .map(({ bytes, mime }) => ({ mime, size: sizeOf(bytes) })),
    many: media.length > 1,
  };
}

const pictureOf = ({ network, picture }: SocialStandIn, { hash, alt }: Seen['media'][number]) => ({
  src: picture?.(hash) ? `/sandbox/social/media/${network}/${hash}` : null,
  alt,
});

const sizeOf = (bytes: number): string =>
  bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** What can be followed in a text, and what stands between. */
const FOLLOWED =
  /(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)]|(?<![\p{L}\p{M}\p{N}_&/])#[\p{L}\p{M}\p{N}_\u200c\u200d]+)/giu;

const piecesOf = (text: string) =>
  text
    .split(FOLLOWED)
    .map((words, n) => ({
      words,
      tag: n % 2 === 1 && words.startsWith('#'),
      link: n % 2 === 1 && /^h/i.test(words),
    }))
    .filter(({ words }) => words !== '');

/** Every network that is played, with how much is to be seen on it. */
export const countsOf = ({ standIns }: SocialSandbox) =>
  [...standIns.values()].map((standIn) => ({
    name: standIn.network,
    title: titleOf(standIn.network),
    count: standIn.timeline().length,
  }));
