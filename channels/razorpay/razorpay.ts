import type { Gateway } from '../gateway.ts';
import { callbackOf, checkoutOf } from './checkout.ts';
import { openClient } from './client.ts';
import { createOrder, fetchOrder } from './orders.ts';
import { closeQr, createQr, fetchDispute, fetchPayment, fetchQr, fetchRefunds, refund } from './payments.ts';
import { redact } from './redaction.ts';
import { readSettlements } from './settlements.ts';
import { openSubscriptions } from './subscriptions.ts';
import { readEvent } from './webhook.ts';

/** One account of the vendor's. */
export interface RazorpayAccount {
  keyId: string;
  keySecret: string;
  /** The newest first; while one is replaced, both. */
  webhookSecrets: string[];
  /** Where the interface is, without `/v1`. The sandbox's stand-in has its own. */
  baseUrl?: string;
  /** Where the script of standard checkout is. */
  checkoutUrl?: string;
  /** Of one attempt, in milliseconds. */
  timeoutMs?: number;
}

const API = 'https://api.razorpay.com';
const SCRIPT = 'https://checkout.razorpay.com/v1/checkout.js';
const TIMEOUT_MS = 15_000;

/**
 * Razorpay (razorpay.com/docs/api) as a gateway. Asks nobody until it is used.
 *
 * @throws RangeError when a key or secret is missing
 */
export function openRazorpay(account: RazorpayAccount): Gateway {
  const { keyId, keySecret, timeoutMs = TIMEOUT_MS } = account;
  const webhookSecrets = account.webhookSecrets.filter(Boolean);
  if (!keyId || !keySecret || !webhookSecrets.length) {
    throw new RangeError('A gateway account needs its key, its key secret and a webhook secret.');
  }
  const baseUrl = (account.baseUrl ?? API).replace(/\/+$/, '');
  const scriptUrl = account.checkoutUrl ?? (account.baseUrl ? `${baseUrl}/v1/checkout.js` : SCRIPT);
  const client = openClient({ keyId, keySecret, baseUrl, timeoutMs });
  const place = { keyId, baseUrl, scriptUrl };
  return {
    createOrder: (wish) => createOrder(client, wish),
    fetchOrder: (id) => fetchOrder(client, id),
    checkout: (order, words) => checkoutOf(order, words, place),
    verifyCallback: (orderId, fields) => callbackOf(orderId, fields, keySecret),
    readWebhook: (raw, headers) => readEvent(raw, headers, webhookSecrets),
    redact,
    fetchPayment: (id) => fetchPayment(client, id),
    fetchRefunds: (paymentId) => fetchRefunds(client, paymentId),
    refund: (wish) => refund(client, wish),
    settlements: (day) => readSettlements(client, day),
    createQr: (wish) => createQr(client, wish),
    fetchQr: (id) => fetchQr(client, id),
    closeQr: (id) => closeQr(client, id),
    subscriptions: openSubscriptions(client, { place, keySecret }),
    fetchDispute: (id) => fetchDispute(client, id),
  };
}
