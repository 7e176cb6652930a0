import type { Notes } from './entities.ts';

/** The vendor's JSON of subscriptions (razorpay.com/docs/api/payments/subscriptions). Amounts are paise. */
export interface Plan {
  id: string;
  entity: 'plan';
  interval: number;
  period: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'yearly';
  item: {
    id: string;
    active: true;
    name: string;
    description: string | null;
    amount: number;
    unit_amount: number;
    currency: string;
    type: 'plan';
  };
  notes: Notes;
  created_at: number;
}

export interface Subscription {
  id: string;
  entity: 'subscription';
  plan_id: string;
  customer_id: string | null;
  status:
    | ('created' | 'authenticated' | 'active' | 'pending')
    | ('halted' | 'paused' | 'cancelled' | 'completed' | 'expired');
  payment_method: 'upi' | 'card' | null;
  current_start: number | null;
  current_end: number | null;
  ended_at: number | null;
  quantity: number;
  notes: Notes;
  charge_at: number | null;
  start_at: number | null;
  end_at: number | null;
  auth_attempts: number;
  total_count: number;
  paid_count: number;
  remaining_count: number;
  customer_notify: boolean;
  created_at: number;
  expire_by: number | null;
  paused_at: number | null;
  short_url: string;
  has_scheduled_changes: boolean;
  change_scheduled_at: number | null;
  source: 'api';
}

export interface Invoice {
  id: string;
  entity: 'invoice';
  type: 'invoice';
  subscription_id: string;
  order_id: string;
  payment_id: string | null;
  status: 'issued' | 'paid' | 'expired';
  amount: number;
  currency: string;
  paid_at: number | null;
  created_at: number;
}

export type SubscriptionEvent =
  | ('subscription.authenticated' | 'subscription.activated' | 'subscription.charged')
  | ('subscription.pending' | 'subscription.halted' | 'subscription.cancelled')
  | ('subscription.paused' | 'subscription.resumed' | 'subscription.updated' | 'subscription.completed');
