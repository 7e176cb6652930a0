import path from 'node:path';
import { z } from 'zod';
import { Refusal } from './errors.ts';
import { isZone } from './zones.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = (...protocols: string[]) =>
  z.string().refine((text) => protocols.includes(URL.parse?.(text)?.protocol ?? protocolOf(text)), {
    message: `must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const protocolOf = (text: string) => /^[a-z]+:/.exec(text)?.[0] ?? '';

/** Every setting the environment may carry. `.env.example` lists the same names; a test compares them. */
export const settings = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  MIGRATE_DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  DATA_DIR: z.string().default('data'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: url('http:', 'https:').optional(),
  TRUST_PROXY: z.string().default('loopback'),
  HTTP_PROXY: url('http:', 'https:').optional(),
  HTTPS_PROXY: url('http:', 'https:').optional(),
  NO_PROXY: z.string().optional(),
  DEFAULT_ZONE: z.string().refine(isZone, 'must be a time zone such as Asia/Kolkata').default('Asia/Kolkata'),
  HELP_ADDRESS: z.email().optional(),
  WECARE_KEYS: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_DIR: z.string().optional(),
  LOG_KEEP_DAYS: z.coerce.number().int().min(1).max(36_500).default(180),
  KEEP_NOTICES_DAYS: z.coerce.number().int().min(1).max(36_500).default(180),
  KEEP_TOUCHES_DAYS: z.coerce.number().int().min(1).max(36_500).default(730),
  SENDER_CONNECTIONS: z.coerce.number().int().min(1).max(1000).default(20),
  NETWORK_TIMEOUT_SECONDS: z.coerce.number().positive().max(600).default(30),
  LEASE_SECONDS: z.coerce.number().int().min(3).max(600).default(15),
  STOP_SECONDS: z.coerce.number().int().min(1).max(600).default(25),
  DEFER_FIRST_SECONDS: z.coerce.number().int().min(1).default(900),
  DEFER_GIVE_UP_SECONDS: z.coerce.number().int().min(1).default(345_600),
  MAIL_FROM: z
    .string()
    .regex(/^.+ <[^<>@\s]+@[^<>@\s]+>$/, 'must be like: We Care <care@example.org>')
    .default('We Care <care@kssm.example>'),
  RETURN_PATH_DOMAIN: z.string().optional(),
  WEBHOOK_PRIVATE_ADDRESSES: flag.default(false),
  BOUNCE_IMAP_URL: url('imap:', 'imaps:').optional(),
  BOUNCE_IMAP_PASSWORD: z.string().optional(),
  BOUNCE_IMAP_AFTER: z
    .string()
    .regex(/^(mark|delete|move:.+)$/, 'must be mark, delete or move:FOLDER')
    .default('mark'),
  BOUNCE_LISTEN: url('lmtp:', 'smtp:').optional(),
  SES_TOPICS: z.string().optional(),
  SES_CERTIFICATE: z.string().optional(),
  POSTMARK_WEBHOOK_AUTH: z
    .string()
    .regex(/^.+:.{12,}$/, 'must be USER:PASSWORD, the password of 12 or more')
    .optional(),
  SENDGRID_WEBHOOK_KEY: z.string().optional(),
  MAILGUN_SIGNING_KEY: z.string().optional(),
  SANDBOX: flag.default(true),
  SANDBOX_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).default(2525),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  SANDBOX_SETTLE_SECONDS: z.coerce.number().int().min(0).max(31_536_000).default(300),
});

export type Settings = z.infer<typeof settings>;

export interface Config extends Settings {
  production: boolean;
  /** Absolute. */
  dataDir: string;
  /** Address of this installation as the outside sees it, without a slash at its end. */
  publicUrl: string;
  /** Sender of notices. */
  mailFrom: { fromName: string; fromAddress: string };
}

/** By old custom these are written in small letters as well. */
const SMALL_TOO = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * Reads the environment once; nothing else in the project does.
 * @throws Refusal that names each setting that will not do, and says why; never its value
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const small = SMALL_TOO.flatMap((name) =>
    env[name.toLowerCase()] ? [[name, env[name.toLowerCase()]]] : [],
  );
  const set = Object.entries(env).filter(([, value]) => value !== '');
  const given = { ...Object.fromEntries(small), ...Object.fromEntries(set) };
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new Refusal(`Settings that will not do:\n${sentences(parsed.error)}`);
  const config = parsed.data;
  const production = config.NODE_ENV === 'production';
  if (production) requireForProduction(config);
  const publicUrl = (config.PUBLIC_URL ?? `http://localhost:${config.PORT}`).replace(/\/+$/, '');
  return {
    ...config,
    SANDBOX: config.SANDBOX && !production,
    mailFrom: parseFrom(config.MAIL_FROM),
    ...{ production, publicUrl, dataDir: path.resolve(config.DATA_DIR) },
  };
}

function parseFrom(text: string): Config['mailFrom'] {
  const [, fromName = '', fromAddress = ''] = /^(.+) <(.+)>$/.exec(text) ?? [];
  return { fromName: fromName.replaceAll('"', '').trim(), fromAddress };
}

const sentences = (error: z.ZodError) =>
  error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n');

function requireForProduction(config: Settings): void {
  const needed = ['DATABASE_URL', 'PUBLIC_URL', 'WECARE_KEYS'] as const;
  const missing = needed.filter((name) => !config[name]);
  if (missing.length) {
    throw new Refusal(
      `In production these must be set: ${missing.join(', ')}. See .env.example for what each is.`,
    );
  }
}
