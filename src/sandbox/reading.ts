import type { Attachment, Email } from 'postal-mime';

/** What the reading pane can show of a mail. */
export const views = ['html', 'text', 'headers', 'source'] as const;
export type View = (typeof views)[number];

/** A cid: picture larger than this stays away from the page; it can be downloaded. */
const PICTURE_LIMIT = 2 * 1024 * 1024;

/** The HTML of a mail as its reader sees it: pictures it carries put in, links opening beside it. */
export function readableHtml(email: Email): string | null {
  if (!email.html) return null;
  const html = email.html.replace(
    /\bcid:([^"'\s)>]+)/gi,
    (whole, id: string) => pictureOf(email, id) ?? whole,
  );
  const base = '<base target="_blank">';
  return /<head\b[^>]*>/i.test(html) ? html.replace(/<head\b[^>]*>/i, `$&${base}`) : `${base}${html}`;
}

/** What a mail may do on the page: show itself. No script, no form, no request but for pictures. */
export const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data: http: https:',
  'font-src data: https:',
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

export const bytesOf = ({ content }: Attachment): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);

function pictureOf(email: Email, id: string): string | undefined {
  const part = email.attachments.find(
    ({ contentId }) => contentId?.replace(/^<|>$/g, '') === decodeURIComponent(id),
  );
  if (!part || !/^image\/[\w.+-]+$/.test(part.mimeType)) return undefined;
  const bytes = bytesOf(part);
  return bytes.length > PICTURE_LIMIT
    ? undefined
    : `data:${part.mimeType};base64,${bytes.toString('base64')}`;
}
