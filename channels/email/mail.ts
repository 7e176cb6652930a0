import { createHash } from 'node:crypto';
import { type MailFile, nest } from './files.ts';
import { AddressError, cleanValue, header, mailboxHeader } from './headers.ts';
import { type CompiledPart, compilePart } from './mime.ts';
import { type Out, openOut, writeBytes, writeText } from './out.ts';
import { parseSlots, type SlotNode, TemplateError } from './slots.ts';
import { asHtml, asText, fillSlots, type Values } from './values.ts';

/** What a run sends in one language. Plain JSON; the texts and headers are limited Handlebars. */
export interface MailTemplate {
  fromName: string;
  fromAddress: string;
  replyTo: string | null;
  subject: string;
  /** A complete document, MJML already compiled. */
  html: string;
  text: string;
  /** BCP 47 */
  language: string;
  /** Further headers, such as `['List-Unsubscribe', '<https://x.example/u/{{token}}>']`. */
  headers: [name: string, value: string][];
  /** What each mail carries besides, the same for everybody. */
  files?: MailFile[];
}

export interface MailRecipient {
  address: string;
  name: string | null;
  token: string;
  /** With or without its angle brackets. */
  messageId: string;
  date: Date;
  values: Values;
}

export interface CompiledMail {
  /**
   * The whole message: pure ASCII, CRLF line ends, no line longer than 998 and none that begins with
   * a dot. Templates see `values` and besides them `token`, `address` and, where `values` has none,
   * `name`.
   * @throws AddressError when the recipient's address or the Message-ID cannot stand in a header
   */
  render(to: MailRecipient): string;
  /**
   * The same in a buffer that is used again and again: the one given, or a larger one when it is too
   * small; behind `room` free bytes, none unless said. Files it carries are its `tail`.
   */
  write(to: MailRecipient, scratch: Buffer, room?: number): Out;
}

/**
 * Turns a template into pre-encoded segments and slots, so that one recipient costs a join and the
 * encoding of their values. RFC 5322, 2045, 2046, 2047.
 *
 * @throws TemplateError with line and column when a template is not of the limited Handlebars, or a
 *   header may not be set; AddressError when a sender's address is malformed
 */
export function compileMail(template: MailTemplate): CompiledMail {
  const boundary = boundaryOf(template);
  const text = compilePart(parseSlots(template.text).nodes, asText);
  const html = compilePart(parseSlots(template.html).nodes, asHtml);
  const subject = slotHeader('Subject', template.subject);
  const extras = template.headers.map(([name, value]) => slotHeader(checkedName(name), value));
  const start = senderHeaders(template);
  const tree = nest(boundary, template.files);
  const end = `MIME-Version: 1.0\r\n${header('Content-Language', template.language)}${tree.head}`;
  const beforeText = partHead(boundary, 'text/plain', text);
  const beforeHtml = partHead(boundary, 'text/html', html);
  const write = (to: MailRecipient, scratch: Buffer, room = 0): Out => {
    const out = openOut(scratch, room);
    const values = { ...to.values, token: to.token, address: to.address, name: to.values.name ?? to.name };
    let head = start + mailboxHeader('To', to) + subject(values);
    head += `Date: ${mailDate(to.date)}\r\n${messageId(to.messageId)}`;
    for (const extra of extras) head += extra(values);
    writeText(out, head + end + beforeText);
    text.write(out, values);
    writeText(out, beforeHtml);
    html.write(out, values);
    if (template.files?.length) out.tail = tree.tail;
    else writeBytes(out, tree.tail);
    return out;
  };
  const render = (to: MailRecipient) => {
    const { bytes, at, tail } = write(to, Buffer.alloc(FIRST_BYTES));
    return bytes.toString('latin1', 0, at) + (tail ? tree.tail.toString('latin1') : '');
  };
  return { render, write };
}

const FIRST_BYTES = 16 * 1024;

/** `=_` can stand neither in quoted-printable nor in base64. The same template gives the same boundary. */
function boundaryOf({ html, text }: MailTemplate): string {
  return `=_${createHash('sha256').update(html).update('\0').update(text).digest('hex').slice(0, 32)}`;
}

function senderHeaders({ fromName, fromAddress, replyTo }: MailTemplate): string {
  const from = mailboxHeader('From', { name: fromName, address: fromAddress });
  return replyTo === null ? from : from + mailboxHeader('Reply-To', { name: null, address: replyTo });
}

const partHead = (boundary: string, type: string, { encoding }: CompiledPart) =>
  `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;

/** A header that is folded once when nothing in it changes, else for each recipient. */
function slotHeader(name: string, source: string): (values: Values) => string {
  const nodes: SlotNode[] = parseSlots(source).nodes;
  if (nodes.every((node) => typeof node === 'string')) {
    const fixed = header(name, nodes.join(''));
    return () => fixed;
  }
  return (values) => header(name, fillSlots(nodes, values, asText));
}

const OURS = /^(?:from|sender|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*|dkim-.*)$/i;

function checkedName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(name) && !OURS.test(name)) return name;
  const reason = `The header “${cleanValue(name)}” cannot be set. Remove it from the message's headers.`;
  throw new TemplateError(reason, { line: 1, column: 1 });
}

/** RFC 5322 section 3.3, in UTC. */
function mailDate(date: Date): string {
  if (date !== lastDate) {
    lastDate = date;
    lastText = date.toUTCString().replace('GMT', '+0000');
  }
  return lastText;
}
// The mails of a piece have one date.
let lastDate: Date | undefined;
let lastText = '';

function messageId(id: string): string {
  const bare = id.replace(/^<|>$/g, '');
  if (/^[!-;=?-~]{3,240}$/.test(bare)) return `Message-ID: <${bare}>\r\n`;
  throw new AddressError(
    `“${cleanValue(id)}” is not a Message-ID: it holds a space or a bracket, or is too long.`,
  );
}
