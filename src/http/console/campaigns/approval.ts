import type { Request, Response } from 'express';
import { type Approver, listApprovers } from '../../../access/absence.ts';
import { approveMessage } from '../../../campaigns/approvals.ts';
import { addComment, listComments } from '../../../campaigns/comments.ts';
import { listReviews } from '../../../campaigns/outside-reviews.ts';
import type { MessageGlance } from '../../../campaigns/overview.ts';
import { phoneReadings } from '../../../campaigns/phone/contents.ts';
import { type RequestLine, requestsOf } from '../../../campaigns/request-list.ts';
import { requestApproval, returnMessage, takeBackRequest } from '../../../campaigns/requests.ts';
import { writtenOf } from '../../../campaigns/versions.ts';
import { dateInWords, inWords, windowInWords } from '../../../campaigns/words.ts';
import { isPhoneChannel } from '../../../deliveries/phone/accounts.ts';
import type { Refusal } from '../../../errors.ts';
import { languageName, languages } from '../../../i18n.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { tabsOf } from '../messages/tabs.ts';
import { lookOfKept } from '../posts/look.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';
import { costOf } from './cost-view.ts';
import { reviewRow } from './outside-words.ts';
import { crumbsTo, messageOf } from './plan.ts';
import { accountsIn, messageBadge, namesIn } from './words.ts';

export const approvalPage: Handler = (web) => (req, res) => showApproval(web, { req, res });

interface Doing {
  messageId: string;
  user: Parameters<typeof approveMessage>[1]['user'];
  form: Form;
  /** Values of the address. */
  params: Record<string, unknown>;
}

/** Does something with a message's approval and shows it again; why it cannot be done is said there. */
export const deed =
  (done: string, work: (ground: Web['ground'], doing: Doing) => Promise<unknown>): Handler =>
  (web) =>
  (req, res) => {
    const form = readForm(req);
    return orAgain(
      async () => {
        const { id } = await messageOf(web, req);
        const user = { ...staffOf(res).user, disabledAt: null };
        await work(web.ground, { messageId: id, user, form, params: req.params });
        leadOn(res, `/console/messages/${id}/approval`, done);
      },
      (refusal) => showApproval(web, { req, res, refusal, form }),
    );
  };

export const ask = deed('approval-asked', (ground, { messageId, user, form }) =>
  requestApproval(
    ground,
    { messageId, user },
    {
      ...{ reference: form.text('reference').trim() || null, note: form.text('note').trim() || null },
      ...{ approverId: form.text('approver') || null, deputyId: form.text('deputy') || null },
    },
  ),
);

export const takeBack = deed('approval-taken-back', (ground, { messageId, user }) =>
  takeBackRequest(ground, { messageId, user }),
);

export const approve = deed('approval-given', (ground, { messageId, user, form }) =>
  approveMessage(
    ground,
    { messageId, user, revision: Number(form.text('revision')) || 0 },
    form.text('reference').trim() || undefined,
  ),
);

export const giveBack = deed('approval-returned', (ground, { messageId, user, form }) =>
  returnMessage(ground, { messageId, user }, form.text('reason')),
);

export const comment = deed('comment-written', (ground, { messageId, user, form }) =>
  addComment(ground, { messageId, user }, form.long('text')),
);

interface Shown {
  req: Request;
  res: Response;
  refusal?: Refusal;
  form?: Form;
}

/** What it says in each language; of one to telephones, what stands above its text too. */
async function textsOf({ ground: { sql } }: Web, { t }: Reading, message: MessageGlance) {
  const named = <T extends { language: string }>(one: T) => ({
    ...one,
    name: t('campaign.language', { language: one.language }),
  });
  if (!isPhoneChannel(message.channel))
    return (await writtenOf(sql, message)).map((text) => ({ ...named(text), media: null }));
  const texts = await phoneReadings(sql, message);
  return texts.map(({ name: subject, ...text }) => ({ ...named(text), subject, preheader: '' }));
}

