import { nextPromotion } from '../../../channels/sms/hours.ts';
import { persistently, type Queryable, transaction } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type Sentence, say } from '../../say.ts';
import { restAccount } from '../accounts.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { runIsOpen } from '../plans.ts';
import { forgetQueued, putRange, type Range, takeRange } from '../ranges.ts';
import { readRecipients, settleRefused } from '../recipients.ts';
import { moveRun } from '../runs.ts';
import type { Sender } from '../sender.ts';
import { openThrottle, type Throttle } from '../throttle.ts';
import type { Registration } from '../workers.ts';
import { openPhoneAccount, type PhoneAccount, type PhoneChannel } from './accounts.ts';
import type { PhoneVerdict } from './judge.ts';
import { sendPiece, type Work } from './piece.ts';
import { loadPhonePlan, type PhonePlan } from './plan.ts';

/** Who pauses a run when the network refuses all of it. */
const ENGINE = 'engine';

/** Sends pieces of runs to telephones from this process, by the same ledger as mail. */
export function openPhoneSender(ground: Ground, registration: Registration): Sender {
  const ledgers = new Map<PhoneChannel, Promise<Ledger>>();
  const throttles = new Map<string, Throttle>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  const ledgerOf = (channel: PhoneChannel): Promise<Ledger> => {
    const ledger = ledgers.get(channel) ?? openLedger(ground.databaseUrl, registration, ground.log, channel);
    ledgers.set(channel, ledger);
    ledger.catch(() => ledgers.delete(channel));
    return ledger;
  };
  const throttleOf = ({ id, limits }: PhoneAccount): Throttle => {
    const key = `${id} ${JSON.stringify(limits)}`;
    const throttle = throttles.get(key) ?? openThrottle(ground.sql, `account:${id}`, limits);
    throttles.set(key, throttle);
    return throttle;
  };
  const deliver = async (range: Range): Promise<void> => {
    const epoch = registration.epoch();
    if (!(await runIsOpen(ground, range.run))) return forgetQueued(ground.sql, range);
    const plan = await loadPhonePlan(ground, range.run);
    const account = await openPhoneAccount(ground, plan.accountId);
    const why =
      hindrance(account, plan, ground.clock.now()) ?? (await unapproved(ground.sql, account, plan.templates));
    if (why) return noteWaiting(ground, plan.run, why);
    const work: Work = {
      ...{
        ground,
        account,
        plan,
        epoch,
        ledger: await ledgerOf(account.channel),
        throttle: throttleOf(account),
      },
      stopping: () => stopped,
      heed: (verdict) => heed(ground, { account, plan, verdict }),
    };
    if (await takeRange(ground.sql, range, epoch)) await inHand(work, range);
  };

  return {
    async deliverRange(payload) {
      if (stopped) return;
      const turn = deliver({ ...payload, run: BigInt(payload.run) });
      const ended = turn.then(
        () => undefined,
        () => undefined,
      );
      underWay.add(ended);
      await turn.finally(() => underWay.delete(ended));
    },
    async stop() {
      stopped = true;
      await Promise.all(underWay);
      for (const opening of ledgers.values()) {
        const ledger = await opening;
        await ledger.drain();
        await ledger.close();
      }
    },
  };
}

async function inHand(work: Work, range: Range): Promise<void> {
  const { ground, account, epoch } = work;
  try {
    const why = await sendPiece(work, await readRecipients(ground, range, account.id));
    if (why) await noteWaiting(ground, range.run, why);
    await settleRefused(ground, range, epoch);
  } finally {
    // A piece that stayed in the hand of a living sender would never be taken up again.
    await persistently(() => putRange(ground.sql, range, epoch));
  }
}

/** Why nothing of the run may leave now. It is looked at again by itself. */
function hindrance({ name, rests, disabled }: PhoneAccount, plan: PhonePlan, now: Date): Sentence | null {
  if (disabled)
    return say`The account ${name} is out of use. Take it back into use; then it goes on by itself.`;
  if (rests)
    return say`The account ${name} rests, because the network refused it. See "wecare phone list"; it goes on by itself.`;
  if (plan.promotional && nextPromotion(now) > now)
    return say`Promotion by SMS goes between 10:00 and 21:00 only; the rest goes on then.`;
  return null;
}

/** A network that stops a template would refuse every message, and hold them against the sender. */
async function unapproved(
  sql: Queryable,
  { id, name: account }: PhoneAccount,
  templates: PhonePlan['templates'],
): Promise<Sentence | null> {
  const { rows } = await sql.query<{ name: string; language: string }>(
    `SELECT t.name, t.language FROM channel_template t
       JOIN json_to_recordset($2) AS used (name text, language text) USING (name, language)
      WHERE t.account_id = $1 AND t.state <> 'approved' ORDER BY 1, 2 LIMIT 1`,
    [id, JSON.stringify(templates)],
  );
  const [one] = rows;
  if (!one) return null;
  return say`The network does not let the template ${one.name} in ${one.language} be sent any more, so nothing leaves by ${account}. It goes on by itself when it is approved again.`;
}

async function noteWaiting({ sql }: Ground, run: bigint, why: Sentence): Promise<void> {
  await sql.query(
    "UPDATE run SET reason = $2 WHERE id = $1 AND state = 'running' AND reason IS DISTINCT FROM $2",
    [run, String(why)],
  );
}

interface Heeding {
  account: PhoneAccount;
  plan: PhonePlan;
  verdict: PhoneVerdict;
}

async function heed(ground: Ground, { account, plan, verdict }: Heeding): Promise<void> {
  const trouble = verdict.outcome.reply ?? '';
  ground.log.warn({ account: account.id, run: String(plan.run), trouble }, 'a network refuses what is sent');
  if (verdict.rest) await restAccount(ground, account.id, { seconds: verdict.rest, trouble });
  if (verdict.pause) await pause(ground, plan.run, account);
}

async function pause({ sql }: Ground, run: bigint, { name, network }: PhoneAccount): Promise<void> {
  const reason = String(
    say`${network.title} refuses what the account ${name} sends as it stands: most often its template is not approved any more. See "wecare templates list", then resume.`,
  );
  try {
    await transaction(sql, (connection) => moveRun(connection, { run, to: 'paused', actor: ENGINE, reason }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // somebody paused or cancelled it meanwhile
  }
}
