import { createHash, createPrivateKey, hash, type KeyObject, sign } from 'node:crypto';
import { type Out, openOut, writeText } from './out.ts';

export interface DkimKey {
  domain: string;
  selector: string;
  /** PEM, RSA of 2048 bits or more, or Ed25519. */
  privateKey: string;
}
export interface Dkim {
  /** Bytes that must be free in front of a message for all its signatures. */
  room: number;
  /**
   * Puts a DKIM-Signature for each key of the From address's domain in front of the message; one of
   * every key when none is of that domain. Signing happens on the thread pool, and the message must stay
   * as it is until it is done.
   */
  sign(message: Out): Promise<void>;
}

const SIGNED = [
  ...['From', 'To', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'],
  ...['Content-Language', 'List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID'],
];

/**
 * Opens the keys once. RFC 6376 with c=relaxed/simple, RFC 8463 for Ed25519. From is signed once more
 * than it occurs, so that a second one put in front breaks the signature.
 *
 * @throws Error with what to change, when a key cannot be read or is too weak (RFC 8301: below 2048 bits)
 */
export function openDkim(keys: DkimKey[]): Dkim {
  const signers = keys.map(openKey);
  return {
    room: signers.reduce((sum, { room }) => sum + room, 0),
    async sign(message) {
      const { headers, bodyHash } = digest(message);
      const chosen = choose(signers, domainOf(headers));
      const signatures = await Promise.all(chosen.map((signer) => signer.sign(headers, bodyHash)));
      putInFront(message, signatures.join(''));
    },
  };
}

/** The same for a message that is text already, of one byte a character. */
export async function signText({ room, sign }: Dkim, message: string): Promise<string> {
  const out = openOut(Buffer.allocUnsafe(room + message.length), room);
  writeText(out, message);
  await sign(out);
  return out.bytes.toString('latin1', out.from, out.at);
}

function putInFront(message: Out, text: string): void {
  if (text.length > message.from) throw new Error('There is no room for a signature before the message.');
  message.from -= text.length;
  message.bytes.write(text, message.from, 'latin1');
}

interface Canonical {
  /** Names as in h=, colon-separated and folded. */
  names: string;
  /** The signed headers, relaxed, each with its CRLF. */
  lines: string;
}
interface Signer {
  domain: string;
  /** Bytes of its header at most. */
  room: number;
  sign(canonical: Canonical, bodyHash: string): Promise<string>;
}

function openKey({ domain, selector, privateKey }: DkimKey): Signer {
  const key = readKey(privateKey, `${selector}._domainkey.${domain}`);
  const rsa = key.asymmetricKeyType === 'rsa';
  const fixed = `v=1; a=${rsa ? 'rsa' : 'ed25519'}-sha256; c=relaxed/simple;\r\n d=${domain}; s=${selector};`;
  const tagsOf = (names: string, bodyHash: string) => `${fixed}\r\n h=${names};\r\n bh=${bodyHash};\r\n b=`;
  const relaxed = keepLast((names) => relax(tagsOf(names, '#')).split('#') as [string, string]);
  const headerOf = (value: string, signature: Buffer) => `DKIM-Signature: ${value}${inLines(signature)}\r\n`;
  const longest = Buffer.alloc(rsa ? (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 : 64);
  return {
    domain: domain.toLowerCase(),
    room: headerOf(tagsOf(foldNames([...SIGNED, 'From'].join(':')), '='.repeat(44)), longest).length,
    async sign({ names, lines }, bodyHash) {
      const data = Buffer.from(`${lines}dkim-signature:${relaxed(names).join(bodyHash)}`, 'latin1');
      const signature = rsa
        ? await signWith('sha256', data, key)
        : await signWith(null, hash('sha256', data, 'buffer'), key);
      return headerOf(tagsOf(names, bodyHash), signature);
    },
  };
}

function readKey(pem: string, where: string): KeyObject {
  const key = createPrivateKey(pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'rsa' && bits >= 2048)) return key;
  throw new Error(`The DKIM key of ${where} must be RSA of at least 2048 bits, or Ed25519. Make a new one.`);
}

/** With a callback, so that libuv's threads do it. */
const signWith = (algorithm: string | null, data: Buffer, key: KeyObject) =>
  new Promise<Buffer>((resolve, reject) => {
    sign(algorithm, data, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });

/** Base64 folded after 72 characters. By hand: by a regular expression it takes longer than the body's hash. */
function inLines(signature: Buffer): string {
  const text = signature.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += 72) lines.push(text.slice(at, at + 72));
  return lines.join('\r\n ');
}

const HEADERS_END = Buffer.from('\r\n\r\n');

function digest({ bytes, from, at, tail }: Out): { headers: Canonical; bodyHash: string } {
  const message = bytes.subarray(from, at);
  const end = message.indexOf(HEADERS_END);
  const headers = message.toString('latin1', 0, end === -1 ? message.length : end + 2);
  const body = end === -1 ? Buffer.alloc(0) : message.subarray(end + HEADERS_END.length);
  // A tail ends as section 3.4.3 wants a body to end.
  const bodyHash = tail
    ? createHash('sha256').update(body).update(tail).digest('base64')
    : hash('sha256', simpleBody(body), 'base64');
  return { headers: canonicalHeaders(headers), bodyHash };
}

/** RFC 6376 section 3.4.3: all empty lines at the end count as one line break. */
function simpleBody(body: Buffer): Buffer {
  const endsWithBreak = (length: number) => body[length - 1] === 0x0a && body[length - 2] === 0x0d;
  let { length } = body;
  while (endsWithBreak(length)) length -= 2;
  const rest = body.subarray(0, length + 2);
  return rest.length === length + 2 ? rest : Buffer.concat([rest, Buffer.from('\r\n')]);
}

/** RFC 6376 section 3.4.2, in the order of `SIGNED`; each occurs once in our messages. */
function canonicalHeaders(headers: string): Canonical {
  const values: (string | undefined)[] = [];
  for (let at = 0, end = 0; at < headers.length; at = end) {
    end = fieldEnd(headers, at);
    const colon = headers.indexOf(':', at);
    const place = colon < 0 ? undefined : placeOf(headers.slice(at, colon));
    if (place !== undefined) values[place] = headers.slice(colon + 1, end);
  }
  const present = SIGNED.filter((_, place) => values[place] !== undefined);
  const lines = values.map((value, place) => (value === undefined ? '' : canonicalLine(place, value)));
  return { names: namesFolded([...present, 'From'].join(':')), lines: lines.join('') };
}

/** Behind the line break of the field that begins here; what is folded belongs to it. */
function fieldEnd(headers: string, from: number): number {
  let end = headers.indexOf('\r\n', from);
  while (end >= 0 && (headers[end + 2] === ' ' || headers[end + 2] === '\t'))
    end = headers.indexOf('\r\n', end + 2);
  return end < 0 ? headers.length : end + 2;
}

const PLACES = new Map(SIGNED.map((name, place) => [name, place]));
const LOWER = SIGNED.map((name) => name.toLowerCase());

/** Its place in `SIGNED`; ours are spelled as there. */
function placeOf(name: string): number | undefined {
  const place = PLACES.get(name) ?? LOWER.indexOf(name.trim().toLowerCase());
  return place < 0 ? undefined : place;
}

/** Most headers of a run are the same in all its mails. */
const lastLines: ({ value: string; line: string } | undefined)[] = [];
function canonicalLine(place: number, value: string): string {
  const last = lastLines[place];
  if (last?.value === value) return last.line;
  const line = `${LOWER[place]}:${relax(value)}\r\n`;
  lastLines[place] = { value, line };
  return line;
}

/** Most values hold nothing to change; to look is a third of what replacing takes. */
function relax(value: string): string {
  const unfolded = value.includes('\r\n') ? value.replaceAll('\r\n', '') : value;
  return (/\t| {2}/.test(unfolded) ? unfolded.replace(/[ \t]+/g, ' ') : unfolded).trim();
}

const foldNames = (names: string) => names.replace(/(.{40,64}:)(?=.)/g, '$1\r\n  ');

/** All mails of a run have the same headers. */
const namesFolded = keepLast(foldNames);

function keepLast<Made>(make: (from: string) => Made): (from: string) => Made {
  let last: { from: string; made: Made } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}

function domainOf({ lines }: Canonical): string {
  return /^from:.*@([^\s>]+)/m.exec(lines)?.[1]?.toLowerCase() ?? '';
}

/** Alignment as DMARC sees it, relaxed: the domain itself or one below it. */
function choose(signers: Signer[], domain: string): Signer[] {
  const own = signers.filter((signer) => domain === signer.domain || domain.endsWith(`.${signer.domain}`));
  return own.length > 0 ? own : signers;
}
