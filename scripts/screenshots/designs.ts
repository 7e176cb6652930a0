import { findUser, type User } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';
import { askToShow } from '../../src/pages/occasions/asking.ts';
import type { OccasionContent } from '../../src/pages/occasions/content.ts';
import { decideOccasion } from '../../src/pages/occasions/decide.ts';
import { designs, quietDesigns } from '../../src/pages/occasions/designs.ts';
import { askKeeper } from '../../src/pages/occasions/keepers.ts';
import { occasionKinds } from '../../src/pages/occasions/kinds.ts';
import { beginOccasion, readOccasion, saveOccasion } from '../../src/pages/occasions/make.ts';
import { enterCode } from '../../src/pages/occasions/proof.ts';
import { plantGiftTo } from '../demonstration/project.ts';
import type { SamplePage } from '../lib/pages.ts';

type Said = Partial<OccasionContent>;
const MEMORY: Said = {
  ...{ names: ['ലക്ഷ്മി അമ്മ'], from: 'മക്കളും കൊച്ചുമക്കളും', line: 'അമ്മ എന്നും മറ്റുള്ളവർക്ക് തണലായിരുന്നു. ആ തണൽ തുടരട്ടെ.' },
};
const JOY: Said = {
  ...{ from: 'ഞങ്ങളുടെ കുടുംബം', line: 'സമ്മാനങ്ങൾ വേണ്ട. പകരം, കിടപ്പുരോഗികൾക്ക് ഒരു കൈത്താങ്ങാകാം.' },
  ...{ progress: true, goal: '15000000', story: 'ഞങ്ങളുടെ സന്തോഷം നിങ്ങളോടൊപ്പം.\n\nഎല്ലാവർക്കും സ്വാഗതം.' },
};

/** A page of every design, and each quiet one in remembrance too. */
export async function plantDesigns(ground: Ground, administrator: string): Promise<void> {
  const user = (await findUser(ground, administrator)) as User;
  const all = [
    ...designs.map((design) => ({ design, kind: kindFor(design), said: JOY })),
    ...quietDesigns.map((design) => ({ design, kind: 'death-anniversary', said: MEMORY })),
  ];
  for (const [n, page] of all.entries()) await plantPage(ground, { ...page, n, user });
}

/** One that begins with this design. */
const kindFor = (design: OccasionContent['design']): string =>
  occasionKinds.find((kind) => kind.design === design && kind.mood !== 'memory')?.name ?? 'other';

interface Planted {
  design: OccasionContent['design'];
  kind: string;
  said: Said;
  n: number;
  user: User;
}

async function plantPage(ground: Ground, { design, kind, said, n, user }: Planted): Promise<void> {
  const { id } = await beginOccasion(ground, { kind, language: 'ml' });
  const names = said.names ?? (['wedding', 'anniversary'].includes(kind) ? ['അനു', 'മനു'] : ['അമ്മു']);
  const content: Said = { ...said, names, design, day: '2026-12-12', language: 'ml', visibility: 'public' };
  await saveOccasion(ground, { id, expected: 1 }, { content });
  const contact = `design${n}@sample.example`;
  const { keeperId, code } = await askKeeper(ground, {
    occasionId: id,
    name: 'Anu',
    channel: 'email',
    contact,
  });
  await enterCode(ground, { keeperId, typed: code });
  const { shown } = await askToShow(ground, id, { adult: true });
  const { edition } = await readOccasion(ground, id);
  if (!shown) await decideOccasion(ground, { id, decision: 'approve', edition }, user);
  const gift = { project: null, occasion: id, amount: 11_250_000n };
  await plantGiftTo(ground, { ...gift, name: 'ശ്രീജ നായർ', message: 'എന്നും സന്തോഷമുണ്ടാകട്ടെ.' });
}

/** Those pages, each under the name of its design. */
export async function designPages({ sql }: Pick<Ground, 'sql'>): Promise<SamplePage[]> {
  const { rows } = await sql.query<{ code: string; design: string; kind: string }>(
    `SELECT code, shown->>'design' AS design, kind FROM occasion WHERE state = 'live' ORDER BY shown_at, id`,
  );
  return rows.map(({ code, design, kind }) => ({ pattern: `/o/${design}-${kind}`, path: `/o/${code}` }));
}
