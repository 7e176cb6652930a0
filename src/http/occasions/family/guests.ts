import { inviteGuests } from '../../../campaigns/occasions/codes.ts';
import { Refusal } from '../../../errors.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import { readForm } from '../../form.ts';
import type { Handler } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { showHome } from './page.ts';

/** Invites guests by mail; what is no address is given back to be put right. */
export const invite: Handler = (web) => async (req, res) => {
  const { draft } = openedOf(res);
  const addresses = readForm(req).long('addresses');
  const language = readerLanguage(req, draft.content.language);
  try {
    const invited = await inviteGuests(web.ground, { occasionId: draft.id, addresses, user: 'family' });
    await showHome(web, { req, res, invited });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = sentenceIn(language, error);
    await showHome(web, { req, res, refused, addresses, status: error.status });
  }
};
