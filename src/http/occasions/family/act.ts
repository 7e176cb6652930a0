import type { Request, Response } from 'express';
import { Refusal } from '../../../errors.ts';
import { readerLanguage } from '../../../reader.ts';
import { sentenceIn } from '../../../sentences.ts';
import type { Handler, Web } from '../../web.ts';
import { openedOf } from '../doors.ts';
import { type Done, showHome } from './page.ts';

/** What a wish leads to: the family's page, which says that it is done, at a place of it. */
export interface Then {
  done: Done;
  at?: string;
}

/** Does what a family wishes and leads back to its page, which says that it is done, or why it is not. */
export const act =
  (wish: (web: Web, req: Request, res: Response) => Promise<Then>): Handler =>
  (web) =>
  async (req, res) => {
    const { draft, home } = openedOf(res);
    const language = readerLanguage(req, draft.content.language);
    try {
      const { done, at } = await wish(web, req, res);
      res.redirect(303, `${home}?lang=${language}&done=${done}${at ? `#${at}` : ''}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await showHome(web, { req, res, refused: sentenceIn(language, error), status: error.status });
    }
  };
