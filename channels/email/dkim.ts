import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';

export interface DkimKey {
  domain: string;
  selector: string;
  /** PEM, RSA of 2048 bits or more, or Ed25519. */
  privateKey: string;
}
export interface Dkim {
  /**
   * The message with a DKIM-Signature for each key of the From address's domain in front; with one of
   * every key when none is of that domain. Signing happens on the thread pool.
   */
  sign(message: string): Promise<string>;
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
    async sign(message) {
      const { headers, body } = parts(message);
      const bodyHash = createHash('sha256').update(simpleBody(body), 'latin1').digest('base64');
      const canonical = canonicalHeaders(headers);
      const chosen = choose(signers, domainOf(canonical));
      const signed = await Promise.all(chosen.map((signer) => signer.sign(canonical, bodyHash)));
      return signed.join('') + message;
    },
  };
}

interface Canonical {
  /** Names as in h=, colon-separated. */
  names: string;
  /** The signed headers, relaxed, each with its CRLF. */
  lines: string;
}
interface Signer {
  domain: string;
  sign(canonical: Canonical, bodyHash: string): Promise<string>;
}

function openKey({ domain, selector, privateKey }: DkimKey): Signer {
  const key = readKey(privateKey, `${selector}._domainkey.${domain}`);
  const rsa = key.asymmetricKeyType === 'rsa';
  const fixed = `v=1; a=${rsa ? 'rsa' : 'ed25519'}-sha256; c=relaxed/simple;\r\n d=${domain}; s=${selector};`;
  return {
    domain: domain.toLowerCase(),
    async sign({ names, lines }, bodyHash) {
      const value = `${fixed}\r\n h=${foldNames(names)};\r\n bh=${bodyHash};\r\n b=`;
      const data = Buffer.from(`${lines}dkim-signature:${relax(value)}`, 'latin1');
      const signature = rsa ? await signWith('sha256', data, key) : await signWith(null, sha256(data), key);
      return `DKIM-Signature: ${value}${signature.toString('base64').replace(/.{72}(?=.)/g, '$&\r\n ')}\r\n`;
    },
  };
}

function readKey(pem: string, where: string): KeyObject {
  const key = createPrivateKey(pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'rsa' && bits >= 2048)) return key;
  throw new Error(`The DKIM key of ${where} must be RSA of at least 2048 bits, or Ed25519. Make a new one.`);
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();

/** With a callback, so that libuv's threads do it. */
const signWith = (algorithm: string | null, data: Buffer, key: KeyObject) =>
  new Promise<Buffer>((resolve, reject) => {
    sign(algorithm, data, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });

function parts(message: string): { headers: string; body: string } {
  const end = message.indexOf('\r\n\r\n');
  if (end === -1) return { headers: message, body: '' };
  return { headers: message.slice(0, end + 2), body: message.slice(end + 4) };
}

/** RFC 6376 section 3.4.3: all empty lines at the end count as one line break. */
function simpleBody(body: string): string {
  if (body.endsWith('\r\n') && !body.endsWith('\r\n\r\n')) return body;
  return `${body.replace(/(?:\r\n)*$/, '')}\r\n`;
}

/** RFC 6376 section 3.4.2, in the order of `SIGNED`; each occurs once in our messages. */
function canonicalHeaders(headers: string): Canonical {
  const found = new Map<string, string>();
  for (const line of headers.split(/\r\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    if (colon > 0) found.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1));
  }
  const present = SIGNED.filter((name) => found.has(name.toLowerCase()));
  const lines = present.map((name) => {
    const key = name.toLowerCase();
    return `${key}:${relax(found.get(key) as string)}\r\n`;
  });
  return { names: [...present, 'From'].join(':'), lines: lines.join('') };
}

const relax = (value: string) =>
  value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();

const foldNames = (names: string) => names.replace(/(.{40,64}:)(?=.)/g, '$1\r\n  ');

function domainOf({ lines }: Canonical): string {
  return /^from:.*@([^\s>]+)/m.exec(lines)?.[1]?.toLowerCase() ?? '';
}

/** Alignment as DMARC sees it, relaxed: the domain itself or one below it. */
function choose(signers: Signer[], domain: string): Signer[] {
  const own = signers.filter((signer) => domain === signer.domain || domain.endsWith(`.${signer.domain}`));
  return own.length > 0 ? own : signers;
}
