import { formatAmount } from '../../src/i18n.ts';
import type { Desk } from '../../src/pages/desk.ts';
import type { ProjectRow } from '../../src/pages/list.ts';

/** A project as a row of the command line. */
export const rowInWords = ({ slug, state, titles, raised, amount, gifts, waits }: ProjectRow) => ({
  ...{ project: slug, state: waits ? `${state} (waits)` : state, raised: formatAmount(raised) },
  ...{ goal: amount ? formatAmount(amount) : '–', gifts, title: titles.en || titles.ml },
});

/** A project in a few lines. */
export function projectInWords({ project, content, reviews, approved, followers }: Desk): string {
  const { slug, state, raised, amount, gifts, version, published } = project;
  const [asked] = reviews;
  const waits =
    asked && !asked.decidedAt
      ? `Version ${asked.version} waits for a decision; ${asked.askedBy} asked.`
      : null;
  return [
    `${content.en.title || content.ml.title}  /projects/${slug}`,
    `${state}; version ${version}, public ${published ?? 'none'}`,
    `${formatAmount(raised)}${amount ? ` of ${formatAmount(amount)}` : ''}, ${gifts} gifts, ${followers} followers`,
    waits,
    approved ? `Version ${approved} is approved: wecare project publish ${slug} --as USER` : null,
  ]
    .filter(Boolean)
    .join('\n');
}
