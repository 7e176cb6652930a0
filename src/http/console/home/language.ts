import { chooseLanguage } from '../../../access/own-language.ts';
import { readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { backTo, leadOn } from '../shell.ts';

/** The switch at the top of every page. */
export const takeLanguage: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const { id, email } = staffOf(res).user;
  await chooseLanguage(web.ground, { userId: id, language: form.text('language') }, email);
  leadOn(res, backTo(form.text('back')), 'language');
};
