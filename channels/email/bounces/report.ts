import { type Headers, readHeaders } from './read.ts';
import { bareAddress } from './text.ts';

const MOST_RECIPIENTS = 1000;

export interface Report {
  address: string;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`, or empty. */
  action: string;
  status: string;
  diagnostic: string;
}

/**
 * The per-recipient groups of a delivery status (RFC 3464, 2.3), at most 1000. Takes the text of a
 * `message/delivery-status`, or any text in which such fields stand; answers none if there are none.
 */
export function readReport(text: string): Report[] {
  const groups: Map<string, string>[] = [];
  for (const block of text.split(/\n[ \t]*\n/)) {
    const fields = readHeaders(block);
    const last = groups.at(-1);
    if (ofRecipient(fields)) groups.push(new Map(fields));
    else if (last) for (const [name, value] of fields) if (!last.has(name)) last.set(name, value);
    if (groups.length >= MOST_RECIPIENTS) break;
  }
  return groups.map(toReport).filter(({ address, action, status }) => address || action || status);
}

const ofRecipient = (fields: Headers): boolean =>
  ['final-recipient', 'original-recipient', 'x-actual-recipient'].some((name) => fields.has(name)) ||
  (fields.has('action') && fields.has('status'));

function toReport(fields: Headers): Report {
  const names = ['final-recipient', 'original-recipient', 'x-actual-recipient'];
  const address = names.map((name) => bareAddress(fields.get(name) ?? '')).find(Boolean) ?? '';
  return {
    address,
    action: /^[a-z]+/i.exec(fields.get('action') ?? '')?.[0].toLowerCase() ?? '',
    status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '',
    diagnostic: said(fields) || commentOf(fields.get('status') ?? ''),
  };
}

/** Postfix's letter to its postmaster: the session as it ran (`In:`, `Out:`), up to the refusal. */
export function readSession(text: string): Report | undefined {
  if (!/^ ?Out: \d\d\d/m.test(text)) return undefined;
  const refusal = /^ ?Out: ([45]\d\d .{0,500})$/m.exec(text)?.[1];
  if (!refusal) return undefined;
  const address = bareAddress(/^ ?In: {1,3}RCPT\s{1,9}TO:(.{0,300})/im.exec(text)?.[1] ?? '');
  return { address, action: 'failed', status: '', diagnostic: refusal };
}

const said = (fields: Headers): string =>
  (fields.get('diagnostic-code') ?? '').slice(0, 4000).replace(/^[\w-]{1,40}\s{0,9};\s{0,9}/, '');

/** Some servers say why beside the code: `5.1.10 (host/domain does not accept mail)`. */
const commentOf = (status: string): string => /\(([^()]{1,500})\)/.exec(status)?.[1] ?? '';
