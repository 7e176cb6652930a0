import { transaction } from '../../src/db.ts';
import type { Ground } from '../../src/ground.ts';
import { askToShow, show } from '../../src/pages/occasions/asking.ts';
import type { OccasionContent } from '../../src/pages/occasions/content.ts';
import { askKeeper } from '../../src/pages/occasions/keepers.ts';
import { kindOf } from '../../src/pages/occasions/kinds.ts';
import { beginOccasion, saveOccasion } from '../../src/pages/occasions/make.ts';
import { enterCode } from '../../src/pages/occasions/proof.ts';

/** A page as a family makes it. */
export interface PlantedOccasion {
  kind: string;
  content: Partial<OccasionContent>;
  /** Who answers for it; verified. */
  keeper: { name: string; channel: 'email' | 'sms'; contact: string };
  child?: boolean;
  remind?: boolean;
  touch?: string;
  /** How far it gets: left unfinished, asked to be shown, or shown. */
  until?: 'draft' | 'asked' | 'shown';
}

/** Makes a page by the same steps as a family does. @returns its id */
export async function plantOccasion(ground: Ground, wish: PlantedOccasion): Promise<string> {
  const { kind, content, keeper, child = false, remind = false, touch = null, until = 'shown' } = wish;
  const { id } = await beginOccasion(ground, { kind, language: content.language ?? 'en', touch });
  const design = content.design ?? (kindOf(kind).design as OccasionContent['design']);
  await saveOccasion(ground, { id, expected: 1 }, { content: { ...content, design }, child, remind });
  const { keeperId, code } = await askKeeper(ground, { occasionId: id, ...keeper });
  await enterCode(ground, { keeperId, typed: code });
  if (until === 'draft') return id;
  const { shown } = await askToShow(ground, id, { adult: true, ...(child && { parent: 'A parent' }) });
  if (until === 'shown' && !shown) await approve(ground, id);
  return id;
}

/** As somebody of staff does in the console. */
const approve = (ground: Ground, id: string): Promise<void> =>
  transaction(ground.sql, async (connection) => {
    const at = ground.clock.now();
    await connection.query('UPDATE occasion SET looked_at = $2 WHERE id = $1', [id, at]);
    await show(connection, { page: { id }, state: 'live', at, actor: 'cli:demonstration' });
  });
