/** `npm run bench -- NAME [--json]`: measures one thing; the last line is JSON. */
import { Refusal } from '../src/errors.ts';

const benches: Record<string, () => Promise<{ bench(): Promise<void> }>> = {
  bounces: () => import('./shows/bounces.ts'),
  crash: () => import('./bench/crash.ts'),
  console: () => import('./bench/console/bench.ts'),
  email: () => import('./bench/email.ts'),
  import: () => import('./bench/import.ts'),
  ledger: () => import('./bench/ledger.ts'),
  newsletter: () => import('./shows/newsletter.ts'),
  pages: () => import('./bench/pages.ts'),
  plan: () => import('./bench/plan.ts'),
  seed: () => import('./bench/state/bench.ts'),
  social: () => import('./bench/social.ts'),
  webhooks: () => import('./bench/webhooks.ts'),
};

const name = process.argv[2] ?? '';
const load = benches[name];
if (!load) {
  process.stderr.write(`There is no bench "${name}". There are: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(64);
}
try {
  await (await load()).bench();
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
