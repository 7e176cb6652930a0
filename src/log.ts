import { pino } from 'pino';
import { openLogFiles } from './log-files.ts';

export type { Logger as Log } from 'pino';

/** Names of fields that never reach the log, wherever they stand. */
const PRIVATE = [
  'address',
  'email',
  'phone',
  'name',
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
];

interface Logging {
  level: string;
  service: string;
  /** Folder of files by day; none unless given. A command's own log goes to its terminal alone. */
  dir?: string | undefined;
  keepDays: number;
}

/** Whatever takes lines. */
interface Lines {
  write(line: string): void;
}

/**
 * JSON lines on standard error, so that a command's answer on standard output stays clean, and in daily
 * files where a folder is given. They hold no personal data (law 8).
 */
export function openLog({ level, service, dir, keepDays }: Logging, lines?: Lines) {
  const terminal = lines ?? pino.destination({ dest: 2, sync: false });
  const files = dir && service !== 'cli' ? openLogFiles({ dir, keepDays, service }) : undefined;
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      redact: { paths: PRIVATE.flatMap((key) => [key, `*.${key}`]), censor: '[kept out]' },
      serializers: { err: errorInLog },
      hooks: { streamWrite: withoutAddresses },
    },
    // Both streams take every level that the logger lets through.
    files
      ? pino.multistream([terminal, files].map((stream) => ({ stream, level: 'trace' as const })))
      : terminal,
  );
}

/** An error tells what went wrong and where; a driver's other fields quote the row that it was about. */
export function errorInLog(error: unknown): unknown {
  if (!(error instanceof Error)) return withoutPeople(String(error));
  const { code, constraint, table, cause } = error as Error & Record<string, unknown>;
  return {
    type: error.constructor.name,
    message: withoutPeople(error.message),
    stack: withoutPeople(error.stack ?? ''),
    ...{ code, constraint, table },
    ...(cause !== undefined && { cause: errorInLog(cause) }),
  };
}

/** Slashes end it, so that a package's folder in a stack (node_modules/@scope) is none. */
const ADDRESS = /[^\s"'<>(),;:\\/[\]=]+@[^\s"'<>(),;:\\/[\]=]+\.\p{L}{2,}/gu;
const PHONE = /(?<![\w.-])(?:\+\d[\d -]{8,}\d|[6-9]\d{9})(?![\w.-])/g;
/** Postgres quotes the value it could not read, and a unique key's values. */
const QUOTED_VALUE = /(: |=)("[^"]*"|\([^()]*\))/g;

const withoutAddresses = (line: string): string => line.replace(ADDRESS, '[address]');

const withoutPeople = (text: string): string =>
  withoutAddresses(text).replace(PHONE, '[number]').replace(QUOTED_VALUE, '$1[value]');
