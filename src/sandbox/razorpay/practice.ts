import type { StandInAccount } from './account.ts';

/**
 * The accounts that the practice vendor knows: gifts from India, and foreign contributions, which have an
 * account of their own. Their secrets guard nothing, and are the same on every computer.
 */
export const practiceAccounts = (): { domestic: StandInAccount; foreign: StandInAccount } => ({
  domestic: accountOf('domestic'),
  foreign: accountOf('fcra'),
});

const accountOf = (name: string): StandInAccount => ({
  ...{ keyId: `rzp_test_practice_${name}`, keySecret: `practice-key-secret-${name}` },
  ...{ webhookUrl: null, webhookSecret: `practice-webhook-secret-${name}` },
});
