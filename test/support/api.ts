import { createKey, type Scope, scopes } from '../../src/access/api-keys.ts';
import { addUser, type User } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';

let users = 0;

/** A user with these roles. */
export const aUser = (ground: Ground, roles: string[]): Promise<User> =>
  addUser(ground, { email: `user${++users}@kssm.example`, name: `User ${users}`, roles }, 'cli:test');

/** A key of a user; with every scope unless said. */
export async function aKey(ground: Ground, user: User, wished: Scope[] = [...scopes]): Promise<string> {
  const { key } = await createKey(ground, { name: 'test', scopes: wished, user }, 'cli:test');
  return key;
}

export interface Asking {
  method?: string;
  key?: string;
  json?: unknown;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Asks the API as a program does. */
export async function call(url: string, path: string, { method, key, json, body, headers }: Asking = {}) {
  const content = json === undefined ? body : JSON.stringify(json);
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: method ?? (content === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson && text ? JSON.parse(text) : null,
  };
}
