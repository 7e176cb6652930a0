import type { Command } from 'commander';
import { type AuditLine, searchAudit } from '../../src/access/audit-search.ts';
import { Refusal } from '../../src/errors.ts';
import { answer, table, toJson, withGround } from '../lib/cli.ts';

interface Options {
  actor?: string;
  subject?: string;
  action?: string;
  since?: string;
  until?: string;
  before?: string;
  limit: string;
  json?: boolean;
}

/** `wecare audit`: who changed what, when and from where. Nothing changes it: it only grows. */
export default function add(program: Command): void {
  program
    .command('audit')
    .description('who changed what, when and from where; newest first')
    .option('--actor <words>', 'part of who it was, as asha@ or cli:')
    .option('--subject <type[:id]>', 'what was changed, as campaign or user:ID')
    .option('--action <word>', 'what was done, or how that begins, as user or user.added')
    .option('--since <date>', 'from this moment on (ISO 8601)')
    .option('--until <date>', 'before this moment (ISO 8601)')
    .option('--before <id>', 'older than this entry, for the next page')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'one line of JSON for each entry')
    .action((options: Options) =>
      withGround(async (ground) => {
        const entries = await searchAudit(ground, searchOf(options));
        if (options.json) return void process.stdout.write(entries.map((one) => `${toJson(one)}\n`).join(''));
        answer(options, entries, () => (entries.length ? table(entries.map(row)) : 'Nothing was found.'));
      }),
    );
}

function searchOf({ actor, subject, action, since, until, before, limit }: Options) {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new Refusal('--limit is a whole number up to 999999.');
  if (before !== undefined && !/^\d{1,18}$/.test(before))
    throw new Refusal('--before is the id of an entry.');
  return {
    ...{
      limit: Number(limit),
      ...(actor && { actor }),
      ...(subject && { subject }),
      ...(action && { action }),
    },
    ...(since && { since: date('since', since) }),
    ...(until && { until: date('until', until) }),
    ...(before && { before: BigInt(before) }),
  };
}

function date(option: string, text: string): Date {
  const parsed = new Date(text);
  if (!Number.isNaN(parsed.getTime())) return parsed;
  throw new Refusal(`--${option} "${text}" is no date. Write it as 2026-11-22 or 2026-11-22T09:00:00+05:30.`);
}

const row = ({ id, at, actor, action, subjectType, subjectId, before, after }: AuditLine) => ({
  ...{ id, at: at.toISOString().slice(0, 19).replace('T', ' '), actor, action },
  subject: `${subjectType}:${subjectId}`,
  change: short(`${before ? `${toJson(before)} → ` : ''}${after ? toJson(after) : ''}`),
});

const short = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
