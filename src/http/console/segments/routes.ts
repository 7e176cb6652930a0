import {
  changeSegment,
  deleteSegment,
  usesOfSegment,
  usesOfSegments,
} from '../../../campaigns/segment-uses.ts';
import { cleanName } from '../../../contacts/lists.ts';
import { parseRules } from '../../../contacts/segments/rules.ts';
import { createSegment, listSegments, requireSegment } from '../../../contacts/segments/segments.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf, WRITERS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { type Building, SEGMENTS, showBuilder } from './builder.ts';
import { emptyRule, press, readDraft } from './draft.ts';
import { draftOf, rulesOf } from './rules.ts';
import { inWords } from './words.ts';

/** Fifty rules with long Malayalam values. */
const FORM = '256kb';
const SHOWN_USES = 3;

const list: Handler = (web) => async (req, res) => {
  const { t, language } = readingOf(req, res);
  const [segments, uses] = [await listSegments(web.ground), await usesOfSegments(web.ground.sql)];
  const rows = segments.map(({ id, name, rules, created_at: madeAt }) => {
    const all = uses.get(name) ?? [];
    const shown = all
      .slice(0, SHOWN_USES)
      .map(({ messageName, campaignId }) => ({ messageName, campaignId }));
    return {
      id,
      name,
      madeAt,
      words: inWords(parseRules(rules), language),
      uses: shown,
      more: all.length - shown.length,
    };
  });
  const mayWrite = web.allows(staffOf(res).user.roles, 'post', SEGMENTS);
  await showConsole(web, {
    ...{ req, res, name: 'segments', title: t('nav.segments'), data: { rows, mayWrite } },
    styles: ['console-segments.css'],
  });
};

/** A new one, empty or beginning with the rules of another. */
const begin: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const from =
    typeof req.query.from === 'string' ? await requireSegment(web.ground.sql, req.query.from) : null;
  const draft = from ? draftOf(parseRules(from.rules)) : { join: 'all' as const, rules: [emptyRule()] };
  const name = from ? t('segments.copy-of', { name: from.name }) : '';
  await showBuilder(web, { req, res, saved: null, name, draft, purpose: '', live: false });
};

const show: Handler = (web) => async (req, res) => {
  const { id, name, rules } = await requireSegment(web.ground.sql, String(req.params.id));
  const draft = draftOf(parseRules(rules));
  await showBuilder(web, { req, res, saved: { id, name }, name, draft, purpose: '', live: false });
};

/** The page again, with what a button did to the rules; nothing is saved. */
const redraw: Handler = (web) => async (req, res) => {
  const form = readForm(req);
  const typed = typedIn(form);
  const button = form.text('do');
  press(typed.draft, button);
  const id = form.text('id');
  const saved = id ? await requireSegment(web.ground.sql, id) : null;
  await showBuilder(web, { req, res, saved, ...typed, live: true, patient: button === 'reach' });
};

const create: Handler = (web) => (req, res) =>
  save({ req, res, saved: null }, web, async ({ name, rules, editor }) => {
    await createSegment(web.ground, { name, rules }, editor.actor);
    leadOn(res, SEGMENTS, 'segment-made');
  });

const change: Handler = (web) => async (req, res) => {
  const saved = await requireSegment(web.ground.sql, String(req.params.id));
  await save({ req, res, saved }, web, async ({ name, rules, editor }) => {
    const { withdrawn } = await changeSegment(web.ground, { id: saved.id, name, rules }, editor);
    leadOn(res, `${SEGMENTS}/${saved.id}`, withdrawn ? 'segment-changed-approvals' : 'segment-changed');
  });
};

interface Saving {
  name: string;
  rules: unknown;
  editor: { actor: string; userId: string };
}

/** Saves when everything will do; else shows the form with what was typed and what will not. */
async function save(
  asked: Pick<Building, 'req' | 'res' | 'saved'>,
  web: Parameters<Handler>[0],
  work: (saving: Saving) => Promise<void>,
): Promise<void> {
  const { req, res } = asked;
  const form = readForm(req);
  const again = (refused: Building['refused']) =>
    showBuilder(web, { ...asked, ...typedIn(form), ...(refused && { refused }) });
  const { t } = readingOf(req, res);
  const typed = typedIn(form);
  const { rules, faults } = rulesOf(typed.draft);
  const name = cleanName(typed.name) === null ? t('segments.no-name') : null;
  if (name || faults.size) return again({ ...(name && { name }), rows: faults.size > 0 });
  const { id: userId, email: actor } = staffOf(res).user;
  await orAgain(
    () => work({ name: typed.name, rules, editor: { actor, userId } }),
    (refusal) =>
      again(
        refusal.status === 409 ? { name: t('segments.taken') } : { text: readingOf(req, res).said(refusal) },
      ),
  );
}

const typedIn = (form: Form) => ({
  ...{ draft: readDraft(form), name: form.text('name'), purpose: form.text('purpose'), live: false },
});

const askDelete: Handler = (web) => async (req, res) => {
  const { t } = readingOf(req, res);
  const segment = await requireSegment(web.ground.sql, String(req.params.id));
  const uses = await usesOfSegment(web.ground.sql, segment.name);
  await showConsole(web, {
    ...{ req, res, name: 'segment-delete', title: t('segments.delete') },
    data: { segment: { id: segment.id, name: segment.name }, uses },
    crumbs: [
      { href: SEGMENTS, text: t('nav.segments') },
      { href: `${SEGMENTS}/${segment.id}`, text: segment.name },
    ],
  });
};

const remove: Handler = (web) => async (req, res) => {
  const id = String(req.params.id);
  await orAgain(
    async () => {
      await deleteSegment(web.ground, id, staffOf(res).user.email);
      leadOn(res, SEGMENTS, 'segment-deleted');
    },
    (refusal) => {
      if (refusal.status !== 409) throw refusal;
      // Somebody chose it meanwhile; the page says who.
      res.redirect(303, `${SEGMENTS}/${id}/delete`);
    },
  );
};

const one = `${SEGMENTS}/:id`;
export const segmentRoutes: Route[] = [
  { method: 'get', path: SEGMENTS, who: READERS, does: 'lists segments and who uses them', handle: list },
  { method: 'get', path: `${SEGMENTS}/new`, who: WRITERS, does: 'begins a segment', handle: begin },
  {
    ...{ method: 'post', path: `${SEGMENTS}/draft`, who: READERS, body: FORM },
    ...{ does: 'counts rules and shows them anew, saves nothing', handle: redraw },
  },
  { method: 'post', path: SEGMENTS, who: WRITERS, body: FORM, does: 'saves a new segment', handle: create },
  { method: 'get', path: one, who: READERS, does: 'shows a segment and counts it', handle: show },
  { method: 'post', path: one, who: WRITERS, body: FORM, does: 'changes a segment', handle: change },
  {
    method: 'get',
    path: `${one}/delete`,
    who: WRITERS,
    does: 'asks before a segment goes',
    handle: askDelete,
  },
  { method: 'post', path: `${one}/delete`, who: WRITERS, does: 'deletes an unused segment', handle: remove },
];
