import { isAutoReply } from './autoreply.ts';
import { readFeedback } from './feedback.ts';
import { isReturned, type ReadMail, readMail, readWords, splitEntity } from './read.ts';
import { isHard, type Reason, reasonOfStatus, reasonOfWords } from './reasons.ts';
import { type Report, readReport, readSession } from './report.ts';
import { addressesOf, linesAbout, ownWords, readPassages, withoutAddresses } from './text.ts';

export interface Outcome {
  /** Lower case; empty where the mail names nobody. */
  address: string;
  /** Enhanced status code (RFC 3463), or empty. */
  status: string;
  /** SMTP reply code, or empty. */
  reply: string;
  reason: Reason;
  /** True where writing again is of no use. */
  hard: boolean;
}

export interface Classified {
  kind: 'bounce' | 'delayed' | 'complaint' | 'auto-reply' | 'delivered' | 'other';
  recipients: Outcome[];
  /** The type of a feedback report (RFC 5965, 3.1): `not-spam` and `auth-failure` are no complaints of a reader. */
  feedback?: string;
}

/**
 * Tells what a mail to a bounce mailbox is and whom it is about. Takes the raw bytes of one mail,
 * of which the first 10 MB count. Never throws; what it cannot place is `other`.
 */
export function classifyMail(source: Uint8Array): Classified {
  const mail = readMail(source);
  const feedback = readFeedback(mail);
  if (feedback) return complaint(feedback);
  const text = textOf(mail);
  const reports = readReports(mail, text);
  if (reports.length > 0) return fromReports(mail, reports, text);
  if (speaksOfFailure(mail, text)) return fromText(mail, text);
  if (!isAutoReply(mail.headers)) return { kind: 'other', recipients: [] };
  const address = addressesOf(mail.headers.get('from') ?? '')[0] ?? '';
  return { kind: 'auto-reply', recipients: [outcome({ ...NOTHING, address }, 'vacation')] };
}

const NOTHING: Report = { address: '', action: '', status: '', diagnostic: '' };

const complaint = ({ type, address }: { type: string; address: string }): Classified => ({
  kind: 'complaint',
  recipients: [outcome({ ...NOTHING, address }, 'feedback')],
  feedback: type,
});

/** The plain text; the marked-up text only where there is no other. */
function textOf({ leaves }: ReadMail): string {
  const plain = leaves.filter(({ type }) => type === 'text/plain' || !type.includes('/'));
  const html = leaves.filter(({ type }) => type === 'text/html');
  const words = plain.length > 0 ? plain : html;
  const joined = words.map(({ text }) => text).join('\n');
  return ownWords(plain.length > 0 ? joined : joined.slice(0, 65_536).replace(/<[^<>@]{0,2000}>/g, ' '));
}

function readReports({ leaves }: ReadMail, text: string): Report[] {
  const types = ['message/delivery-status', 'message/global-delivery-status'];
  const reports = leaves.filter(({ type }) => types.includes(type)).flatMap((leaf) => readReport(leaf.text));
  if (reports.length > 0) return reports;
  if (/^(?:final|original)-recipient:/im.test(text)) return readReport(text);
  // A provider that wraps another's bounce in its own letter names nobody itself.
  const whole = leaves[0]?.type === 'text/plain' && addressesOf(text).length < 2 ? leaves[0].text : '';
  return /^final-recipient:/im.test(whole) ? readReport(whole) : [];
}

function fromReports({ headers }: ReadMail, reports: Report[], text: string): Classified {
  const actions = new Set(reports.map(({ action }) => action || 'failed'));
  const passages = readPassages(text);
  const recipients = reports.map((report) => {
    if (DONE.has(report.action)) return outcome(report, 'delivered');
    const passage = passages.find(({ address }) => address === report.address)?.words ?? '';
    return pastGateway(headers, judge(report, passage.length > report.address.length + 12 ? passage : text));
  });
  const kind = actions.has('failed') ? 'bounce' : actions.has('delayed') ? 'delayed' : 'delivered';
  return { kind, recipients };
}

