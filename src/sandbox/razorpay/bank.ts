import type { Router } from 'express';
import express from 'express';
import { type At, begun, endOf, showEnd } from './ending.ts';
import { callbackOf, failureOf } from './outcome.ts';
import { authorise, decline } from './paying.ts';
import { ROOT } from './place.ts';
import { type House, kept, orRefuse, rupees, show } from './show.ts';

/** The bank, which says yes, no, or nothing; and the page that waits for a UPI app's answer. */
export function addBank(router: Router, house: House): void {
  const page = (act: (house: House, at: At) => void) =>
    orRefuse(house, (req, res) => act(house, { req, res, ...begun(house, String(req.params.id)) }));
  router.get('/bank/:id', page(showBank));
  // The three fields are in the form: a redirect that keeps the method takes them on, without a script.
  router.post('/bank/:id/:answer', express.urlencoded({ extended: false, limit: '100kb' }), page(answerBank));
  router.get('/wait/:id', page(showWait));
  router.get('/left', (req, res) => showEnd(house, { req, res, end: 'left' }));
}

/** Each answer is a form; at the hosted door it already holds what the browser is to bring back. */
function showBank(house: House, at: At) {
  const { req, res, counter, record } = at;
  if (record.entity.status !== 'created') return showEnd(house, { ...at, end: endOf(record) });
  const { amount: paise, method } = record.entity;
  const amount = rupees(paise);
  const listed = (fields: Record<string, string>) =>
    Object.entries(fields).map(([name, value]) => ({ name, value }));
  const answer = (name: 'yes' | 'no' | 'later', fields: Record<string, string>) => ({
    ...{
      action: kept(req, `${ROOT}/bank/${record.id}/${name}`),
      fields: listed(fields),
      words: `practice.${name}`,
    },
    ...{ primary: name === 'yes', quiet: name === 'later', amount },
  });
  show(house, req, res, {
    ...{ template: 'bank', title: `practice.bank.${method}`, switches: true },
    data: {
      ...{ amount, name: record.way.name, asks: `practice.bank.${method}`, text: 'practice.bank.text' },
      answers: [
        answer('yes', callbackOf(counter, record)),
        answer('no', failureOf(record)),
        answer('later', {}),
      ],
    },
  });
}

function answerBank(house: House, at: At) {
  const { req, res, counter, record } = at;
  const answer = String(req.params.answer);
  const { door, callbackUrl, cancelUrl } = record.way;
  if (answer === 'later') {
    return door === 'hosted' && cancelUrl
      ? res.redirect(303, cancelUrl)
      : showEnd(house, { ...at, end: 'later' });
  }
  const ended = answer === 'yes' ? authorise(counter, record.id) : decline(counter, record.id);
  if (door === 'hosted' && callbackUrl) return res.redirect(307, callbackUrl);
  showEnd(house, { ...at, record: ended, end: endOf(ended) });
}

/** The frame waits for the app; it looks again every two seconds. */
function showWait(house: House, at: At) {
  const { req, res, record } = at;
  if (record.entity.status !== 'created') return showEnd(house, { ...at, end: endOf(record) });
  const amount = rupees(record.entity.amount);
  show(house, req, res, {
    ...{ template: 'wait', title: 'practice.wait.title', values: { amount }, refresh: true },
    data: {
      ...{ amount, name: record.way.name, cancelHref: kept(req, `${ROOT}/left`) },
      ...{ appHref: kept(req, `${ROOT}/app/${record.id}`), codeSrc: `${ROOT}/codes/${record.id}.png` },
    },
  });
}
