import type { User } from '../../../access/users.ts';
import {
  giveUp,
  notePublished,
  publishAgain,
  removePublication,
} from '../../../deliveries/publications/decide.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { backTo, leadOn, orAgain } from '../shell.ts';
import { show } from './show.ts';

interface Doing {
  id: string;
  user: User;
  form: Form;
}

/** Decides about a publication and leads back; why it cannot be done is said at it, with what was typed. */
const deed =
  (done: string, work: (ground: Web['ground'], doing: Doing) => Promise<void>): Handler =>
  (web) =>
  (req, res) => {
    const [id, form] = [String(req.params.id), readForm(req)];
    return orAgain(
      async () => {
        await work(web.ground, { id, user: { ...staffOf(res).user, disabledAt: null }, form });
        leadOn(res, backTo(form.text('back'), '/console/attention'), done);
      },
      (refusal) =>
        refusal.status === 404
          ? Promise.reject(refusal)
          : show(web, { req, res, refusal, at: { id, url: form.text('url') } }),
    );
  };

export const published = deed('publication-published', (ground, { id, user, form }) =>
  notePublished(ground, { id, user }, form.text('url')),
);
export const again = deed('publication-again', (ground, who) => publishAgain(ground, who));
export const end = deed('publication-ended', (ground, who) => giveUp(ground, who));
export const remove = deed('publication-removed', (ground, who) => removePublication(ground, who));
