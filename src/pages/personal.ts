import { ownHashes, type Person, type PersonalPart } from '../personal.ts';

/**
 * Whose news of which projects somebody gets, and which pages of families they answer for or were invited to. That a
 * mailbox wants no invitations stays as a hash, so that it gets none.
 */
export const personal: PersonalPart = {
  tables: ['project_follower', 'occasion_keeper', 'occasion_guest', 'invitation_refusal'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT p.slug AS project, f.email, f.language, f.words, f.asked_at, f.confirmed_at, f.ended_at
         FROM project_follower f JOIN project p ON p.id = f.project_id WHERE f.email = ANY ($1) ORDER BY f.asked_at`,
      [mailboxes(person)],
    );
    const pages = await sql.query(
      `SELECT o.number, o.kind, o.day::text, o.state, k.name, k.channel, k.verified_at, k.ended_at
         FROM occasion_keeper k JOIN occasion o ON o.id = k.occasion_id
        WHERE k.contact_index = ANY ($1::uuid[]) ORDER BY o.made_at`,
      [ownHashes(person)],
    );
    return { projects_followed: rows, family_pages: pages.rows };
  },
  async erase(sql, person) {
    await sql.query('DELETE FROM project_follower WHERE email = ANY ($1)', [mailboxes(person)]);
    // The page stays while another answers for it; nobody is reached where nobody wants to be.
    await sql.query(
      `UPDATE occasion_keeper SET ended_at = coalesce(ended_at, now()), epoch = epoch + 1, name = '', contact = ''::bytea, contact_index = gen_random_uuid()
        WHERE contact_index = ANY ($1::uuid[])`,
      [ownHashes(person)],
    );
    await sql.query(`DELETE FROM occasion_guest WHERE address_hash = ANY ($1::uuid[])`, [ownHashes(person)]);
  },
};

/** Mailboxes that are this person's alone. */
const mailboxes = ({ addresses }: Person) =>
  addresses.filter(({ channel, shared }) => channel === 'email' && !shared).map(({ value }) => value);