const DONE: ReadonlySet<string> = new Set(['delivered', 'relayed', 'expanded']);

const SENDERS = /mailer-?daemon|postmaster|mail delivery|mail administrator|mail system|<>\s*$/i;
const SUBJECTS =
  /undeliver|deliver\w{0,3}(?: status)? (?:notif|fail|error|problem|report|status)|fail\w{0,3} (?:notice|mail|to deliver|delivery)|delivery (?:has )?failed|returned (?:mail|message|to sender)|returning|not (?:be )?delivered|non-?delivery|mail (?:failed|failure|error|delivery)|message (?:could not|delayed|not sent)|could not be delivered|could not send|mail could|delayed|bounce|loop alert|errors? from|unable to deliver|postmaster notify|nondeliverable|unzustellbar|недоставлен|не доставлено|配信不能|送信エラー|エラー/i;
const SENTENCES =
  /(?:could(?: not|n't)|can(?:not|'t)|was not|unable to|has not|failed to|wasn't able to|not able to) (?:yet )?(?:be |been )?(?:deliver|relay|send)|delivery (?:to|has|of)[^\n]{0,80}fail|failed permanently|undeliverable|following addresses had|returned to (?:the )?sender|user unknown|failed addresses follow|failure reasons|exceeds allowed size/i;

function speaksOfFailure({ headers, leaves }: ReadMail, text: string): boolean {
  if (headers.has('x-failed-recipients')) return true;
  if (/report-type="?delivery-status/i.test(headers.get('content-type') ?? '')) return true;
  if (isVacation(headers)) return false;
  if (SENDERS.test(`${headers.get('from') ?? ''} ${headers.get('return-path') ?? ''}`)) return true;
  const subject = readWords(headers.get('subject') ?? '');
  if (SUBJECTS.test(subject)) return !/^\s*(?:re|fwd?)\s?:/i.test(subject);
  const returned = leaves.some(({ type }) => type.startsWith('message/') || type === 'text/rfc822-headers');
  return SENTENCES.test(text) && (returned || readPassages(text).length > 0);
}

const isVacation = (headers: ReadMail['headers']): boolean =>
  isAutoReply(headers) && !SENDERS.test(headers.get('from') ?? '');

function fromText(mail: ReadMail, text: string): Classified {
  const session = readSession(text);
  if (session) return { kind: 'bounce', recipients: [judge(session, '')] };
  const passages = readPassages(text);
  const named = addressesOf(mail.headers.get('x-failed-recipients') ?? '');
  const addresses = named.length > 0 ? named : passages.map(({ address }) => address);
  const about = addresses.length > 0 ? addresses : [guess(mail, text)];
  const subject = readWords(mail.headers.get('subject') ?? '');
  const recipients = about.map((address) => {
    const passage = passages.find((one) => one.address === address)?.words ?? '';
    const enough = passage.trim().length > address.length + 12;
    const lines = about.length > 1 && address ? linesAbout(address, text) : '';
    const words = enough ? passage : lines.length > address.length + 12 ? lines : text;
    const told = judge({ ...NOTHING, address }, words || subject, subject);
    // What stands behind the address may be a farewell: the reason came before it.
    const better =
      told.reason === 'undefined' && about.length === 1 ? judge({ ...NOTHING, address }, text) : told;
    return pastGateway(mail.headers, better);
  });
  if (ARRIVED.test(`${subject}\n${text}`)) {
    return {
      kind: 'delivered',
      recipients: recipients.map((one) => outcome({ ...NOTHING, ...one }, 'delivered')),
    };
  }
  return { kind: DELAYED.test(`${subject}\n${text}`) ? 'delayed' : 'bounce', recipients };
}

const ARRIVED =
  /status notification \(success\)|(?:was|has been|were) successfully (?:delivered|relayed)|successful mail delivery report/i;
const DELAYED =
  /\bdelayed\b|delivery (?:status notification \(delay\)|incomplete|delay)|still being retried|not yet been delivered|will (?:keep|continue) (?:trying|to try)|delivery attempts will continue|warning: could not send/i;

/** Nobody stands at the start of a line: the first address in the text, or to whom the returned mail went. */
function guess({ headers, leaves }: ReadMail, text: string): string {
  const own = new Set(addressesOf(`${headers.get('to') ?? ''} ${headers.get('from') ?? ''}`));
  const inText = addressesOf(text.replace(MESSAGE_ID, '')).find((address) => !own.has(address));
  if (inText) return inText;
  const original = leaves.find(({ type }) => isReturned(type));
  const to = original ? splitEntity(original.text).headers.get('to') : undefined;
  return addressesOf(to ?? '')[0] ?? '';
}

/** What stands there looks like an address and is nobody's. */
const MESSAGE_ID = /^[\s>]{0,16}message-id:.{0,998}$/gim;

const REPLY = /(?:^|[^\d.])([45]\d\d)(?=[ -])(?![ -]?\d{1,3}\.\d{1,3}\.\d{1,3}\.)/;
const STATUS = /(?:^|[^\d.])([245]\.\d\.\d{1,3})(?![\d.]*\.\d)/;
const AFTER_DATA =
  /in reply to (?:end of )?data|after (?:end of )?data|after sending data|smtp command\s{1,4}data|for (?:text|data) command|>>> data\s{1,4}<<< [45]/i;

/** Reads the diagnostic first, then what the text says, then what the code alone says. */
function judge(report: Report, passage: string, subject = ''): Outcome {
  const words = withoutAddresses(report.diagnostic);
  const around = withoutAddresses(passage);
  const status = STATUS.exec(report.diagnostic)?.[1] ?? (report.status || STATUS.exec(passage)?.[1] || '');
  const reply = REPLY.exec(report.diagnostic)?.[1] ?? REPLY.exec(passage)?.[1] ?? '';
  const reason =
    specific(`${words} ${around}`) ??
    reasonOfWords(words || around) ??
    reasonOfStatus(specificStatus(status)) ??
    reasonOfWords(around) ??
    reasonOfStatus(status) ??
    reasonOfWords(withoutAddresses(subject)) ??
    'undefined';
  const late =
    reason === 'userunknown' && !/^5\.1\./.test(status) && AFTER_DATA.test(passage) && !/account/.test(words);
  return outcome({ ...report, status }, late ? 'filtered' : passing(reason, status), reply);
}

/** A host that a name server does not know for the moment (4.x.x) may be there tomorrow (RFC 3463, 2). */
const passing = (reason: Reason, status: string): Reason =>
  reason === 'hostunknown' && status.startsWith('4.') ? 'networkerror' : reason;

/** Gateways that have taken the mail already: who they do not know may exist behind them. */
function pastGateway(headers: ReadMail['headers'], told: Outcome): Outcome {
  const gateway =
    headers.has('x-ahmailid') ||
    /surfcontrol/i.test(headers.get('x-mailer') ?? '') ||
    /^"?mail deliver system"? </i.test(headers.get('from') ?? '');
  const filtered = gateway && told.reason === 'userunknown' && !/^5\.1\./.test(told.status);
  return filtered ? { ...told, reason: 'filtered', hard: false } : told;
}

/** A program of the receiver failed, whatever the words around it are. */
const specific = (words: string): Reason | undefined =>
  /command output: |pipe to \||generated by \|/.test(words) ? 'mailererror' : undefined;

/** `5.0.0` and `5.7.1` stand for anything. */
const specificStatus = (status: string): string =>
  /^[45]\.(?:0\.0|7\.[01]|4\.7|3\.0)$/.test(status) ? '' : status;

const outcome = ({ address, status }: Report, reason: Reason, reply = ''): Outcome => ({
  ...{ address, status, reply, reason },
  hard: isHard(reason),
});
