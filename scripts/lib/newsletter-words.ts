import type { Newsletter } from '../../src/campaigns/newsletters/newsletters.ts';
import type { EditionStatus, NewsletterStatus } from '../../src/campaigns/newsletters/status.ts';
import { shown } from './campaign-words.ts';
import { table } from './cli.ts';

/** All of a newsletter on one screen. */
export function newsletterInWords(status: NewsletterStatus): string {
  const { newsletter, scheduleInWords, nextDates, past } = status;
  const titles = newsletter.languages.map((tag) => newsletter.words[tag]?.title).join(' · ');
  const dates = nextDates.map((at) => `    ${shown(at, newsletter)}`);
  return [
    `${newsletter.slug}: ${titles}`,
    `  ${publicInWords(newsletter)} Its campaign is ${JSON.stringify(status.campaign)}.`,
    ...(scheduleInWords
      ? [`  ${scheduleInWords.en}. If late: ${status.latePolicy}.`, `  ${scheduleInWords.ml}`]
      : []),
    ...(dates.length ? ['  Next:', ...dates] : []),
    ...nextInWords(status).map((line) => `  ${line}`),
    ...past.slice(0, 1).map((edition) => `  ${pastInWords(edition, newsletter)}`),
  ].join('\n');
}

function publicInWords({ public: shownToAll, archive, slug }: Newsletter): string {
  if (!shownToAll) return 'Not on the web.';
  return archive
    ? `On the web at /n/${slug}, with its editions.`
    : `On the web at /n/${slug}, without its editions.`;
}

/** What the next edition waits for, and what somebody should do. */
function nextInWords({ next, newsletter, waiting, draftedOn, latePolicy, asks }: NewsletterStatus): string[] {
  const { slug } = newsletter;
  if (newsletter.pausedAt)
    return [
      `It rests since ${shown(newsletter.pausedAt, newsletter)}; no edition leaves. wecare newsletter resume ${slug} --as USER`,
    ];
  if (!newsletter.schedule)
    return [`Not scheduled yet: wecare newsletter edit ${slug} --cron "0 9 * * MON" --as USER`];
  if (!next) return ['The next edition is opened when a worker runs.'];
  const due = shown(next.dueAt, newsletter);
  if (next.state === 'coming') {
    if (next.reason) return [`The edition of ${due} cannot be drafted: ${next.reason}`];
    if (!waiting.length)
      return [
        `Nothing is new for the edition of ${due}. If nothing is then, it is skipped and no mail leaves.`,
      ];
    return [
      `The edition of ${due} has ${count(waiting.length, 'new item')}; it is drafted on ${shown(draftedOn ?? next.dueAt, newsletter)}.`,
    ];
  }
  const name = `Edition ${next.number} of ${due}${next.handwritten ? ', written by hand,' : ''}`;
  const later = waiting.length
    ? [
        `${count(waiting.length, 'item')} came later: wecare newsletter draft ${slug} --as USER takes them in.`,
      ]
    : [];
  if (asks) return [`${name} asks whether it should still be sent: wecare campaign decide ${asks} send|skip`];
  if (next.approvedBy) return [`${name} is approved by ${next.approvedBy} and sent then.`, ...later];
  const unless = {
    ask: 'it then asks whether it should still be sent',
    send: 'it is sent once it is approved',
    skip: 'it is skipped',
  };
  return [
    `${name} waits for approval: wecare newsletter approve ${slug} --as USER`,
    `If nobody approves it in time, ${unless[latePolicy]}.`,
    ...later,
  ];
}

function pastInWords(
  { state, number, dueAt, reason, webUrl }: EditionStatus,
  newsletter: Newsletter,
): string {
  const due = shown(dueAt, newsletter);
  if (state === 'skipped') return `The edition of ${due} was not sent (${reason}).`;
  return `Edition ${number} was sent, due ${due}${webUrl ? `: ${webUrl}` : ''}.`;
}

/** Editions as a table. */
export function editionsInWords(editions: EditionStatus[], newsletter: Newsletter): string {
  if (!editions.length) return 'There are no editions yet.';
  return table(
    editions.map((edition) => ({
      ...{
        edition: edition.number === null ? '' : String(edition.number),
        due: shown(edition.dueAt, newsletter),
      },
      ...{ state: edition.approvedBy ? 'approved' : edition.state, items: edition.items.join(', ') },
      ...{ run: edition.run === null ? '' : String(edition.run), why: edition.reason ?? '' },
      web: edition.webUrl ?? (edition.hiddenAt ? '(hidden)' : ''),
    })),
  );
}

const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`;