/** What is to be approved, who is asked, what was said: everything for one decision. */
async function showApproval(web: Web, { req, res, refusal, form }: Shown): Promise<void> {
  const message = await messageOf(web, req);
  const reading = readingOf(req, res);
  const { sql, clock } = web.ground;
  const requests = await requestsOf({ sql, clock }, message.id);
  const open = requests.find(({ state }) => state === 'open') ?? null;
  const data = {
    message: { ...message, badge: messageBadge(reading, message) },
    ...aboutOf(reading, message),
    ...{ phone: isPhoneChannel(message.channel), cost: await costOf(web, reading, message) },
    ...{ post: message.channel === 'post', accounts: accountsIn(message.audience) },
    look: message.channel === 'post' ? await lookOfKept(web, reading, message.id) : null,
    texts: await textsOf(web, reading, message),
    open: open && requestOf(open),
    past: requests.filter(({ state }) => state !== 'open').map((one) => pastOf(reading, one)),
    comments: await listComments(sql, message.id),
    reviews: (await listReviews({ sql, clock }, message.id)).map((one) => reviewRow(reading, message, one)),
    tongues: languages.map((value) => ({ value, text: languageName(value, reading.language) })),
    ...(await choicesOf(web, { message, res, form })),
    may: mayOf(web, res, { message, open }),
    refused: refusal ? reading.said(refusal) : null,
    typed: typedIn(form, open),
  };
  await showConsole(web, {
    ...{
      req,
      res,
      name: 'approval',
      title: reading.t('approval.title'),
      data: { ...data, tabs: tabsOf({ web, req, res }, message, 'approval') },
      crumbs: await crumbsTo(web, reading, message),
    },
    ...{
      styles: ['console-campaigns.css', 'console-posts.css'],
      status: refusal ? (refusal.status === 400 ? 422 : refusal.status) : 200,
    },
  });
}

function aboutOf(
  { language, zone }: Reading,
  { schedule, window: hours, audience, nextDates }: MessageGlance,
) {
  const [next] = nextDates;
  return {
    when:
      schedule &&
      [inWords(schedule, language), hours && windowInWords(hours, language)].filter(Boolean).join(', '),
    next: next ? dateInWords(next, schedule?.zone ?? zone, language) : null,
    audience: namesIn(language, [...audience.lists, ...(audience.segments ?? [])]),
    excluded: namesIn(language, [...(audience.excludeLists ?? []), ...(audience.excludeSegments ?? [])]),
  };
}

const requestOf = (open: RequestLine) => ({
  ...open,
  // Who is asked at this moment.
  turn: open.approverAwayUntil && open.deputy ? open.deputy : open.approver,
});

const pastOf = (
  { t }: Reading,
  { state, decidedAt, decidedBy, reason, askedBy, askedAt, reference }: RequestLine,
) => ({
  ...{ at: decidedAt, reason, askedBy: askedBy ?? '–', askedAt, reference },
  text: t(`approval.past.${state}`, { by: decidedBy ?? t('run.log.engine') }),
});

async function choicesOf(
  web: Web,
  { message, res, form }: { message: MessageGlance; res: Response; form: Form | undefined },
) {
  const { t, moment } = readingOf(res.req, res);
  const others = (await listApprovers(web.ground)).filter(({ id }) => id !== message.editedBy);
  const named = ({ id, name, awayUntil }: Approver, field: string) => ({
    ...{ value: id, selected: form?.text(field) === id },
    text: awayUntil ? t('approval.away-until', { name, until: moment(awayUntil) }) : name,
  });
  return {
    approvers: others.map((one) => named(one, 'approver')),
    deputies: others.map((one) => named(one, 'deputy')),
  };
}

function mayOf(
  web: Web,
  res: Response,
  { message, open }: { message: MessageGlance; open: RequestLine | null },
) {
  const { user } = staffOf(res);
  const may = (path: string) => web.allows(user.roles, 'post', `/console/messages/:id/${path}`);
  const own = message.editedBy === user.id;
  const timed = message.nextDates.length > 0 || message.queued;
  const waits = !message.approval && !message.archivedAt && timed;
  return {
    ask: may('approval/request') && waits && !open,
    approve: may('approval') && waits && !own,
    own: may('approval') && waits && own,
    giveBack: may('approval/return') && Boolean(open),
    takeBack: may('approval/request') && Boolean(open),
    comment: may('comments'),
    outside: may('reviews') && !message.archivedAt,
    lend: may('reviews') && may('approval') && !own,
    untimed: !message.approval && !timed,
  };
}

const typedIn = (form: Form | undefined, open: RequestLine | null) => ({
  reference: form?.text('reference') || open?.reference || '',
  ...{ note: form?.text('note') ?? '', reason: form?.text('reason') ?? '', text: form?.long('text') ?? '' },
});
