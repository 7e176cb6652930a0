import type { Person, PersonalPart } from '../personal.ts';

/** Whose news of which projects somebody gets. */
export const personal: PersonalPart = {
  tables: ['project_follower'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT p.slug AS project, f.email, f.language, f.words, f.asked_at, f.confirmed_at, f.ended_at
         FROM project_follower f JOIN project p ON p.id = f.project_id WHERE f.email = ANY ($1) ORDER BY f.asked_at`,
      [mailboxes(person)],
    );
    return { projects_followed: rows };
  },
  async erase(sql, person) {
    await sql.query('DELETE FROM project_follower WHERE email = ANY ($1)', [mailboxes(person)]);
  },
};

/** Mailboxes that are this person's alone. */
const mailboxes = ({ addresses }: Person) =>
  addresses.filter(({ channel, shared }) => channel === 'email' && !shared).map(({ value }) => value);
