import { setTimeout as wait } from 'node:timers/promises';
import { NetworkFailure } from '../../../channels/failure.ts';
import type { Post } from '../../../channels/social.ts';
import type { Ground } from '../../ground.ts';
import { shortToken } from '../../links/token.ts';
import { type Sentence, say } from '../../say.ts';
import type { Claim, Grant, Ledger, Outcome } from '../ledger.ts';
import { runIsOpen } from '../plans.ts';
import type { Recipient } from '../recipients.ts';
import type { Throttle } from '../throttle.ts';
import type { PhoneAccount } from './accounts.ts';
import { judgePhone, type PhoneVerdict } from './judge.ts';
import type { PhonePlan } from './plan.ts';
import { costOf, releaseCost, reserveCost } from './spend.ts';

/** A piece of a run in hand. */
export interface Work {
  ground: Ground;
  ledger: Ledger;
  throttle: Throttle;
  account: PhoneAccount;
  plan: PhonePlan;
  epoch: bigint;
  stopping(): boolean;
  /** What an answer asks for besides: rest, or a halt. */
  heed(verdict: PhoneVerdict): Promise<void>;
}

/** Nobody stands waiting for a limit for longer; what waits stays in the ledger. */
const LONGEST_WAIT_MS = 5000;
const STEP_MS = 250;

/**
 * Sends to these, a few at once: claim, call, tell, and the next claim with it, so that each hand has one
 * message on the wire. @returns why it ended before the last, in words; null when it did not or they are said
 */
export async function sendPiece(work: Work, recipients: Recipient[]): Promise<Sentence | null> {
  const queue = recipients[Symbol.iterator]();
  const piece: Piece = { ...work, halted: false, why: null, next: () => queue.next().value };
  const hands = Math.min(work.account.connections, recipients.length);
  await Promise.all(Array.from({ length: hands }, () => goOn(piece)));
  return piece.why;
}

interface Piece extends Work {
  halted: boolean;
  why: Sentence | null;
  next(): Recipient | undefined;
}

function halt(piece: Piece, why: Sentence | null = null): void {
  piece.halted = true;
  piece.why ??= why;
}

async function goOn(piece: Piece): Promise<void> {
  const hand: Hand = { told: null };
  try {
    while (!piece.halted && !piece.stopping()) {
      if (!(await admitted(piece, hand))) return;
      const recipient = piece.next();
      if (!recipient) return;
      await sendOne(piece, hand, recipient);
    }
  } finally {
    if (hand.told) await tell(piece, hand, null);
  }
}

interface Hand {
  /** The last message's outcome goes to the ledger with the next claim. */
  told: Outcome | null;
}

function tell({ ledger }: Piece, hand: Hand, claim: Claim | null): Promise<Grant> {
  const { told } = hand;
  hand.told = null;
  return ledger.exchange(told, claim);
}

/** Waits until the account's limits allow one more; the last outcome does not wait. */
async function admitted(piece: Piece, hand: Hand): Promise<boolean> {
  const end = performance.now() + LONGEST_WAIT_MS;
  for (let ms = await piece.throttle.take(); ms > 0; ms = await piece.throttle.take()) {
    if (hand.told) await tell(piece, hand, null);
    if (performance.now() + ms > end) halt(piece);
    if (piece.halted || piece.stopping()) return false;
    await wait(Math.min(ms, STEP_MS));
  }
  return true;
}

async function sendOne(piece: Piece, hand: Hand, recipient: Recipient): Promise<void> {
  const { ground, account, plan, epoch } = piece;
  const { address, values } = recipient.mail();
  const link_token = shortToken(ground.keys, { run: plan.run, seq: recipient.seq }) ?? '';
  const post = plan.textIn(recipient.language)(address, { ...values, link_token }, account);
  const cost = { paise: costOf(account, post), at: ground.clock.now() };
  if (!(await reserveCost(ground.sql, account, cost)))
    return halt(
      piece,
      say`The account ${account.name} has reached its cap for this month. Raise the cap, or wait for the next month; it goes on by itself.`,
    );
  const grant = await tell(piece, hand, { run: plan.run, seq: recipient.seq, epoch });
  if (!grant) {
    await releaseCost(ground.sql, account, cost);
    if (!(await runIsOpen(ground, plan.run))) halt(piece);
    return;
  }
  const verdict = await attempt(piece, { post, seq: recipient.seq, attempt: grant.attempt });
  hand.told = { run: plan.run, seq: recipient.seq, ...grant, ...verdict.outcome };
  if (!['sent', 'unknown'].includes(verdict.outcome.state)) await releaseCost(ground.sql, account, cost);
  if (verdict.rest || verdict.pause) {
    halt(piece);
    await piece.heed(verdict);
  }
}

interface Attempting {
  post: Post;
  seq: number;
  attempt: number;
}

async function attempt(
  { account, plan, ground }: Piece,
  { post, seq, attempt }: Attempting,
): Promise<PhoneVerdict> {
  const wrong = account.network.validate(post).find(({ hard }) => hard);
  if (wrong) return { outcome: { state: 'failed', reason: wrong.code } };
  const key = `d-${plan.run}-${seq}`;
  try {
    const receipt = await account.session.publish({
      ...{ key, post, prepared: {}, replyTo: null, kind: 'post', since: ground.clock.now() },
    });
    return { outcome: { state: 'sent', reply: receipt.id } };
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    return judgePhone(error, { ...plan.judgement(), attempt });
  }
}
