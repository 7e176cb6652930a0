import type { NetworkName } from '../../../../channels/social.ts';

/** What must be applied for before programs may publish; words are `social.apply.NETWORK` in the catalogues. */
export interface Applying {
  /** Where one applies; null where nothing is to be applied for. */
  at: string | null;
  /** Usual days until it is granted, from and to. */
  days: [number, number];
}

/** By what the vendors say and applicants tell; their own pages are the last word. */
export const applying: Record<NetworkName, Applying> = {
  x: { at: 'https://developer.x.com/en/portal', days: [1, 7] },
  facebook: { at: 'https://developers.facebook.com/docs/app-review', days: [7, 28] },
  instagram: { at: 'https://developers.facebook.com/docs/instagram-platform/app-review', days: [7, 28] },
  threads: { at: 'https://developers.facebook.com/docs/threads/get-started', days: [7, 28] },
  linkedin: { at: 'https://developer.linkedin.com/product-catalog', days: [7, 30] },
  telegram: { at: 'https://t.me/BotFather', days: [0, 0] },
  mastodon: { at: null, days: [0, 0] },
  bluesky: { at: 'https://bsky.app/settings/app-passwords', days: [0, 0] },
  youtube: { at: 'https://support.google.com/youtube/contact/yt_api_form', days: [14, 45] },
  whatsapp: { at: 'https://business.facebook.com/', days: [7, 28] },
  sms: { at: 'https://trueconnect.jio.com/', days: [7, 21] },
  hand: { at: null, days: [0, 0] },
  'google-plus': { at: null, days: [0, 0] },
};
