import type { Laid } from '../../../campaigns/phone/reading.ts';
import type { Reading } from '../shell.ts';

const ICONS = { image: 'image', video: 'play', document: 'doc' } as const;
const SIGNS = { url: 'globe', reply: 'chat', call: 'phone' } as const;

/** A text with what stands around it, as a page shows it. @param publicUrl under which our own pictures lie */
export const laidView = (
  { t }: Pick<Reading, 't'>,
  publicUrl: string,
  { header, media, needs, text, footer, buttons }: Laid,
) => ({
  ...{ header, text, footer },
  media: media && {
    ...{ name: media.name, icon: ICONS[media.kind] },
    src: media.kind === 'image' && media.url.startsWith(publicUrl) ? media.url.slice(publicUrl.length) : null,
  },
  needs: needs && { icon: ICONS[needs], text: t('phone-template.header.kind', { kind: needs }) },
  buttons: buttons.map(({ kind, ...one }) => ({ ...one, icon: SIGNS[kind] })),
});
