import type { Language } from '../../../i18n.ts';
import type { OccasionDraft } from '../../../pages/occasions/make.ts';
import { occasionPath } from '../address.ts';
import { shareText } from '../shares.ts';

interface Place {
  publicUrl: string;
  language: Language;
}

/** A short address, one tap to WhatsApp with a text in both languages, the page's own first, and papers to print. */
export function sharingOf(draft: OccasionDraft, { publicUrl }: Place) {
  const href = occasionPath(draft.code);
  const text = shareText({ page: draft, publicUrl });
  const url = `${publicUrl}${href}`;
  return {
    ...{ url, shown: url.replace(/^https?:\/\//, ''), text, href },
    whatsapp: `https://wa.me/?text=${encodeURIComponent(text)}`,
    sms: `sms:?body=${encodeURIComponent(text)}`,
    ...{ invitation: `${href}/invitation.pdf`, table: `${href}/table.pdf`, qr: `${href}/qr.svg` },
  };
}
