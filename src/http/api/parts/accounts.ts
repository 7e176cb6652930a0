import { z } from 'zod';
import { listAccounts, putAccount } from '../../../deliveries/account-list.ts';
import { SENDER_DOMAIN } from '../../../deliveries/account-rules.ts';
import { listNotices, readNotice } from '../../../deliveries/notice-list.ts';
import { sendTrialNotice } from '../../../deliveries/trial-notice.ts';
import { type Operation, operation } from '../operation.ts';
import {
  address,
  count,
  id,
  idParams,
  line,
  moment,
  paged,
  pageOf,
  readCursor,
  sliced,
  text,
  toPage,
} from '../schemas.ts';

const tag = 'Accounts and notices';
const domain = z.string().max(253).regex(SENDER_DOMAIN).meta({ example: 'wecare.example' });
const security = z.enum(['starttls', 'tls', 'none']);
const limit = z.int().min(1).max(1_000_000_000);
const account = z
  .strictObject({
    id,
    name: z.string(),
    domains: z.array(z.string()),
    priority: z.int(),
    host: z.string(),
    port: z.int(),
    security: z.string(),
    user: z.string().nullable(),
    connections: count,
    perSecond: count.nullable(),
    perHour: count.nullable(),
    perDay: count.nullable(),
    trouble: z.string().nullable(),
    restsUntil: moment.nullable(),
    disabledAt: moment.nullable(),
  })
  .meta({ id: 'Account', description: 'A connected sender; its secrets are never returned' });
const newAccount = z.strictObject({
  domains: z.array(domain).min(1).max(100).meta({ description: 'Sender domains it serves; * for every one' }),
  host: line(253),
  port: z.int().min(1).max(65_535).default(587),
  security: security.default('starttls'),
  hello: line(253).optional(),
  user: line(200).optional(),
  password: text(1000).optional(),
  accessToken: text(10_000).optional().meta({ description: 'OAuth access token, to log in by XOAUTH2' }),
  connections: z.int().min(1).max(1000).default(20),
  priority: z.int().min(0).max(1_000_000).default(100),
  ...{ perSecond: limit.optional(), perHour: limit.optional(), perDay: limit.optional() },
  dkim: z
    .array(z.strictObject({ domain, selector: line(63), privateKey: text(10_000) }))
    .max(10)
    .default([]),
});
const noticeState = z.enum(['waiting', 'sending', 'sent', 'failed', 'unknown', 'suppressed']);
const notice = z
  .strictObject({
    id,
    kind: z.string(),
    address: z.string(),
    language: z.string(),
    state: noticeState,
    attempts: count,
    code: z.int().nullable(),
    reply: z.string().nullable(),
    createdAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Notice', description: 'A mail of the lane of its own: codes, invitations, receipts' });

export const accountOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/accounts', id: 'listAccounts', tag, scope: 'accounts:read' },
    does: 'List the SMTP accounts, what they serve, and what troubles them',
    query: paged({}),
    answer: pageOf(account),
    handle: async ({ ground, query }) => sliced(await listAccounts(ground), query, (row) => row.name),
  }),
  operation({
    ...{ method: 'put', path: '/accounts/{name}', id: 'putAccount', tag, scope: 'accounts:write' },
    roles: ['administrator'],
    does: 'Add or replace an SMTP account',
    says: 'Replaces its secrets too: give them again.',
    params: z.strictObject({ name: line(100) }),
    body: newAccount.refine((given) => !given.user || (given.password ?? given.accessToken) !== undefined, {
      path: ['password'],
      message: 'is needed where there is a user',
    }),
    answer: account,
    handle: ({ ground, params, body, actor }) => {
      const {
        host,
        port,
        security: how,
        hello,
        user,
        password,
        accessToken,
        dkim,
        perSecond,
        perHour,
        perDay,
        ...rest
      } = body;
      const limits = {
        ...(perSecond !== undefined && { perSecond }),
        ...(perHour !== undefined && { perHour }),
        ...(perDay !== undefined && { perDay }),
      };
      const settings = { host, port, security: how, ...(hello && { hello }), ...(user && { user }) };
      const login = accessToken === undefined ? { password } : { accessToken };
      const secrets = { ...login, dkim };
      return putAccount(ground, { name: params.name, ...rest, ...limits, settings, secrets }, actor);
    },
  }),
  operation({
    ...{ method: 'post', path: '/account-tests', id: 'testAccounts', tag, scope: 'accounts:write' },
    does: 'Send one notice to an address of yours, the way codes and receipts go',
    body: z.strictObject({ to: address, language: z.enum(['en', 'ml']).default('en') }),
    status: 202,
    answer: z.strictObject({ id: id.meta({ description: 'Of the notice' }) }),
    handle: async ({ ground, body }) => ({ id: await sendTrialNotice(ground, body) }),
  }),
  operation({
    ...{ method: 'get', path: '/notices', id: 'listNotices', tag, scope: 'notices:read' },
    does: 'List notices, newest first',
    says: 'Not what they say, which may be a code.',
    query: paged({ state: noticeState.optional() }),
    answer: pageOf(notice),
    handle: async ({ ground, query: { limit: most, cursor, state } }) => {
      const before = readCursor(z.guid(), cursor);
      return toPage(await listNotices(ground, { before, state, limit: most + 1 }), most, (row) => row.id);
    },
  }),
  operation({
    ...{ method: 'get', path: '/notices/{id}', id: 'readNotice', tag, scope: 'notices:read' },
    does: 'How a notice fares',
    params: idParams,
    answer: notice,
    refuses: [404],
    handle: ({ ground, params }) => readNotice(ground, params.id),
  }),
];
