import type { Queryable } from '../db.ts';
import { Refusal } from '../errors.ts';
import { formatAmount, languages } from '../i18n.ts';
import { joined, type Sentence, say } from '../say.ts';
import type { Content } from './content.ts';
import { picturesOf } from './pictures.ts';

/** Why a version cannot be public yet, and where that is mended. */
export interface Hindrance {
  /** Of the editor: `en.title`, `costs`, `en.unreached`, `picture:ID`, `consents`. */
  place: string;
  sentence: Sentence;
}

/** Everything that stands between a version and the public; empty when nothing does. */
export async function hindrancesOf(sql: Queryable, content: Content): Promise<Hindrance[]> {
  return [
    ...untold(content),
    ...unsummed(content),
    ...(await unshowable(sql, content)),
    ...(await unagreed(sql, content)),
  ];
}

const names = { en: say`English`, ml: say`Malayalam` } as const;

/** Both languages are public, so both are whole. */
function untold(content: Content): Hindrance[] {
  return languages.flatMap((language) => {
    const { title, summary, story, unreached } = content[language];
    const inTongue = names[language];
    const missing = (place: string, sentence: Sentence) => ({ place: `${language}.${place}`, sentence });
    return [
      ...(title ? [] : [missing('title', say`The title in ${inTongue} is missing.`)]),
      ...(summary ? [] : [missing('summary', say`The summary in ${inTongue} is missing.`)]),
      ...(story.length ? [] : [missing('story', say`The story in ${inTongue} is missing.`)]),
      ...(unreached || !content.goal.amount
        ? []
        : [missing('unreached', say`What happens if the goal is not reached is not said in ${inTongue}.`)]),
    ];
  });
}

/** A goal in things is costed by its unit; one in rupees line by line. */
function unsummed({ goal, costs }: Content): Hindrance[] {
  if (!goal.amount || (goal.unit && !costs.length)) return [];
  const sum = costs.reduce((all, { amount }) => all + BigInt(amount), 0n);
  const amount = BigInt(goal.amount);
  if (sum === amount) return [];
  return [
    {
      place: 'costs',
      sentence: say`The costs come to ${formatAmount(sum)}, and the goal is ${formatAmount(amount)}. Make them the same.`,
    },
  ];
}

interface Picture {
  id: string;
  name: string | null;
  persons: boolean | null;
  agreed: boolean;
  barred: boolean;
}

const unshowable = (sql: Queryable, content: Content) => unshown(sql, picturesOf(content));

/** @throws Refusal that says which of these pictures may not be shown, and why */
export async function requireShowable(sql: Queryable, pictures: string[]): Promise<void> {
  const hindrances = await unshown(sql, pictures);
  if (!hindrances.length) return;
  throw new Refusal(
    joined(
      hindrances.map(({ sentence }) => sentence),
      ' ',
    ),
    409,
  );
}

async function unshown(sql: Queryable, pictures: string[]): Promise<Hindrance[]> {
  const { rows } = await sql.query<Picture>(
    `SELECT w.id, a.name, a.persons,
            EXISTS (SELECT FROM image_consent_asset l WHERE l.asset_id = a.id) AS agreed,
            EXISTS (SELECT FROM barred_asset b WHERE b.asset_id = a.id) AS barred
       FROM unnest($1::uuid[]) AS w(id) LEFT JOIN asset a ON a.id = w.id AND a.kind = 'picture' ORDER BY 1`,
    [pictures],
  );
  return rows.flatMap((picture) => {
    const sentence = whyNot(picture);
    return sentence ? [{ place: `picture:${picture.id}`, sentence }] : [];
  });
}

function whyNot({ name, persons, agreed, barred }: Picture): Sentence | null {
  if (name === null) return say`A picture is not in the media library any more. Choose another.`;
  if (barred)
    return say`Somebody on the picture ${name} may not be shown: consent was withdrawn or never given. Choose another.`;
  if (persons === null)
    return say`Nobody has said yet whether the picture ${name} shows a person. Say so beside it in the media library.`;
  if (persons && !agreed)
    return say`The picture ${name} shows a person, and no consent is linked to it. Record one, or choose another.`;
  return null;
}

async function unagreed(sql: Queryable, { consents }: Content): Promise<Hindrance[]> {
  const { rows } = await sql.query<{ valid: boolean }>(
    `SELECT c.id IS NOT NULL AND c.withdrawn_at IS NULL AS valid
       FROM unnest($1::uuid[]) AS w(id) LEFT JOIN image_consent c ON c.id = w.id`,
    [consents],
  );
  if (rows.every(({ valid }) => valid)) return [];
  const sentence = say`A consent that the page rests on was withdrawn. Take out what tells of that person, then untick it.`;
  return [{ place: 'consents', sentence }];
}
