import type { Request, Response } from 'express';
import { openDraft } from '../../campaigns/drafts.ts';
import { answerReview, type OutsideReview, openReview } from '../../campaigns/outside-reviews.ts';
import { type MessageGlance, messageGlance } from '../../campaigns/overview.ts';
import { phoneReadings } from '../../campaigns/phone/contents.ts';
import { checkPost } from '../../campaigns/posts/check.ts';
import { sampleMail } from '../../campaigns/sample.ts';
import { inWords } from '../../campaigns/words.ts';
import { isPhoneChannel } from '../../deliveries/phone/accounts.ts';
import { networkOf } from '../../deliveries/publications/connected.ts';
import { Refusal } from '../../errors.ts';
import { languageName } from '../../i18n.ts';
import { readerLanguage } from '../../reader.ts';
import { sentenceIn } from '../../sentences.ts';
import { sendMail } from '../console/messages/preview.ts';
import { readForm } from '../form.ts';
import { showPage } from '../pages.ts';
import type { Route } from '../routes.ts';
import type { Handler, Web } from '../web.ts';

const PATH = '/review/:token';

interface Asked {
  req: Request;
  res: Response;
  token: string;
  review: OutsideReview;
  refusal?: Refusal;
  words?: string;
}

/** Finds what `:token` is about; one that is no longer open says why, and shows nothing of the message. */
const withReview =
  (then: (web: Web, asked: Asked) => Promise<void>): Handler =>
  (web) =>
  async (req, res) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
    const token = String(req.params.token);
    const review = await openReview(web.ground, token);
    if (!review) return showPage(web, { req, res, name: 'broken', status: 404 });
    if (review.state !== 'open') return showOver(web, { req, res, token, review });
    await then(web, { req, res, token, review });
  };

function showOver(web: Web, { req, res, review }: Asked): void {
  const data = { state: review.state, name: review.reviewer };
  showPage(web, { req, res, name: 'review-over', data, status: review.state === 'answered' ? 200 : 410 });
}

async function show(web: Web, { req, res, token, review, refusal, words = '' }: Asked): Promise<void> {
  const language = readerLanguage(req);
  const message = await messageGlance(web.ground, review.messageId);
  if (!message) return showPage(web, { req, res, name: 'broken', status: 404 });
  const data = {
    ...{
      path: `/review/${token}`,
      name: review.reviewer,
      asker: review.madeBy,
      until: review.expiresAt,
      decides: review.decides,
      typed: words,
    },
    ...{ message: message.name, isPost: message.channel === 'post' },
    when: message.schedule ? inWords(message.schedule, language) : null,
    mails: message.channel === 'email' ? await mailsOf(web, review.messageId, language) : [],
    texts: isPhoneChannel(message.channel) ? await textsOf(web, message, language) : [],
    posts: message.channel === 'post' ? await postsOf(web, review.messageId, language) : [],
    refused: refusal ? sentenceIn(language, refusal) : null,
  };
  showPage(web, { req, res, name: 'review', data, status: refusal ? 422 : 200 });
}

/** In each language, as somebody of whom nothing is known would read it. */
async function mailsOf(web: Web, messageId: string, language: 'en' | 'ml') {
  const { contents, files } = await openDraft(web.ground, messageId);
  return Promise.all(
    contents.map(async (content) => {
      const tag = content.language;
      const { subject, preheader, text } = await sampleMail(web.ground, { language: tag, content, files });
      return { tag, subject, preheader, text, tongue: languageName(tag, language) };
    }),
  );
}

/** What telephones will show in each language; fields stand in it as they are. */
async function textsOf(web: Web, message: MessageGlance, language: 'en' | 'ml') {
  const texts = await phoneReadings(web.ground.sql, message);
  return texts.map(({ language: tag, ...one }) => ({ ...one, tag, tongue: languageName(tag, language) }));
}

/** Each account with what its followers will see. */
async function postsOf(web: Web, messageId: string, language: 'en' | 'ml') {
  const checked = await checkPost(web.ground, messageId);
  return checked.map(({ account, language: tag, parts }) => ({
    ...{
      tag,
      account: account.name,
      network: networkOf(account.channel).title,
      tongue: languageName(tag, language),
    },
    parts: parts.map(({ content }) => ({
      text: content.text,
      pictures: content.media.flatMap(({ kind, url, alt }) =>
        kind === 'picture' && url ? [{ url, alt }] : [],
      ),
    })),
  }));
}

const showReview = withReview(show);

/** The mail as its readers will see it, in a page that runs nothing. */
const showMail = withReview(async (web, { req, res, review }) => {
  const { contents, files } = await openDraft(web.ground, review.messageId);
  const content = contents.find(({ language }) => language === req.params.language) ?? contents[0];
  if (!content) return showPage(web, { req, res, name: 'broken', status: 404 });
  const sampling = { language: content.language, content, files };
  sendMail(web, res, (await sampleMail(web.ground, sampling)).html, 'light');
});

const answer = withReview(async (web, asked) => {
  const form = readForm(asked.req);
  const [words, approved] = [form.long('words'), form.text('answer') === 'approve'];
  try {
    await answerReview(web.ground, asked.token, { approved, words });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return show(web, { ...asked, refusal: error, words });
  }
  showOver(web, { ...asked, review: { ...asked.review, state: 'answered' } });
});

/** What somebody without an account is asked about a message. */
export const reviewRoutes: Route[] = [
  { method: 'get', path: PATH, who: 'anyone', does: 'asks what its holder thinks of it', handle: showReview },
  {
    method: 'get',
    path: `${PATH}/:language`,
    who: 'anyone',
    does: 'shows the mail itself',
    handle: showMail,
  },
  { method: 'post', path: PATH, who: 'anyone', does: 'keeps the answer', limit: 'form', handle: answer },
];
