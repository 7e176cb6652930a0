import type { User } from '../../../access/users.ts';
import { closeProject } from '../../../pages/ends.ts';
import { askReview, decideReview, publishApproved } from '../../../pages/reviews.ts';
import { rhythms, setWatch } from '../../../pages/watches.ts';
import type { Handler, Web } from '../../web.ts';
import { type LongForm, readLongForm } from '../messages/posted.ts';
import { userOf } from '../newsletters/deeds.ts';
import { leadOn, orAgain, readingOf } from '../shell.ts';
import { type Refused, showDesk } from './desk.ts';
import { PROJECTS, projectIdOf } from './words.ts';

interface Asked {
  id: string;
  user: User;
  form: LongForm;
}

/** A small form of the desk: done, or the desk again with why not beside it. */
const deed =
  (name: Refused['form'], work: (web: Web, asked: Asked) => Promise<string>): Handler =>
  (web) =>
  async (req, res) => {
    const id = projectIdOf(req);
    const form = readLongForm(req);
    await orAgain(
      async () => {
        const done = await work(web, { id, form, user: userOf(res) });
        leadOn(res, `${PROJECTS}/${id}`, done);
      },
      (refusal) => {
        if (refusal.status === 404) throw refusal;
        const typed = Object.fromEntries(form.entries().map(({ name: field, value }) => [field, value]));
        return showDesk(web, {
          req,
          res,
          refused: { form: name, text: readingOf(req, res).said(refusal), typed },
        });
      },
    );
  };

export const ask = deed('ask', async ({ ground }, { id, user }) => {
  await askReview(ground, id, user);
  return 'project-asked';
});

export const decide = deed('decide', async ({ ground }, { id, user, form }) => {
  const approved = form.text('decision') === 'approve';
  const version = Number(form.text('version')) || undefined;
  await decideReview(ground, { id, approved, words: form.text('words'), version }, user);
  return approved ? 'project-approved' : 'project-returned';
});

export const publish = deed('publish', async ({ ground }, { id, user }) => {
  await publishApproved(ground, id, user);
  return 'project-published';
});

export const close = deed('close', async ({ ground }, { id, user, form }) => {
  const told = (tag: string) => ({
    title: form.text(`${tag}.title`).trim().slice(0, 160),
    text: form.text(`${tag}.text`).trim().slice(0, 8000),
  });
  await closeProject(ground, { id, words: { en: told('en'), ml: told('ml') } }, user);
  return 'project-closed';
});

/** How often the reader themselves is told of gifts. */
export const watch: Handler = (web) => async (req, res) => {
  const projectId = projectIdOf(req);
  const rhythm = rhythms.find((one) => one === readLongForm(req).text('rhythm')) ?? null;
  await setWatch(web.ground, { projectId, user: userOf(res).id, rhythm });
  leadOn(res, `${PROJECTS}/${projectId}`, 'saved');
};
