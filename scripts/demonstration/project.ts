import { randomUUID } from 'node:crypto';
import { transaction } from '../../src/db.ts';
import { saveGatewayAccount } from '../../src/giving/accounts.ts';
import { indianDay } from '../../src/giving/calendar.ts';
import { accounts, post } from '../../src/giving/journal.ts';
import type { Ground } from '../../src/ground.ts';
import type { Content } from '../../src/pages/content.ts';
import { makeProject, publishProject } from '../../src/pages/projects.ts';

/** What the page of the demonstration's project says. */
export const HOME_CARE: Content = {
  en: {
    title: 'Care at home for people who are bedridden',
    summary: 'A nurse comes to the homes of 400 people who cannot go to a hospital.',
    story: [
      { type: 'heading', text: 'Homes that only a boat reaches' },
      {
        type: 'text',
        text: 'Many homes in Kuttanad have no road. To bring one bedridden person to a hospital takes **a whole day**.\n\nBy your gift a nurse and medicines come home; twice a month, without a break. [The Mission](https://socialsecuritymission.example/care) has done so since 2019.',
      },
      {
        type: 'numbers',
        rows: [
          { number: '400', words: 'people at home' },
          { number: '2', words: 'visits a month' },
        ],
      },
      {
        type: 'quote',
        text: 'The day the nurse comes, there is light in the house.',
        who: 'A relative, Kainakary',
      },
    ],
    unreached: 'What came is used for the same project, for as many homes as it is enough for.',
  },
  ml: {
    title: 'കിടപ്പുരോഗികൾക്ക് വീട്ടിൽ പരിചരണം',
    summary: 'ആശുപത്രിയിൽ പോകാൻ കഴിയാത്ത 400 പേരുടെ വീട്ടിൽ നഴ്സ് എത്തുന്നു.',
    story: [
      { type: 'heading', text: 'വള്ളത്തിൽ മാത്രം എത്താവുന്ന വീടുകൾ' },
      {
        type: 'text',
        text: 'കുട്ടനാട്ടിലെ പല വീടുകളിലേക്കും റോഡില്ല. കിടപ്പിലായ ഒരാളെ ആശുപത്രിയിൽ എത്തിക്കാൻ **ഒരു ദിവസം മുഴുവൻ** വേണം.\n\nനിങ്ങളുടെ സംഭാവനയിലൂടെ നഴ്സും മരുന്നും വീട്ടിലെത്തും; മാസത്തിൽ രണ്ടു തവണ, മുടങ്ങാതെ.',
      },
      {
        type: 'numbers',
        rows: [
          { number: '400', words: 'പേർ വീട്ടിൽ' },
          { number: '2', words: 'സന്ദർശനം, മാസത്തിൽ' },
        ],
      },
      { type: 'quote', text: 'നഴ്സ് വരുന്ന ദിവസം വീട്ടിൽ ഒരു വെളിച്ചമാണ്.', who: 'ഒരു കുടുംബാംഗം, കൈനകരി' },
    ],
    unreached: 'ലഭിച്ച തുക ഇതേ പദ്ധതിക്ക്, കഴിയുന്നത്ര വീടുകൾക്കായി ഉപയോഗിക്കും.',
  },
  cover: null,
  goal: {
    ...{ amount: '250000000', capped: false, until: '2027-03-31' },
    unit: {
      cost: '625000',
      one: { en: 'person cared for', ml: 'പരിചരണം ലഭിക്കുന്ന ആൾ' },
      many: { en: 'people cared for', ml: 'പരിചരണം ലഭിക്കുന്നവർ' },
    },
  },
  costs: [
    { amount: '110000000', words: { en: 'Visits of the nurse', ml: 'നഴ്സിന്റെ സന്ദർശനം' } },
    { amount: '80000000', words: { en: 'Medicines', ml: 'മരുന്ന്' } },
    { amount: '60000000', words: { en: 'Beds and equipment', ml: 'കിടക്കയും ഉപകരണങ്ങളും' } },
  ],
  milestones: [
    { amount: '50000000', words: { en: 'Visits begin in Kainakary', ml: 'കൈനകരിയിൽ സന്ദർശനം തുടങ്ങും' } },
    { amount: '150000000', words: { en: 'Forty air beds', ml: 'നാൽപ്പത് എയർ ബെഡ്' } },
    {
      amount: '250000000',
      words: { en: 'A year of care for 400 people', ml: '400 പേർക്ക് ഒരു വർഷത്തെ പരിചരണം' },
    },
  ],
  suggestions: [
    { amount: '50000', words: { en: 'Medicines for a week', ml: 'ഒരാഴ്ചത്തെ മരുന്ന്' } },
    { amount: '150000', words: { en: 'A month of care', ml: 'ഒരു മാസത്തെ പരിചരണം' } },
    { amount: '600000', words: { en: 'An air bed', ml: 'ഒരു എയർ ബെഡ്' } },
  ],
  consents: [],
};

