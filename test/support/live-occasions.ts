import { addUser, type User } from '../../src/access/users.ts';
import type { Ground } from '../../src/ground.ts';
import { askToShow } from '../../src/pages/occasions/asking.ts';
import type { OccasionContent } from '../../src/pages/occasions/content.ts';
import { decideOccasion } from '../../src/pages/occasions/decide.ts';
import { askKeeper, type Keeper } from '../../src/pages/occasions/keepers.ts';
import { familyToken } from '../../src/pages/occasions/links.ts';
import { beginOccasion, readOccasion, saveOccasion } from '../../src/pages/occasions/make.ts';
import { addPhoto, drawWaitingPhoto } from '../../src/pages/occasions/photos.ts';
import { enterCode } from '../../src/pages/occasions/proof.ts';
import { photograph } from './pictures.ts';

/** What a family says of a wedding. */
export const WEDDING: Partial<OccasionContent> = {
  ...{ names: ['അനു', 'മനു'], from: 'ഞങ്ങളുടെ കുടുംബങ്ങൾ', day: '2026-12-12', visibility: 'public' },
  line: 'സമ്മാനങ്ങൾ വേണ്ട. പകരം, കിടപ്പുരോഗികൾക്ക് ഒരു കൈത്താങ്ങാകാം.',
  story: 'പത്തു വർഷത്തെ കൂട്ട്.\n\nഇനി ഒരുമിച്ച്.',
  ...{ progress: true, goal: '15000000', language: 'ml' },
};

/** What a family says of somebody they miss. */
export const MEMORY: Partial<OccasionContent> = {
  ...{ names: ['ലക്ഷ്മി അമ്മ'], from: 'മക്കളും കൊച്ചുമക്കളും', day: '2026-11-28', visibility: 'public' },
  line: 'അമ്മ എന്നും മറ്റുള്ളവർക്ക് തണലായിരുന്നു. ആ തണൽ തുടരട്ടെ.',
  ...{ language: 'ml', design: 'lamp' },
};

let made = 0;

interface Wish extends Partial<OccasionContent> {
  kind?: string;
  child?: boolean;
  touch?: string;
  /** Photographs of its own, so many. */
  pictures?: number;
}

export interface LiveOccasion {
  id: string;
  code: string;
  keeper: Keeper;
  /** What the family's own address ends with. */
  token: string;
}

/** A page that was made, asked for and approved, step by step as people do. */
export async function liveOccasion(ground: Ground, wish: Wish = {}): Promise<LiveOccasion> {
  const { kind = 'wedding', child = false, touch = null, pictures = 0, ...said } = wish;
  const content = { ...(kind === 'death-anniversary' ? MEMORY : WEDDING), ...said };
  const { id } = await beginOccasion(ground, { kind, language: content.language ?? 'ml', touch });
  const photos: OccasionContent['photos'] = [];
  for (let n = 0; n < pictures; n++) photos.push(await photoFor(ground, id));
  await saveOccasion(ground, { id, expected: 1 }, { content: { ...content, photos }, child });
  const contact = `family${++made}@people.example`;
  const asked = await askKeeper(ground, { occasionId: id, name: 'Anu', channel: 'email', contact });
  const keeper = await enterCode(ground, { keeperId: asked.keeperId, typed: asked.code });
  await askToShow(ground, id, { adult: true, ...(child && { parent: 'Devi' }) });
  await approve(ground, id);
  const { code } = await readOccasion(ground, id);
  const { epoch } = keeper;
  return {
    id,
    code,
    keeper,
    token: familyToken(ground.keys, { keeperId: keeper.id, epoch, at: ground.clock.now() }),
  };
}

/** As somebody of staff does. */
export async function approve(ground: Ground, id: string): Promise<void> {
  const { edition } = await readOccasion(ground, id);
  await decideOccasion(ground, { id, decision: 'approve', edition }, await somebody(ground));
}

/** Somebody of staff who may look at pages of families. */
export const somebody = (ground: Ground): Promise<User> =>
  addUser(
    ground,
    { email: `looker${++made}@kssm.example`, name: 'Anitha', roles: ['administrator'] },
    'cli:test',
  );

/** A photograph that was added and drawn, as the page's content has it. */
export async function photoFor(
  ground: Ground,
  occasionId: string,
): Promise<OccasionContent['photos'][number]> {
  const id = await addPhoto(ground, occasionId, { name: 'photo.jpg', bytes: await photograph(900, 1200) });
  await drawWaitingPhoto(ground, id);
  return { id, x: 50, y: 40, caption: '' };
}
