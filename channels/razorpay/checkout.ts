import type { Checkout, CheckoutWords, GatewayOrder } from '../gateway.ts';
import { isSigned } from './signatures.ts';

export interface CheckoutPlace {
  keyId: string;
  /** Of the interface; the hosted form is posted there. */
  baseUrl: string;
  /** Of the vendor's script. */
  scriptUrl: string;
}

/**
 * Both ways to pay: standard checkout (razorpay.com/docs/payments/payment-gateway/web-integration/standard)
 * and the hosted form (…/hosted), which needs no script and opens no UPI app.
 */
export function checkoutOf(order: GatewayOrder, words: CheckoutWords, place: CheckoutPlace): Checkout {
  const { name, description, callbackUrl, cancelUrl } = words;
  const prefill = prefillOf(words);
  const shared = {
    amount: Number(order.amount),
    currency: order.currency,
    order_id: order.id,
    name,
    description,
  };
  const fields = { key_id: place.keyId, ...shared, callback_url: callbackUrl, cancel_url: cancelUrl };
  return {
    script: {
      ...scriptOf(place),
      options: { key: place.keyId, ...shared, prefill, callback_url: callbackUrl, redirect: true },
    },
    hosted: {
      action: `${place.baseUrl}/v1/checkout/embedded`,
      fields: Object.fromEntries([
        ...Object.entries(fields).map(([field, value]) => [field, String(value)]),
        ...Object.entries(prefill).map(([field, value]) => [`prefill[${field}]`, value]),
      ]),
    },
  };
}

export const prefillOf = ({ donor }: CheckoutWords): Record<string, string> => ({
  name: donor.name,
  ...(donor.email && { email: donor.email }),
  ...(donor.phone && { contact: donor.phone }),
});

/** The vendor's script, and where its frames come from. */
export const scriptOf = ({ scriptUrl, baseUrl }: CheckoutPlace) => ({
  ...{ src: scriptUrl, opens: 'Razorpay' },
  origins: [...new Set([scriptUrl, baseUrl].map((url) => new URL(url).origin))],
});

/**
 * The return's signature stands over the order that we kept, never over the one that came along
 * ("Verify Payment Signature" of the pages above).
 */
export function callbackOf(
  orderId: string,
  fields: Record<string, unknown>,
  keySecret: string,
): { paymentId: string } | null {
  return signedPayment(fields, keySecret, (paymentId) => `${orderId}|${paymentId}`);
}

/** The payment of a return, when the vendor signed these words over it. */
export function signedPayment(
  fields: Record<string, unknown>,
  keySecret: string,
  over: (paymentId: string) => string,
): { paymentId: string } | null {
  const own = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const paymentId = own('razorpay_payment_id');
  if (typeof paymentId !== 'string' || !/^pay_[A-Za-z0-9]{6,40}$/.test(paymentId)) return null;
  return isSigned(keySecret, over(paymentId), own('razorpay_signature')) ? { paymentId } : null;
}
