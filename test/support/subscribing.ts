import type { fixedClock } from '../../src/clock.ts';
import { ensureList } from '../../src/contacts/lists.ts';
import { publishList } from '../../src/contacts/public-lists.ts';
import type { Ground } from '../../src/ground.ts';

type TestGround = Ground & { clock: ReturnType<typeof fixedClock> };

/** Two public lists, a newsletter and appeals. @returns their ids */
export async function publicLists(ground: Ground): Promise<{ newsletter: string; appeals: string }> {
  const ids = { newsletter: '', appeals: '' };
  for (const [purpose, en, ml] of [
    ['newsletter', 'The monthly letter', 'മാസം തോറുമുള്ള കത്ത്'],
    ['appeals', 'When help is needed', 'സഹായം വേണ്ടപ്പോൾ'],
  ] as const) {
    ids[purpose] = await ensureList(ground.sql, `Public ${purpose}`);
    const words = {
      en: { title: en, description: 'What We Care has done, once a month.' },
      ml: { title: ml, description: 'വി കെയർ ചെയ്ത കാര്യങ്ങൾ, മാസത്തിൽ ഒരിക്കൽ.' },
    };
    await publishList(ground, `Public ${purpose}`, { purpose, words, actor: 'cli:test' });
  }
  return ids;
}

export const later = (ground: TestGround, seconds: number): void =>
  ground.clock.set(new Date(ground.clock.now().getTime() + seconds * 1000));

export const stampIn = (html: string): string => /name="stamp" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** The address of the newest notice of a kind to somebody, and the token in its link, if any. */
export async function noticesTo(ground: Ground, address: string) {
  const notices = await ground.db.notice.findMany({ where: { address }, orderBy: { id: 'asc' } });
  return notices.map(({ kind, subject, text, html, state }) => ({
    ...{ kind, subject, text, html, state },
    path: /\/subscribe\/confirm\/[\w-]+/.exec(text)?.[0] ?? '',
  }));
}
