import type { Ground } from '../../ground.ts';
import { type Language, translate } from '../../i18n.ts';
import type { ShownOccasion } from '../../pages/occasions/shown.ts';
import { plainOf } from '../../pages/prose.ts';
import { otherLanguage } from '../../reader.ts';
import { projectFor, type Suggestion, suggestionsOf } from '../giving/for-project.ts';
import { projectPath } from '../projects/address.ts';

/** Whom the gifts of a page are for, and what they do. */
export interface Beneficiary {
  title: string;
  text: string;
  /** Where more is told; null for the fund. */
  href: string | null;
  suggestions: Suggestion[];
}

/** As it is now: a project may have ended since the page was made. */
export async function beneficiaryOf(
  ground: Pick<Ground, 'sql' | 'clock'>,
  { project }: Pick<ShownOccasion, 'project'>,
  language: Language,
): Promise<Beneficiary> {
  if (!project)
    return {
      ...{ title: translate(language, 'give.to'), text: translate(language, 'give.to.text'), href: null },
      suggestions: suggestionsOf(null, language),
    };
  const open = await projectFor(ground, { project: project.slug }, language);
  return {
    title: project.titles[language] || project.titles[otherLanguage(language)],
    text: plainOf(open?.summary ?? '') || translate(language, 'give.to.project'),
    href: projectPath(project.slug),
    suggestions: open ? suggestionsOf(open, language) : [],
  };
}
