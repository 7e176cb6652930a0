import type { z } from 'zod';
import type { Caller, Scope } from '../../access/api-keys.ts';
import type { Role } from '../../access/users.ts';
import type { Editor } from '../../campaigns/messages.ts';
import type { Ground } from '../../ground.ts';

/** A body that is kept in a file while it is asked about. */
export interface FileBody {
  /** What `Content-Type` it may have. */
  types: string[];
  /** In bytes. */
  longest: number;
}

/** The file that came: removed once the answer is given. */
export interface ReceivedFile {
  path: string;
  type: string;
  bytes: number;
}

export interface Call<P, Q, B> {
  ground: Ground;
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  /** For the audit log: the e-mail address of the key's user. */
  actor: string;
  editor: Editor;
}

/** What a handler may give where the answer's schema says text or number: dates and whole ids too. */
export type Given<T> = T extends string
  ? T | Date
  : T extends number
    ? T | bigint
    : T extends (infer U)[]
      ? Given<U>[]
      : T extends object
        ? { [K in keyof T]: Given<T[K]> }
        : T;

type Schema = z.ZodType;
type Read<S> = S extends Schema ? z.output<S> : undefined;
type BodyOf<B> = B extends FileBody ? ReceivedFile : Read<B>;
type AnswerOf<A> = A extends Schema
  ? Given<z.input<A>>
  : A extends 'text/csv'
    ? AsyncIterable<string>
    : undefined;

/** One operation as its author writes it; schemas validate what comes and describe it in the document. */
export interface Plan<P, Q, B, A> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Under /api/v1, parameters in braces. */
  path: string;
  /** In the document: a verb and a noun, such as `createContact`. */
  id: string;
  tag: string;
  scope: Scope;
  /** One of these roles the key's user must have besides the scope. */
  roles?: Role[];
  /** One line for the table of contents. */
  does: string;
  /** More, where it is needed. */
  says?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** 200 unless said. */
  status?: 201 | 202 | 204;
  answer?: A;
  /** Statuses it may refuse with, besides those of every operation. */
  refuses?: (404 | 409)[];
  handle(call: Call<Read<P>, Read<Q>, BodyOf<B>>): Promise<AnswerOf<A>>;
}

/** The same for the router, which knows no types of its own. */
export interface Operation
  extends Omit<Plan<Schema, Schema, Schema | FileBody, Schema | 'text/csv'>, 'handle'> {
  handle(call: Call<unknown, unknown, unknown>): Promise<unknown>;
}

/** An entry of the table; its handler's parameters and answer are checked against its schemas. */
export const operation = <
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | FileBody | undefined = undefined,
  A extends Schema | 'text/csv' | undefined = undefined,
>(
  plan: Plan<P, Q, B, A>,
): Operation => plan as unknown as Operation;

export const isFile = (body: Schema | FileBody | undefined): body is FileBody =>
  body !== undefined && 'longest' in body;
