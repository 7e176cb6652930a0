import { convertLegacyMalayalam, isLegacyMalayalam } from '../../../contacts/legacy-malayalam.ts';
import { searchContacts } from '../../../contacts/search.ts';
import { Refusal } from '../../../errors.ts';
import type { Handler } from '../../web.ts';
import { readLongForm } from './posted.ts';

/** For scripts: contacts as one types, to look through their eyes. */
export const findPeople: Handler = (web) => async (req, res) => {
  const wish = typeof req.query.q === 'string' ? req.query.q : '';
  const people = await searchContacts(web.ground, wish, 8).catch(nobody);
  res.json(
    people.map(({ id, name, addresses }) => ({
      ...{ name, address: addresses.find((address) => address.includes('@')) ?? id },
    })),
  );
};

/** Too little was typed to look for anybody. */
function nobody(error: unknown): [] {
  if (error instanceof Refusal) return [];
  throw error;
}

/** For scripts: how a text would read if it is Malayalam in an old font; null when it is not. */
export const readLegacy: Handler = () => (req, res) => {
  const text = readLongForm(req).text('text');
  res.json({ legacy: isLegacyMalayalam([text]) ? convertLegacyMalayalam(text) : null });
};
