import express, { type Request, type Response, type Router } from 'express';
import { formatTime } from '../../i18n.ts';
import { readerLanguage } from '../../reader.ts';
import { chargeByDesk, mandateRows } from './desk-mandates.ts';
import { type Ending, endDispute, endings, raiseDispute } from './disputing.ts';
import { authorise, decline } from './paying.ts';
import { ROOT } from './place.ts';
import { Refused } from './refused.ts';
import { changed, type Settings, type SettingsChange } from './settings.ts';
import { settle } from './settling.ts';
import { type House, kept, rupees, show, word } from './show.ts';
import type { Records } from './store.ts';
import { type Counter, counterOf, ownerOf } from './vendor.ts';

const ROWS = 50;
const SIGNS = {
  created: 'deferred',
  authorized: 'sending',
  captured: 'sent',
  refunded: 'held',
  failed: 'failed',
};
/** Numbers that the page can change: where they stand, their largest value, their step. */
const NUMBERS = [
  { name: 'duplicates', max: 10, step: 1 },
  { name: 'delayMs', max: 86_400_000, step: 1 },
  { name: 'jitterMs', max: 86_400_000, step: 1 },
  { name: 'lost', max: 1, step: 0.01 },
  { name: 'latencyMs', max: 60_000, step: 1 },
  { name: 'refundMs', max: 3_600_000, step: 1 },
] as const;
const FAULTS = ['none', 'status', 'silent', 'cut'] as const;

/** What happened lately, and how the stand-in is to behave. */
export function addDesk(router: Router, house: House): void {
  const form = express.urlencoded({ extended: false });
  const back = (req: Request, res: Response) => res.redirect(303, kept(req, ROOT));
  router.use('/payments', sameSite);
  router.use('/settlement', sameSite);
  router.use('/mandates', sameSite);
  router.use('/settings', sameSite);
  router.use('/questions', sameSite);
  router.get('/', (req, res) => showDesk(house, req, res));
  router.post('/payments/:id/:answer', (req, res) => {
    const counter = ownerOf(house, house.store.get('payment', req.params.id));
    if (req.params.answer === 'yes') authorise(counter, req.params.id);
    else if (req.params.answer === 'dispute') raiseDispute(counter, req.params.id);
    else decline(counter, req.params.id);
    back(req, res);
  });
  router.post('/mandates/:id/:answer', (req, res) => {
    chargeByDesk(house, req.params.id, req.params.answer);
    back(req, res);
  });
  router.post('/questions/:id/:ending', (req, res) => {
    const ending = endings.find((one) => one === req.params.ending);
    if (ending) endDispute(ownerOf(house, house.store.get('dispute', req.params.id)), req.params.id, ending);
    back(req, res);
  });
  router.post('/settlement', (req, res) => {
    for (const { keyId } of house.accounts) settle(counterOf(house, keyId) as Counter, { all: true });
    back(req, res);
  });
  router.post('/settings', form, (req, res) => {
    house.settings.now = changed(house.settings.now, changeIn(req.body, house.settings.now));
    back(req, res);
  });
}

/** A page elsewhere in the browser may not press these buttons. */
const sameSite: express.RequestHandler = (req, _res, next) => {
  const from = req.get('sec-fetch-site');
  const asks = req.method === 'GET' || from === undefined || from === 'same-origin' || from === 'none';
  next(asks ? undefined : new Refused('This is pressed on the page itself only.', { status: 403 }));
};

function changeIn(body: unknown, now: Settings): SettingsChange {
  const number = (name: (typeof NUMBERS)[number]['name']) => word(body, name) || 0;
  const kind = FAULTS.find((one) => one === word(body, 'fault')) ?? 'none';
  return {
    ...{
      latencyMs: number('latencyMs'),
      refundMs: number('refundMs'),
      fault: kind === 'none' ? null : { kind },
    },
    webhooks: {
      ...now.webhooks,
      ...{ duplicates: number('duplicates'), delayMs: number('delayMs'), jitterMs: number('jitterMs') },
      lost: number('lost'),
    },
  };
}

function showDesk(house: House, req: Request, res: Response): void {
  const now = { ...house.settings.now, ...house.settings.now.webhooks };
  const payments = house.accounts
    .flatMap(({ keyId }) => house.store.of('payment', keyId).slice(-ROWS))
    .sort((one, other) => other.entity.created_at - one.entity.created_at)
    .slice(0, ROWS);
  const words = (name: string) => `practice.desk.${name === 'lost' ? 'lostPart' : name}`;
  show(house, req, res, {
    ...{ template: 'desk', title: 'practice.title', switches: true },
    data: {
      payments: payments.map((record) => row(record, req)),
      mandates: mandateRows(house, req),
      disputes: house.accounts.flatMap(({ keyId }) =>
        house.store
          .of('dispute', keyId)
          .slice(-ROWS)
          .reverse()
          .map((record) => question(record, req)),
      ),
      numbers: NUMBERS.map((one) => ({ ...one, value: now[one.name], words: words(one.name) })),
      faults: FAULTS.map((name) => ({
        ...{ name, words: `practice.desk.fault.${name}`, chosen: name === (now.fault?.kind ?? 'none') },
      })),
      told: house.deliveries
        .attempts()
        .slice(0, ROWS)
        .map((attempt) => ({
          ...{
            name: attempt.name,
            attempt: attempt.attempt,
            status: attempt.status,
            words: silence(attempt.status),
          },
          ...momentOf(attempt.at, req),
        })),
    },
  });
}

const silence = (status: number): string | null =>
  status > 0 ? null : status < 0 ? 'practice.desk.lost' : 'practice.desk.silence';

const momentOf = (at: Date, req: Request) => ({
  moment: at.toISOString(),
  time: formatTime(at, readerLanguage(req)),
});

function row({ id, account, entity }: Records['payment'], req: Request) {
  const answers = entity.captured
    ? (['dispute'] as const)
    : (['yes', 'no'] as const).filter((answer) => answer === 'yes' || entity.status === 'created');
  return {
    ...{
      id,
      account: account.replace(/^rzp_[a-z]+_(practice_)?/, ''),
      method: `practice.method.${entity.method}`,
      amount: rupees(entity.amount),
    },
    ...{ fee: entity.fee === null ? '–' : rupees(entity.fee), state: `practice.desk.${entity.status}` },
    ...{
      sign: SIGNS[entity.status],
      open: entity.captured || entity.status === 'created' || entity.status === 'failed',
    },
    answers: answers.map((answer) => ({
      action: kept(req, `${ROOT}/payments/${id}/${answer}`),
      words: `practice.desk.${answer}`,
    })),
    ...momentOf(new Date(entity.created_at * 1000), req),
  };
}

/** What a payer's bank may still say of a dispute. */
function question({ id, entity }: Records['dispute'], req: Request) {
  const open = entity.status === 'open' || entity.status === 'under_review';
  const left: Ending[] = open ? ['under_review', 'won', 'lost'] : [];
  return {
    ...{ id, payment: entity.payment_id, amount: rupees(entity.amount) },
    state: `practice.desk.dispute.${entity.status}`,
    answers: left
      .filter((ending) => ending !== entity.status)
      .map((ending) => ({
        action: kept(req, `${ROOT}/questions/${id}/${ending}`),
        words: `practice.desk.dispute.${ending}`,
      })),
  };
}
