import type { Request, Response } from 'express';
import { removeList, renameList, usesOfList } from '../../../campaigns/lists.ts';
import { browseContacts } from '../../../contacts/browse.ts';
import { listTable, readList } from '../../../contacts/list-table.ts';
import { addList } from '../../../contacts/lists.ts';
import { publishList, unpublishList } from '../../../contacts/public-lists.ts';
import { type Form, readForm } from '../../form.ts';
import type { Route } from '../../routes.ts';
import { READERS, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { offeredPurposes } from '../purposes.ts';
import { leadOn, orAgain, readingOf, showConsole } from '../shell.ts';
import { CONTACTS, pagerOf } from './list.ts';
import { idOf, pathOf } from './one.ts';
import { addressOf, askedId } from './reading.ts';

export const LISTS = '/console/lists';
const PAGE = 50;
const hrefOf = (id: string) => `${LISTS}/${id}`;

const all: Handler = (web) => (req, res) => showAll(web, { req, res });

async function showAll(
  web: Web,
  { req, res, typed = '', refused }: { req: Request; res: Response; typed?: string; refused?: string },
): Promise<void> {
  const { t } = readingOf(req, res);
  const rows = await listTable(web.ground.sql);
  await showConsole(web, {
    ...{ req, res, name: 'lists', title: t('nav.lists'), styles: ['console-contacts.css'] },
    data: {
      rows: rows.map((row) => ({ ...row, href: hrefOf(row.id) })),
      ...{ typed, refused: refused ?? null },
      mayWrite: web.allows(staffOf(res).user.roles, 'post', LISTS),
    },
    status: refused ? 422 : 200,
  });
}

const make: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const typed = readForm(req).text('name');
  if (!typed.trim()) return showAll(web, { req, res, typed, refused: t('lists.name.missing') });
  return orAgain(
    async () => {
      const { id } = await addList(web.ground, typed, staffOf(res).user.email);
      leadOn(res, hrefOf(id), 'list-made');
    },
    (refusal) => showAll(web, { req, res, typed, refused: readingOf(req, res).said(refusal) }),
  );
};

/** What was typed into one of the forms of a list's page, and why it was not taken. */
interface Fault {
  form: 'name' | 'words';
  text: string;
  typed: Partial<Words> & { name?: string };
}

interface Words {
  purpose: string;
  titleEn: string;
  textEn: string;
  titleMl: string;
  textMl: string;
}

const show: Handler = (web) => (req, res) => showList(web, { req, res });

async function showList(
  web: Web,
  { req, res, fault }: { req: Request; res: Response; fault?: Fault },
): Promise<void> {
  const { t } = readingOf(req, res);
  const list = await readList(web.ground.sql, idOf(req));
  const before = askedId(req, 'before');
  const members = await browseContacts(web.ground, { list: list.name }, { before, limit: PAGE + 1 });
  const shown = members.slice(0, PAGE);
  const last = shown.at(-1)?.id;
  const next = members.length > PAGE && last ? addressOf(hrefOf(list.id), { before: last }) : null;
  const { en, ml } = list.words;
  await showConsole(web, {
    ...{ req, res, name: 'list', title: list.name, styles: ['console-contacts.css'] },
    crumbs: [{ href: LISTS, text: t('nav.lists') }],
    data: {
      ...{
        list,
        href: hrefOf(list.id),
        uses: await usesOfList(web.ground.sql, list.name),
        fault: fault ?? null,
        purposes: await offeredPurposes(web.ground.sql, { t }),
      },
      rows: shown.map((row) => ({ ...row, href: pathOf(row.id) })),
      typed: {
        ...{
          name: list.name,
          purpose: list.purpose ?? '',
          titleEn: en?.title ?? '',
          textEn: en?.description ?? '',
        },
        ...{ titleMl: ml?.title ?? '', textMl: ml?.description ?? '', ...fault?.typed },
      },
      mayWrite: web.allows(staffOf(res).user.roles, 'post', LISTS),
      exportHref: addressOf(`${CONTACTS}/export`, { list: list.name }),
      findHref: addressOf(CONTACTS, { list: list.name }),
      pager: pagerOf(before, next, () => hrefOf(list.id)),
    },
    status: fault ? 422 : 200,
  });
}

