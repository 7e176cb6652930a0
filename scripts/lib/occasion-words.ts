import { formatAmount } from '../../src/i18n.ts';
import type { OccasionDesk, OccasionRow } from '../../src/pages/occasions/desk.ts';
import type { OccasionReport } from '../../src/pages/occasions/reports.ts';

/** A page of a family as a row of the command line. */
export const occasionInWords = ({ number, state, kind, names, day, given, gifts, askedAt }: OccasionRow) => ({
  ...{ page: number, state: askedAt ? `${state} (waits)` : state, kind, day: day ?? '–' },
  ...{ given: formatAmount(given), gifts, names: names.filter(Boolean).join(' & ') },
});

/** A page in a few lines. */
export function deskInWords({ page, content, keepers, figures, reports, history }: OccasionDesk): string {
  const open = reports.filter(({ answeredAt }) => !answeredAt);
  return [
    `${content.names.filter(Boolean).join(' & ') || '–'}  /o/${page.code}  ${page.number}`,
    `${page.kind}, ${content.day ?? 'no day'}; ${page.state}; edition ${page.edition}, shown ${page.shownEdition ?? 'none'}`,
    ...[content.line, content.story].filter(Boolean).map((text) => text.replace(/^/gm, '  ')),
    `${formatAmount(figures.raised)}, ${figures.gifts === 1 ? '1 gift' : `${figures.gifts} gifts`}`,
    ...keepers.map(
      ({ name, channel, masked, verifiedAt, lostAt }) =>
        `${name}, ${channel} ${masked}${verifiedAt ? '' : ' (not verified)'}${lostAt ? ' (a stranger has it now)' : ''}`,
    ),
    ...page.signs.map(({ name, seen }) => `look twice: ${name} (${seen})`),
    ...open.flatMap(({ id, kind, reason, words }) => [
      `${kind} (${reason}) waits for an answer: wecare occasions answer ${id} …`,
      ...(words ? [words.replace(/^/gm, '  ')] : []),
    ]),
    ...history.slice(0, 5).map(({ at, what, actor }) => `${at.toISOString()}  ${what}  ${actor}`),
  ].join('\n');
}

/** A word about a page as a row, with its clock. */
export const reportInWords = ({ id, number, kind, reason, dueAt, words }: OccasionReport, now: Date) => ({
  ...{ report: id, page: number, kind, reason },
  due: dueAt <= now ? `late since ${dueAt.toISOString()}` : dueAt.toISOString(),
  said: words.replace(/\s+/g, ' ').slice(0, 80),
});
