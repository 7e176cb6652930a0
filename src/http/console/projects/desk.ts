import type { Request, Response } from 'express';
import { formatAmount } from '../../../i18n.ts';
import { type Desk, type Review, readDesk } from '../../../pages/desk.ts';
import { hindrancesOf } from '../../../pages/hindrances.ts';
import { mayStep } from '../../../pages/states.ts';
import { rhythms, watchOf } from '../../../pages/watches.ts';
import { APPROVERS, hasRole, type Staff, staffOf, WRITERS } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { findingsOf } from './findings.ts';
import { progressOf } from './list.ts';
import { tabsOf } from './tabs.ts';
import { badgeOf, districtName, PROJECTS, projectIdOf, STYLES, titleOf } from './words.ts';
import { writingOf } from './writing.ts';

export interface Refused {
  /** The form that was refused. */
  form: 'ask' | 'decide' | 'publish' | 'close';
  text: string;
  typed: Record<string, string>;
}

export const show: Handler = (web) => (req, res) => showDesk(web, { req, res });

/** A project with what it waits for; `refused` says beside its form what was not done. */
export async function showDesk(
  web: Web,
  { req, res, refused }: { req: Request; res: Response; refused?: Refused },
): Promise<void> {
  const reading = readingOf(req, res);
  const desk = await readDesk(web.ground, projectIdOf(req));
  const { project } = desk;
  const data = {
    ...{
      id: project.id,
      slug: project.slug,
      path: `${PROJECTS}/${project.id}`,
      badge: badgeOf(reading, project.state),
    },
    ...{ public: project.published !== null, version: project.version, published: project.published },
    ...figuresOf(desk, reading),
    next: await nextOf(web, { desk, reading, staff: staffOf(res) }),
    reviews: desk.reviews.filter(({ decidedAt }) => decidedAt !== null),
    mayClose: mayStep(project.state, 'close') && hasRole(staffOf(res), APPROVERS),
    mayReport: mayStep(project.state, 'report') && hasRole(staffOf(res), WRITERS),
    refused: {
      ask: null,
      decide: null,
      publish: null,
      close: null,
      ...(refused && { [refused.form]: refused.text }),
    },
    typed: { words: '', 'en.title': '', 'en.text': '', 'ml.title': '', 'ml.text': '', ...refused?.typed },
    tabs: tabsOf({ web, req, res }, project.id, 'desk'),
    watches: await watchesOf(web, reading, { projectId: project.id, user: staffOf(res).user.id }),
  };
  await showConsole(web, {
    ...{ req, res, name: 'project', title: titleOf(project, reading.language), data, styles: STYLES },
    ...{ status: refused ? 422 : 200, crumbs: [{ href: PROJECTS, text: reading.t('nav.projects') }] },
  });
}

/** How often the reader is told of gifts. */
async function watchesOf({ ground }: Web, { t }: Reading, mine: { projectId: string; user: string }) {
  const rhythm = await watchOf(ground, mine);
  return [
    { value: '', text: t('desk.watch.none'), selected: rhythm === null },
    ...rhythms.map((value) => ({
      ...{ value, text: t(`desk.watch.${value}`), selected: value === rhythm },
    })),
  ];
}

function figuresOf({ project, followers }: Desk, reading: Reading) {
  const { amount, raised, gifts, capped, closesAt, theme, district } = project;
  return {
    ...{ gifts, followers, capped, closesAt, ...progressOf(project, reading) },
    ...{ raised: formatAmount(raised), amount: amount && formatAmount(amount) },
    where: district ? districtName(reading, district) : reading.t('desk.all-kerala'),
    theme: reading.t(`desk.theme.${theme}`),
  };
}

interface Around {
  desk: Desk;
  reading: Reading;
  staff: Staff;
}

/** The one thing that the project waits for, and whether the reader can do it. */
async function nextOf(web: Web, { desk, reading, staff }: Around) {
  const { project, reviews, approved } = desk;
  const asked = reviews.find(({ decidedAt }) => decidedAt === null) ?? null;
  const ended = project.state === 'closed' || project.state === 'reported';
  const newer = project.version !== project.published && project.version !== approved && !ended;
  const hindrances = newer && !asked ? await hindrancesOf(web.ground.sql, desk.content) : [];
  const look = { language: reading.language, theme: 'light', as: '' } as const;
  const writing = writingOf(desk.content, project.version, look);
  return {
    asked: asked && askedView(asked, { desk, reading, staff }),
    ...{ approved: ended ? null : approved, newer: newer && !asked, ended, returned: returnedOf(reviews) },
    findings: findingsOf({ faults: new Map(), hindrances, writing }, reading),
    mayAsk: hasRole(staff, WRITERS),
    mayPublish: hasRole(staff, [...WRITERS, ...APPROVERS]),
    nothing: !asked && !approved && !newer,
  };
}

/** Words with which the last version came back, while nobody has asked again. */
function returnedOf([last]: Review[]): Review | null {
  return last?.approved === false ? last : null;
}

function askedView(asked: Review, { desk, staff }: Around) {
  const own = [asked.askedBy, desk.editedBy].includes(staff.user.email);
  const mayDecide = hasRole(staff, APPROVERS);
  return {
    ...asked,
    own: own && mayDecide,
    mayDecide: mayDecide && !own,
    stale: asked.version < desk.project.version,
  };
}
