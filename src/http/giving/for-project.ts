import { quoteShare, type Share, ShareChanged } from '../../giving/holds.ts';
import type { Ground } from '../../ground.ts';
import { formatAmount, type Language, translate } from '../../i18n.ts';
import { type ProjectToGive, projectToGive } from '../../pages/to-give.ts';
import { rupeesOf } from '../projects/address.ts';
import { type Posted, SUGGESTED } from './fields.ts';

/** An amount that the form offers. */
export interface Suggestion {
  rupees: string;
  shown: string;
  does: string;
}

/** The project a form is for; null for the fund itself, and when the project takes no gifts any more. */
export const projectFor = (
  ground: Pick<Ground, 'sql' | 'clock'>,
  { project }: Pick<Posted, 'project'>,
  language: Language,
): Promise<ProjectToGive | null> =>
  project ? projectToGive(ground, project, language) : Promise.resolve(null);

/** What the form offers: what the project says, or else what every gift does. */
export function suggestionsOf(project: ProjectToGive | null, language: Language): Suggestion[] {
  if (project?.suggestions.length)
    return project.suggestions.map(({ amount, words }) => ({
      ...{ rupees: rupeesOf(amount), shown: formatAmount(amount), does: words },
    }));
  return SUGGESTED.map((rupees) => ({
    ...{ rupees: String(rupees), shown: formatAmount(BigInt(rupees) * 100n) },
    does: project ? '' : translate(language, `give.does.${rupees}`),
  }));
}

/** How a gift for a project would be divided now. @throws Refusal when it takes no gifts */
export const shareFor = (
  { sql, clock }: Pick<Ground, 'sql' | 'clock'>,
  project: ProjectToGive,
  amount: bigint,
): Promise<Share> => quoteShare(sql, { projectId: project.id, amount, now: clock.now() });

/** A share as it rides along in the form, and back. What somebody makes of it on the way only lowers their own. */
export const promisedAs = ({ project, match }: Share): string => `${project}.${match}`;

/** What a form had promised; null when it says nothing that can be read. */
export function promisedBy({ promised }: Pick<Posted, 'promised'>, amount: bigint): Share | null {
  const [, project, match] = /^(\d{1,15})\.(\d{1,15})$/.exec(promised) ?? [];
  if (project === undefined || match === undefined || BigInt(project) > amount) return null;
  return { project: BigInt(project), beyond: amount - BigInt(project), match: BigInt(match), offerId: null };
}

/** What the last screen says of how the gift is divided. */
export const shareShown = ({ project, beyond, match }: Share) => ({
  promised: promisedAs({ project, beyond, match, offerId: null }),
  whole: beyond === 0n,
  none: project === 0n,
  project: formatAmount(project),
  beyond: formatAmount(beyond),
  match: match ? formatAmount(match) : '',
});

/** The share that is right now, when a promise could not be kept. */
export const changedShare = (err: unknown): Share | null => (err instanceof ShareChanged ? err.share : null);
