import type { MailTemplate } from '../../channels/email/mail.ts';
import { found } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { ensureLinks } from '../links/links.ts';
import { say } from '../say.ts';
import { findLinks, rewriteLinks } from './content.ts';
import { loadCargo } from './files.ts';
import { type Parts, readLetterhead, withLetterhead } from './letterhead.ts';
import type { Message } from './messages.ts';
import { editionUrl } from './newsletters/address.ts';
import { domainOf } from './sender.ts';

type MailGround = Pick<Ground, 'sql' | 'db' | 'config'>;
type Sent = Pick<
  Message,
  'id' | 'campaignId' | 'fromName' | 'fromAddress' | 'replyTo' | 'openPixel' | 'version'
>;

/** What differs from recipient to recipient stays a slot, filled by the sender. */
const TOKEN = '{{token}}';

/**
 * What a run sends in one language: the version with its links made short, and the headers that a bulk
 * sender owes (RFC 8058, RFC 2369, RFC 2919, Gmail's Feedback-ID).
 * @throws Refusal when the version is not written in that language, or a link is no web address
 */
export async function buildMail(
  ground: MailGround,
  message: Sent,
  version: number,
  language: string,
): Promise<MailTemplate> {
  const key = { messageId: message.id, version, language };
  const row = found(
    await ground.db.messageVersion.findUnique({ where: { messageId_version_language: key } }),
    say`Version ${version} of the message is not written in ${language}.`,
  );
  const { publicUrl } = ground.config;
  const webUrl = await editionUrl(ground, message.id);
  const fill = (part: string) =>
    withWebUrl(withWays(part, publicUrl), webUrl && `${webUrl}?lang=${language}`);
  const named = withLetterhead(row, await readLetterhead(ground), language);
  const page = { html: fill(named.html), text: fill(named.text) };
  const { html, text } = await shortenLinks(ground, message.id, page);
  const place = { messageId: message.id, version };
  const { files, pointed } = await loadCargo(ground, place, domainOf(message.fromAddress));
  return {
    ...{ fromName: message.fromName, fromAddress: message.fromAddress, replyTo: message.replyTo },
    ...{ subject: row.subject, language, headers: headersOf(message, ground.config) },
    html: pointed(message.openPixel ? withPixel(html, publicUrl) : html),
    text,
    ...(files.length && { files }),
  };
}

/** Every language of a version, as `freezeRun` takes them. */
export async function buildContents(
  ground: MailGround,
  message: Sent,
): Promise<Record<string, MailTemplate>> {
  const rows = await ground.db.messageVersion.findMany({
    where: { messageId: message.id, version: message.version },
    select: { language: true },
  });
  const contents: Record<string, MailTemplate> = {};
  for (const { language } of rows) {
    contents[language] = await buildMail(ground, message, message.version, language);
  }
  return contents;
}

function headersOf(message: Sent, config: Ground['config']): MailTemplate['headers'] {
  const page = `<${unsubscribeUrl(config.publicUrl)}>`;
  const mailbox = config.RETURN_PATH_DOMAIN && `<mailto:unsubscribe+${TOKEN}@${config.RETURN_PATH_DOMAIN}>`;
  return [
    ['List-Unsubscribe', mailbox ? `${page}, ${mailbox}` : page],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['List-Id', `<${message.id}.${domainOf(message.fromAddress)}>`],
    ['Feedback-ID', `${message.campaignId}:${message.id}:email:wecare`],
  ];
}

const unsubscribeUrl = (publicUrl: string) => `${publicUrl}/u/${TOKEN}`;

const withWays = (part: string, publicUrl: string) =>
  part
    .replace(/\{\{\{?\s*unsubscribe_url\s*\}?\}\}/g, () => unsubscribeUrl(publicUrl))
    .replace(/\{\{\{?\s*preferences_url\s*\}?\}\}/g, () => `${publicUrl}/p/${TOKEN}`);

/**
 * Where a newsletter's edition has a page, `{{web_url}}` leads there. Elsewhere the slot stays and, as no
 * recipient has such a field, is empty. A test for it becomes a test for what every recipient has.
 */
const withWebUrl = (part: string, webUrl: string | null): string =>
  webUrl
    ? part
        .replace(/\{\{\s*web_url\s*\}\}/g, () => webUrl)
        .replace(/(\{\{~?\s*(?:#\s*(?:if|unless)|default)\s+)web_url\b/g, '$1token')
    : part;

/** Both parts share the codes. A link with a merge field in it differs by person and stays as it is. */
async function shortenLinks(ground: MailGround, messageId: string, { html, text }: Parts): Promise<Parts> {
  const codes = await ensureLinks(ground, messageId, findLinks(html, text));
  return rewriteLinks(html, text, (url) => {
    const code = codes.get(url);
    return code ? `${ground.config.publicUrl}/l/${code}/${TOKEN}` : url;
  });
}

function withPixel(html: string, publicUrl: string): string {
  const pixel = `<img src="${publicUrl}/o/${TOKEN}.gif" width="1" height="1" alt="" style="display:block">`;
  const end = html.toLowerCase().lastIndexOf('</body>');
  return end < 0 ? html + pixel : html.slice(0, end) + pixel + html.slice(end);
}
