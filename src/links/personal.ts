import type { Person, PersonalPart } from '../personal.ts';

/**
 * Visits by the links of a person's mails. Erased, they still count for the run: the delivery they point
 * to names nobody any more, and by what they were made is forgotten.
 */
export const personal: PersonalPart = {
  tables: ['touch'],
  async export(sql, person) {
    const { rows } = await sql.query(
      `SELECT t.kind, t.at, l.url, t.agent, t.machine FROM ${theirs}
         LEFT JOIN link l ON l.id = t.link_id ORDER BY t.at, t.id`,
      sent(person),
    );
    return { visits: rows };
  },
  async erase(sql, person) {
    await sql.query(`UPDATE touch SET agent = NULL WHERE id IN (SELECT t.id FROM ${theirs})`, sent(person));
  },
};

const theirs =
  'unnest($1::bigint[], $2::int[]) AS d(run, seq) JOIN touch t ON t.run = d.run AND t.seq = d.seq';
const sent = ({ deliveries }: Person) => [deliveries.map(({ run }) => run), deliveries.map(({ seq }) => seq)];
