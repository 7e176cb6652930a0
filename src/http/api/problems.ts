import { STATUS_CODES } from 'node:http';
import { Refusal } from '../../errors.ts';

/** Every kind of problem with its status and what a caller does about it; the docs list them. */
export const problems = {
  malformed: { status: 400, title: 'The request cannot be read', does: 'Send JSON in UTF-8.' },
  invalid: {
    status: 400,
    title: 'A value will not do',
    does: 'Each entry of `errors` names a place in the request and what is wrong there.',
  },
  refused: { status: 400, title: 'Refused', does: 'The detail says what to do next.' },
  unauthorized: {
    status: 401,
    title: 'An API key is needed',
    does: 'Send `Authorization: Bearer KEY` with a key that is valid.',
  },
  'scope-missing': {
    status: 403,
    title: 'The key has too little scope',
    does: 'Make a key that has the scope which the detail names.',
  },
  forbidden: {
    status: 403,
    title: 'The user of this key may not do this',
    does: 'Ask somebody with the role that the detail names.',
  },
  'not-found': { status: 404, title: 'There is no such thing', does: 'Check the id, or list what there is.' },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method',
    does: 'The `Allow` header says which it takes.',
  },
  conflict: {
    status: 409,
    title: 'Not at this moment',
    does: 'The state of the thing forbids it; the detail says why.',
  },
  'too-large': { status: 413, title: 'The body is too large', does: 'Send less at once.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of the wrong type',
    does: 'The detail says which Content-Type is taken.',
  },
  'key-reused': {
    status: 422,
    title: 'This Idempotency-Key came with another request',
    does: 'Take a new key for a new request.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    does: 'Wait as long as `Retry-After` says, in seconds.',
  },
  fault: {
    status: 500,
    title: 'A fault of ours',
    does: 'Try again later; quote the `requestId` when you write to us.',
  },
} as const;

export type ProblemKind = keyof typeof problems;

/** One thing that will not do: a JSON pointer into the body (`#/name`), or `/path/…`, `/query/…`. */
export interface Fault {
  pointer: string;
  detail: string;
}

/** A refusal of a kind of its own, where the status alone does not say which. */
export class Problem extends Refusal {
  readonly kind: ProblemKind;
  readonly errors: Fault[] | undefined;

  constructor(kind: ProblemKind, detail: string, errors?: Fault[]) {
    super(detail, problems[kind].status);
    this.kind = kind;
    this.errors = errors;
  }
}

/** Problem details of RFC 9457, whatever was thrown. Faults of ours say nothing of their cause. */
export function problemOf(error: unknown, { base, requestId }: { base: string; requestId: string }) {
  const kind = kindOf(error);
  const { status, title } = problems[kind];
  const detail = error instanceof Refusal ? error.message : said[kind];
  const errors = error instanceof Problem ? error.errors : undefined;
  return {
    ...{ type: typeOf(base, kind), title, status },
    detail: detail ?? `${STATUS_CODES[status]}.`,
    ...(errors && { errors }),
    requestId,
  };
}

/** The address of a kind: stable, and where the docs explain it. */
export const typeOf = (base: string, kind: ProblemKind): string => `${base}/docs#problem-${kind}`;

const byStatus: Record<number, ProblemKind> = {
  ...{ 400: 'refused', 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 409: 'conflict' },
  ...{ 413: 'too-large', 415: 'unsupported-media-type', 422: 'key-reused', 429: 'too-many-requests' },
};

const said: Partial<Record<ProblemKind, string>> = {
  malformed: 'The request cannot be read: its address or body is cut short or not well formed.',
  'too-large': 'The body is larger than this address takes.',
  'unsupported-media-type': 'The body has an encoding or type that is not taken.',
  fault: 'Something went wrong on our side. Nothing that you sent was at fault.',
};

/** Express and its parsers put a status on what they throw; data that Postgres cannot keep is class 22. */
function kindOf(error: unknown): ProblemKind {
  if (error instanceof Problem) return error.kind;
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (error instanceof Refusal) return byStatus[error.status] ?? (error.status < 500 ? 'refused' : 'fault');
  if (typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)) return 'malformed';
  if (typeof status !== 'number' || status < 400 || status >= 500) return 'fault';
  return status === 400 ? 'malformed' : (byStatus[status] ?? 'malformed');
}
