import type { MailTemplate } from '../../channels/email/mail.ts';
import type { Ground } from '../../src/ground.ts';

export const PURPOSE = 'appeals';

const DISTRICTS = [
  ...['Alappuzha', 'Ernakulam', 'Idukki', 'Kannur', 'Kasaragod', 'Kollam', 'Kottayam', 'Kozhikode'],
  ...['Malappuram', 'Palakkad', 'Pathanamthitta', 'Thiruvananthapuram', 'Thrissur', 'Wayanad'],
];

/** Contacts `r1@…` to `rN@…` with consent, on a list of their own. @returns the list's id */
export async function seedContacts({ sql }: Pick<Ground, 'sql'>, n: number): Promise<string> {
  await sql.query(
    `INSERT INTO contact (id, name, language, district, updated_at)
     SELECT lpad(to_hex(i), 32, '0')::uuid, 'Recipient ' || i, CASE WHEN i % 2 = 0 THEN 'en' ELSE 'ml' END,
            ($2::text[])[1 + i % 14], now()
       FROM generate_series(1, $1::int) AS i`,
    [n, DISTRICTS],
  );
  await sql.query(
    `INSERT INTO address (id, contact_id, channel, value) SELECT gen_random_uuid(), id, 'email',
            'r' || ('x' || right(id::text, 8))::bit(32)::int || '@people.example' FROM contact`,
  );
  await sql.query(
    `INSERT INTO consent (contact_id, channel, purpose, given, basis) SELECT id, 'email', $1, true, 'bench' FROM contact`,
    [PURPOSE],
  );
  const { rows } = await sql.query(
    "INSERT INTO list (id, name) VALUES (gen_random_uuid(), 'bench') RETURNING id",
  );
  await sql.query('INSERT INTO membership (list_id, contact_id) SELECT $1, id FROM contact', [rows[0].id]);
  await sql.query('ANALYZE contact, address, consent, membership');
  return rows[0].id;
}

/** A planned run that is due now, and what it says. */
export async function seedRun({ db }: Pick<Ground, 'db'>, { small }: { small: boolean }) {
  const run = await db.run.create({
    data: { purpose: PURPOSE, senderDomain: 'kssm.example', dueAt: new Date(), state: 'planned' },
  });
  const contents = { en: benchMail('en', small), ml: benchMail('ml', small) };
  return { run: run.id, contents };
}

const LINKS = 60;

/** About 8 KB of HTML with Malayalam, sixty tracked links and three merge fields; or a few lines. */
export function benchMail(language: string, small = false): MailTemplate {
  const rows = small ? '' : Array.from({ length: LINKS }, (_, i) => link(i)).join('\n');
  return {
    ...{ fromName: 'വി കെയർ', fromAddress: 'care@kssm.example', replyTo: null, language },
    subject: language === 'ml' ? '{{first_name}}, ഒരു കൈത്താങ്ങ്' : '{{first_name}}, a helping hand',
    html: `<!doctype html><html lang="${language}"><body><p>പ്രിയ {{name}}, {{district}}</p>${rows}<p>Thank you, {{first_name}}.</p></body></html>`,
    text: 'Dear {{name}} of {{district}},\nthank you, {{first_name}}.\nhttps://care.kssm.example/u/{{token}}\n',
    headers: [
      ['List-Id', 'We Care appeals <appeals.kssm.example>'],
      ['List-Unsubscribe', '<https://care.kssm.example/u/{{token}}>'],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Feedback-ID', '1:appeals:email:wecare'],
    ],
  };
}

const link = (i: number) =>
  `<p>സഹായം ${i + 1}: <a href="https://care.kssm.example/l/k${String(i).padStart(6, '0')}/{{token}}">വായിക്കുക, read on</a></p>`;
