import type { Command } from 'commander';
import { type KeyUse, keyUse, recordKey, reseal } from '../../src/access/sealed.ts';
import type { Ground } from '../../src/ground.ts';
import { nextRing, openKeys } from '../../src/keys.ts';
import { actor, answer, table, withGround } from '../lib/cli.ts';
import { keyFile, rotateLocalRing } from '../lib/ring.ts';

interface Options {
  json?: boolean;
}

/** Exit code when secrets wait for a key that is gone. */
const WANTING = 3;

/** `wecare keys`: the ring that signs links and seals secrets, and how it is turned. */
export default function add(program: Command): void {
  const group = program.command('keys').description('the keys that sign links and seal secrets');
  group
    .command('status')
    .description('which keys there are and how many secrets each has sealed (exit 3 when one is missing)')
    .option('--json', 'answer in JSON')
    .action((options: Options) => withGround((ground) => status(ground, options)));
  group
    .command('rotate')
    .description('make a new key in front of the others; then restart everything and run "keys reseal"')
    .option('--json', 'answer in JSON')
    .action((options: Options) => withGround((ground, home) => rotate(ground, home, options)));
  group
    .command('reseal')
    .description('seal every secret anew with the newest key, once all processes know it')
    .option('--json', 'answer in JSON')
    .action((options: Options) =>
      withGround(async (ground) => {
        const secrets = await reseal(ground, actor());
        answer(options, { key: ground.keys.ids[0], secrets }, () =>
          secrets
            ? `${secrets} secrets are sealed by key ${ground.keys.ids[0]} now.`
            : `Every secret was sealed by key ${ground.keys.ids[0]} already.`,
        );
      }),
    );
}

async function status(ground: Ground, options: Options): Promise<void> {
  const used = await keyUse(ground);
  const gone = used.filter(({ present }) => !present);
  if (gone.length) process.exitCode = WANTING;
  answer(options, used, () => [table(used.map(inWords)), '', adviceOn(used, gone)].join('\n'));
}

const inWords = ({ id, newest, present, secrets, since }: KeyUse) => ({
  key: id,
  does: newest ? 'signs and seals' : present ? 'checks and opens' : 'MISSING',
  secrets,
  since: since?.toISOString().slice(0, 10) ?? '',
});

function adviceOn(used: KeyUse[], gone: KeyUse[]): string {
  if (gone.length) {
    return `Secrets wait for key ${gone.map(({ id }) => id).join(', ')}. Put it back behind the others in WECARE_KEYS, or save those accounts again.`;
  }
  const waiting = used.some(({ newest, secrets }) => !newest && secrets > 0);
  return `${waiting ? 'Run "wecare keys reseal" to have every secret sealed by the newest key.\n' : ''}${KEEP}`;
}

const KEEP =
  'Links in mails (to unsubscribe, to read) are signed and stored nowhere: keep an old key for as long as a\nmail that it signed may still be opened. Keys cost nothing; years are right.';

async function rotate(ground: Ground, home: string, options: Options): Promise<void> {
  const { WECARE_KEYS } = ground.config;
  const ring = WECARE_KEYS ? nextRing(WECARE_KEYS) : await rotateLocalRing(home);
  const id = openKeys(ring).ids[0] as number;
  await recordKey(ground, id, actor());
  const where = WECARE_KEYS ? null : keyFile(home);
  answer(options, { key: id, ...(where ? { file: where } : { WECARE_KEYS: ring }) }, () =>
    [...(where ? [`Key ${id} is in ${where}.`] : [`WECARE_KEYS=${ring}`, '']), ...steps(where)].join('\n'),
  );
}

const steps = (file: string | null): string[] => [
  file
    ? '1. Keep a copy of it apart from the database.'
    : '1. Put this line into the environment of every process, and a copy apart from the database.',
  '2. Restart web first, then the workers, so that what a worker signs is known to web.',
  '3. Run "wecare keys reseal".',
  'The old keys stay in the line: links in mails that are out are checked by them for years.',
];