export const SLUG = 'care-at-home';

/** The demonstration's project, published. @returns its id */
export async function plantProject(
  ground: Ground,
  { slug = SLUG, content = HOME_CARE }: { slug?: string; content?: Content } = {},
): Promise<string> {
  const wish = { slug, theme: 'illness' as const, district: 'Alappuzha', content };
  const id = await makeProject(ground, wish, 'cli:demonstration');
  await publishProject(ground, { id, version: 1 }, 'cli:demonstration');
  return id;
}

export interface PlantedGift {
  /** Null for the fund itself. */
  project: string | null;
  /** The page of a family at which it was given. */
  occasion?: string;
  email?: string;
  /** Paise. */
  amount: bigint;
  name: string;
  kind?: string;
  anonymous?: boolean;
  message?: string | null;
}

/** A gift that came and stands in the books. @returns the gateway's name of its payment */
export async function plantGiftTo(ground: Ground, gift: PlantedGift): Promise<string> {
  const { project, amount, name, kind = 'individual', anonymous = false, message = null } = gift;
  const { occasion = null, email = null } = gift;
  const account = await someAccount(ground);
  const [at, payment, fund] = [
    ground.clock.now(),
    `pay_${randomUUID()}`,
    project ? accounts.project(project, 'domestic') : accounts.general('domestic'),
  ];
  await transaction(ground.sql, async (connection) => {
    const lines: [string, bigint][] = [
      [accounts.clearing('domestic'), amount],
      [fund, -amount],
    ];
    await post(connection, { kind: 'capture', subject: `payment:${payment}`, day: indianDay(at), at, lines });
    await connection.query(
      `WITH p AS (INSERT INTO payment (id, account_id, amount, currency, method, created_at, captured_at, asked_at)
                  VALUES ($1, $2, $3, 'INR', 'upi', $4, $4, $4)),
            w AS (INSERT INTO donor (id, kind, name, email) VALUES (gen_random_uuid(), $5, $6, $12) RETURNING id)
       INSERT INTO donation (id, stream, fund, donor_id, payment_id, amount, mode, given_on, anonymous, message, created_at, project_id, occasion_id)
       SELECT gen_random_uuid(), 'domestic', $7, w.id, $1, $3, 'upi', $4::date, $8, $9, $4, $10, $11 FROM w`,
      [payment, account, amount, at, kind, name, fund, anonymous, message, project, occasion, email],
    );
  });
  return payment;
}

/** The gateway's account through which it came: whichever there is. */
async function someAccount(ground: Ground): Promise<string> {
  const { rows } = await ground.sql.query<{ id: string }>(
    'SELECT id FROM gateway_account ORDER BY created_at LIMIT 1',
  );
  if (rows[0]) return rows[0].id;
  const secrets = { keySecret: 'planted-secret', webhookSecrets: ['planted-secret'] };
  return saveGatewayAccount(
    ground,
    { stream: 'domestic', keyId: 'rzp_test_planted', secrets },
    'cli:demonstration',
  );
}