const rename: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const name = readForm(req).text('name');
  const again = (text: string) => showList(web, { req, res, fault: { form: 'name', text, typed: { name } } });
  if (!name.trim()) return again(t('lists.name.missing'));
  return orAgain(
    async () => {
      await renameList(web.ground, { id: idOf(req), name }, staffOf(res).user.email);
      leadOn(res, hrefOf(idOf(req)), 'list-renamed');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return again(readingOf(req, res).said(refusal));
    },
  );
};

const publish: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const typed = wordsIn(readForm(req));
  const again = (text: string) => showList(web, { req, res, fault: { form: 'words', text, typed } });
  if (Object.values(typed).some((text) => !text)) return again(t('lists.words.missing'));
  if (!/^[a-z][a-z0-9_-]{0,49}$/.test(typed.purpose)) return again(t('lists.purpose.wrong'));
  return orAgain(
    async () => {
      const { name } = await readList(web.ground.sql, idOf(req));
      const words = {
        en: { title: typed.titleEn, description: typed.textEn },
        ml: { title: typed.titleMl, description: typed.textMl },
      };
      await publishList(web.ground, name, { purpose: typed.purpose, words, actor: staffOf(res).user.email });
      leadOn(res, hrefOf(idOf(req)), 'list-published');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return again(readingOf(req, res).said(refusal));
    },
  );
};

const wordsIn = (form: Form): Words => {
  const line = (name: string) => form.text(name).trim().replace(/\s+/g, ' ');
  return {
    ...{ purpose: line('purpose'), titleEn: line('titleEn'), textEn: line('textEn') },
    ...{ titleMl: line('titleMl'), textMl: line('textMl') },
  };
};

const unpublish: Handler = (web) => async (req, res) => {
  const { name } = await readList(web.ground.sql, idOf(req));
  await unpublishList(web.ground, name, staffOf(res).user.email);
  leadOn(res, hrefOf(idOf(req)), 'list-unpublished');
};

const askRemoval: Handler = (web) => (req, res) => showRemoval(web, { req, res });

async function showRemoval(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: string },
): Promise<void> {
  const { t } = readingOf(req, res);
  const list = await readList(web.ground.sql, idOf(req));
  const uses = await usesOfList(web.ground.sql, list.name);
  const free = !list.members && !uses.messages.length && !uses.segments.length;
  await showConsole(web, {
    ...{ req, res, name: 'list-removal', title: t('lists.remove'), styles: ['console-contacts.css'] },
    crumbs: [
      { href: LISTS, text: t('nav.lists') },
      { href: hrefOf(list.id), text: list.name },
    ],
    data: { list, uses, free, href: hrefOf(list.id), refused: refused ?? null },
    status: refused ? 422 : 200,
  });
}

const remove: Handler = (web) => (req, res) =>
  orAgain(
    async () => {
      await removeList(web.ground, idOf(req), staffOf(res).user.email);
      leadOn(res, LISTS, 'list-removed');
    },
    (refusal) => {
      if (refusal.status === 404) throw refusal;
      return showRemoval(web, { req, res, refused: readingOf(req, res).said(refusal) });
    },
  );

const post = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'post', path: `${LISTS}/:id/${path}`, who: WRITERS, does, handle },
});

export const listPageRoutes: Route[] = [
  { method: 'get', path: LISTS, who: READERS, does: 'shows all lists', handle: all },
  { method: 'post', path: LISTS, who: WRITERS, does: 'makes a list', handle: make },
  { method: 'get', path: `${LISTS}/:id`, who: READERS, does: 'shows a list with its members', handle: show },
  post('name', 'gives a list another name', rename),
  post('publication', 'lets everybody join a list by the public form', publish),
  post('publication/end', 'takes a list off the public form', unpublish),
  {
    ...{ method: 'get', path: `${LISTS}/:id/removal`, who: WRITERS, handle: askRemoval },
    does: 'says whether a list can be removed',
  },
  post('removal', 'removes a list that nobody is on', remove),
];
