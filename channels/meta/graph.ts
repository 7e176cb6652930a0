import { z } from 'zod';
import { NetworkFailure } from '../failure.ts';
import { type Answered, ask, unreadable } from '../http.ts';
import type { Opened, Rate } from '../social.ts';
import { translate } from './failures.ts';

type Params = Record<string, string | number | undefined>;

/** One request of Meta's. */
export interface Wish {
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** In the address of a GET, else in a form. */
  params?: Params;
  /** Instead of params: with a file. */
  form?: FormData;
  creates?: boolean;
  timeoutMs?: number;
}

/** Asks, and reads the answer by its schema. @throws NetworkFailure */
export type Graph = <T>(wish: Wish, schema: z.ZodType<T>) => Promise<T>;

interface Way extends Pick<Opened, 'timeoutMs' | 'onRate'> {
  /** With its version, such as `https://graph.facebook.com/v24.0`. */
  base: string;
  token?: string;
}

/** Meta's HTTP. The token goes in a header, where no log of addresses meets it. */
export function openGraph({ base, token, timeoutMs, onRate }: Way): Graph {
  return async ({ method = 'GET', path, params = {}, form, creates = false, timeoutMs: more }, schema) => {
    const pairs = Object.entries(params).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)]));
    const asks = method === 'GET' && query.size ? `?${query}` : '';
    const answer = await ask({
      ...{ method, url: base + path + asks, timeoutMs: more ?? timeoutMs, creates },
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(method === 'POST' && { body: form ?? query }),
    });
    const usage = usageIn(answer.headers);
    if (usage) onRate?.(usage);
    return read(answer, { schema, creates, until: usage?.resetsAt });
  };
}

const refused = z.object({
  error: z.object({
    code: z.number().optional(),
    error_subcode: z.number().optional(),
    is_transient: z.boolean().optional(),
  }),
});

const HOUR_MS = 3_600_000;

interface Reading<T> {
  schema: z.ZodType<T>;
  creates: boolean;
  until?: Date;
}

function read<T>({ status, ok, json }: Answered, { schema, creates, until }: Reading<T>): T {
  const error = refused.safeParse(json);
  if (error.success || status >= 400)
    throw translate(error.success ? error.data.error : status === 401 ? { code: 190 } : {}, {
      ...{ status, creates, until: until ?? new Date(Date.now() + HOUR_MS) },
    });
  const answer = schema.safeParse(json);
  if (!ok || !answer.success) throw unreadable(creates, status);
  return answer.data;
}

const used = z.object({
  call_count: z.number().default(0),
  total_cputime: z.number().default(0),
  total_time: z.number().default(0),
  /** Minutes. */
  estimated_time_to_regain_access: z.number().default(0),
});
const usages = z.record(z.string(), z.array(used));

/** Of a hundred parts those that are left (developers.facebook.com/docs/graph-api/overview/rate-limiting). */
function usageIn(headers: Headers): Rate | undefined {
  const all = usages.safeParse(jsonOf(headers.get('x-business-use-case-usage')));
  const [fullest] = (all.success ? Object.values(all.data).flat() : []).sort((a, b) => partOf(b) - partOf(a));
  if (!fullest) return undefined;
  const minutes = fullest.estimated_time_to_regain_access;
  const remaining = minutes ? 0 : Math.max(0, Math.floor(100 - partOf(fullest)));
  return { remaining, resetsAt: new Date(Date.now() + (minutes ? minutes * 60_000 : HOUR_MS)) };
}

const partOf = ({ call_count, total_cputime, total_time }: z.infer<typeof used>): number =>
  Math.max(call_count, total_cputime, total_time);

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** An id of Meta's, as it is when it goes into an address: a number, or a page's and a post's. */
export const metaId = z.string().regex(/^\d{1,30}(_\d{1,30})?$/);

/** @throws NetworkFailure `permanent`, `missing` for what is no id */
export function idOf(text: unknown): string {
  const id = metaId.safeParse(text);
  if (!id.success) throw new NetworkFailure('permanent', 'missing');
  return id.data;
}

/** Takes away; what is gone already is no failure. */
export async function removeNode(graph: Graph, id: string): Promise<void> {
  const path = `/${idOf(id)}`;
  try {
    await graph({ method: 'DELETE', path }, z.object({ success: z.literal(true) }));
  } catch (error) {
    if (!(error instanceof NetworkFailure) || error.reason !== 'missing') throw error;
  }
}

/** When what lasts so many seconds ends. */
export const endOf = (seconds: number | undefined): string | null =>
  seconds ? new Date(Date.now() + seconds * 1000).toISOString() : null;
