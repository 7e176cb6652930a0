import { type Language, translate } from '../../i18n.ts';
import type { ShownOccasion } from '../../pages/occasions/shown.ts';
import { dayWords, kindWord, namesOf } from '../../pages/occasions/words.ts';
import { otherLanguage } from '../../reader.ts';
import { occasionPath } from './address.ts';

interface Sharing {
  page: Pick<ShownOccasion, 'code' | 'kind' | 'content'>;
  language: Language;
  publicUrl: string;
}

/** What is sent along, in both languages; the family's comes first, because their guests read it. */
export function shareText({ page, publicUrl }: Omit<Sharing, 'language'>): string {
  const tongues = [page.content.language, otherLanguage(page.content.language)];
  return [...tongues.map((tongue) => sentence(page, tongue)), publicUrl + occasionPath(page.code)].join(
    '\n\n',
  );
}

const sentence = ({ kind, content }: Sharing['page'], language: Language) =>
  kindWord(language, kind, 'share', { names: namesOf(content), day: dayWords(content, language) });

/** Ways to tell others of a page; each is a plain link, so that nobody is told who looked. */
export function sharesOf({ page, language, publicUrl }: Sharing) {
  const url = publicUrl + occasionPath(page.code);
  const text = encodeURIComponent(shareText({ page, publicUrl }));
  const [title, address] = [encodeURIComponent(namesOf(page.content)), encodeURIComponent(url)];
  return {
    ...{ url, short: url.replace(/^https?:\/\//, ''), whatsapp: `https://wa.me/?text=${text}` },
    others: [
      { name: 'Facebook', href: `https://www.facebook.com/sharer/sharer.php?u=${address}` },
      { name: 'Telegram', href: `https://t.me/share/url?url=${address}&text=${title}` },
      { name: translate(language, 'occasion.guest.share.sms'), href: `sms:?&body=${text}` },
      { name: translate(language, 'project.share.mail'), href: `mailto:?subject=${title}&body=${text}` },
    ],
    qr: `${occasionPath(page.code)}/qr.svg`,
    invitation: `${occasionPath(page.code)}/invitation.pdf`,
    table: `${occasionPath(page.code)}/table.pdf`,
    embed: page.content.visibility === 'guests' ? null : embedCode({ page, language, publicUrl }),
  };
}

/** What a family puts into a page of its own. */
export const embedCode = ({ page, language, publicUrl }: Sharing): string =>
  `<iframe src="${publicUrl}${occasionPath(page.code)}/embed?lang=${language}" title="${attribute(namesOf(page.content))}" width="${BADGE.width}" height="${BADGE.height}" style="border:0" loading="lazy"></iframe>`;

/** Pixels. */
export const BADGE = { width: 320, height: 200 };

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
