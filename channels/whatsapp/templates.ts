import type { Button, Frame } from '../frame.ts';
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
  components?: Component[];
}

interface Component {
  type?: unknown;
  /** Of a header. */
  format?: unknown;
  text?: unknown;
  buttons?: { type?: unknown; text?: unknown; url?: unknown; phone_number?: unknown }[];
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
  const frame = frameOf(components ?? []);
  // What it has besides we do not know how to fill, so Meta would refuse every message of it.
  const state = frame ? (STATES[String(status)] ?? 'refused') : 'refused';
  const said = rejected_reason === 'NONE' || !rejected_reason ? null : String(rejected_reason);
  const why = frame ? (said ?? (state === 'pending' ? null : String(status))) : 'unsupported';
  return [
    {
      ...{ id: String(id), name, language, body, frame: frame ?? {}, state },
      reason: state === 'approved' ? null : why,
      // MARKETING is what a reader may have too much of; UTILITY and AUTHENTICATION are asked for.
      category: category === 'MARKETING' ? 'promotional' : 'transactional',
    },
  ];
}

const MEDIA = { IMAGE: 'image', VIDEO: 'video', DOCUMENT: 'document' } as const;

/** @returns null for one with a part that is none of ours: a place on a map, a catalogue, a code to copy */
function frameOf(components: Component[]): Frame | null {
  const frame: Frame = {};
  for (const { type, format, text, buttons = [] } of components) {
    if (type === 'BODY') continue;
    if (type === 'FOOTER') frame.footer = String(text);
    else if (type === 'HEADER' && format === 'TEXT') frame.header = { kind: 'text', text: String(text) };
    else if (type === 'HEADER' && Object.hasOwn(MEDIA, String(format)))
      frame.header = { kind: MEDIA[format as keyof typeof MEDIA] };
    else if (type === 'BUTTONS') {
      const known = buttons.flatMap(buttonOf);
      if (known.length < buttons.length) return null;
      frame.buttons = known;
    } else return null;
  }
  return frame;
}

function buttonOf({ type, text, url, phone_number }: NonNullable<Component['buttons']>[number]): Button[] {
  const words = String(text);
  if (type === 'URL') return [{ kind: 'url', text: words, url: String(url) }];
  if (type === 'QUICK_REPLY') return [{ kind: 'reply', text: words }];
  if (type === 'PHONE_NUMBER') return [{ kind: 'call', text: words, phone: String(phone_number) }];
  return [];
}
