import { readFileSync } from 'node:fs';
import { findUser } from '../../src/access/users.ts';
import { sealJournals } from '../../src/giving/seal.ts';
import type { Ground } from '../../src/ground.ts';
import { addAsset } from '../../src/media/add.ts';
import { askToFollow } from '../../src/pages/followers.ts';
import { HOME_CARE, plantGiftTo, plantProject } from '../demonstration/project.ts';

/** Projects in several states, with all that a page can show, and somebody who wants their news. */
export async function plantShownProjects(ground: Ground): Promise<void> {
  const id = await plantProject(ground);
  const gifts = [
    {
      name: 'Anil Kumar',
      amount: 90_000_000n,
      kind: 'individual',
      message: 'With love, from the class of 1998.',
    },
    { name: 'ഒരുമ സഹകരണ സംഘം', amount: 81_650_000n, kind: 'society', message: 'നല്ല പ്രവൃത്തി. ആശംസകൾ.' },
    { name: 'Fathima B', amount: 10_000_000n, kind: 'individual', anonymous: true },
    { name: 'ശ്രീജ നായർ', amount: 500_000n, kind: 'individual', message: 'അമ്മയ്ക്കു വേണ്ടി.' },
  ];
  for (const gift of gifts) await plantGiftTo(ground, { project: id, ...gift });
  await addMore(ground, id);
  const ended = { slug: 'wheelchairs', content: await withCover(ground) };
  const other = await plantProject(ground, ended);
  await plantGiftTo(ground, { project: other, amount: 250_000_000n, name: 'Kerala Bank', kind: 'corporate' });
  await ground.sql.query(
    "UPDATE project SET state = 'reported', closed_at = now(), reported_at = now() WHERE id = $1",
    [other],
  );
  await addUpdate(ground, other);
  await askToFollow(ground, {
    projectId: id,
    email: 'follower@sample.example',
    language: 'ml',
    words: 'News by mail.',
  });
  await sealJournals(ground);
}

async function addMore(ground: Ground, id: string): Promise<void> {
  await ground.sql.query(
    `INSERT INTO matching_offer (id, project_id, sponsor, amount, taken, opens_at, made_by)
     VALUES (gen_random_uuid(), $1, '{"en": "A cooperative bank", "ml": "ഒരു സഹകരണ ബാങ്ക്"}', 50000000, 12000000, now() - interval '1 day', 'cli:screenshots')`,
    [id],
  );
  await ground.sql.query(
    `INSERT INTO project_sponsor (id, project_id, name, amount, url, made_by)
     VALUES (gen_random_uuid(), $1, '{"en": "Malabar Tyres", "ml": "മലബാർ ടയേഴ്സ്"}', 30000000, 'https://tyres.example', 'cli:screenshots')`,
    [id],
  );
  await addUpdate(ground, id);
}

async function addUpdate(ground: Ground, id: string): Promise<void> {
  const said = {
    en: {
      title: 'Forty air beds bought',
      text: 'They are with **40 families** now. [See the bill](https://bills.example/40).',
    },
    ml: { title: '40 എയർ ബെഡ് വാങ്ങി', text: 'അവ **40 വീടുകളിൽ** എത്തി. [ബിൽ കാണുക](https://bills.example/40).' },
    ...(await thingsTold(ground)),
    milestone: '150000000',
  };
  await ground.sql.query(
    `INSERT INTO project_update (id, project_id, content, made_by, published_at) VALUES (gen_random_uuid(), $1, $2, 'cli:screenshots', now())`,
    [id, JSON.stringify(said)],
  );
}

/** A picture of what was bought, and its bill. */
async function thingsTold(ground: Ground): Promise<{ asset: string; files: string[] }> {
  const user = await findUser(ground, 'meera@wecare.example');
  const art = readFileSync(new URL('../../templates/assets/share.png', import.meta.url));
  const alt = { en: 'Air beds before they leave', ml: 'എയർ ബെഡുകൾ, വീടുകളിലേക്ക് പുറപ്പെടും മുമ്പ്' };
  const { asset: picture } = await addAsset(ground, { name: 'beds.png', bytes: art, alt }, user);
  const paper = Buffer.from('%PDF-1.4\n%%EOF');
  const { asset: bill } = await addAsset(ground, { name: 'Bill of 40 air beds.pdf', bytes: paper }, user);
  return { asset: picture.id, files: [bill.id] };
}

async function withCover(ground: Ground) {
  const bytes = readFileSync(new URL('../../templates/assets/share.png', import.meta.url));
  const user = await findUser(ground, 'meera@wecare.example');
  const alt = { en: 'A house by the water', ml: 'വെള്ളത്തിനരികിലെ വീട്' };
  const { asset } = await addAsset(ground, { name: 'cover.png', bytes, alt }, user);
  const words = { en: 'Wheelchairs for 50 children', ml: '50 കുട്ടികൾക്ക് വീൽചെയർ' };
  return {
    ...{ ...HOME_CARE, cover: asset.id },
    en: { ...HOME_CARE.en, title: words.en },
    ml: { ...HOME_CARE.ml, title: words.ml },
  };
}
