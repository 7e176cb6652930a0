import { unreadable } from '../http.ts';
import type { RegisteredText } from '../registered.ts';

/** Templates of one page, and pages that are read at most. */
const PAGE = 100;
const MOST_PAGES = 20;
const FIELDS = 'id,name,language,status,category,rejected_reason,components';

interface Template {
  id?: unknown;
  name?: unknown;
  language?: unknown;
  status?: unknown;
  category?: unknown;
  rejected_reason?: unknown;
  components?: { type?: unknown; text?: unknown }[];
}

/** Of a status; what else there is (DISABLED, DELETED, LIMIT_EXCEEDED …) cannot be sent. */
const STATES: Record<string, RegisteredText['state']> = {
  ...{ APPROVED: 'approved', PENDING: 'pending', IN_APPEAL: 'pending', PAUSED: 'paused' },
};

/**
 * Every template of a WhatsApp Business Account: `GET /{waba-id}/message_templates`, page by page by its
 * cursor. One without a body of text is nothing that we send.
 */
export async function readTemplates(
  base: string,
  get: (url: string) => Promise<unknown>,
): Promise<RegisteredText[]> {
  const all: RegisteredText[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ fields: FIELDS, limit: String(PAGE), ...(after && { after }) });
    const { data, paging } = ((await get(`${base}/message_templates?${query}`)) ?? {}) as {
      data?: Template[];
      paging?: { next?: string; cursors?: { after?: string } };
    };
    if (!Array.isArray(data)) throw unreadable(false, 200);
    all.push(...data.flatMap(textOf));
    after = paging?.cursors?.after;
    if (!paging?.next || !after) break;
  }
  return all;
}

function textOf({
  id,
  name,
  language,
  status,
  category,
  rejected_reason,
  components,
}: Template): RegisteredText[] {
  const body = components?.find(({ type }) => type === 'BODY')?.text;
  if (typeof body !== 'string' || typeof name !== 'string' || typeof language !== 'string') return [];
  const state = STATES[String(status)] ?? 'refused';
  const said = rejected_reason === 'NONE' || !rejected_reason ? null : String(rejected_reason);
  return [
    {
      ...{ id: String(id), name, language, body, state },
      reason: state === 'approved' ? null : (said ?? (state === 'pending' ? null : String(status))),
      // MARKETING is what a reader may have too much of; UTILITY and AUTHENTICATION are asked for.
      category: category === 'MARKETING' ? 'promotional' : 'transactional',
    },
  ];
}
