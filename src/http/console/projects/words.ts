import type { Request } from 'express';
import { found } from '../../../errors.ts';
import type { MessageKey } from '../../../i18n.ts';
import { themes } from '../../../pages/content.ts';
import { districts } from '../../../pages/districts.ts';
import type { ProjectState } from '../../../pages/projects.ts';
import { say } from '../../../say.ts';
import type { Reading } from '../shell.ts';

export const PROJECTS = '/console/projects';
export const CONSENTS = '/console/consents';

/** Files of templates/assets that the pages of projects need. */
export const STYLES = ['console-editor.css', 'console-projects.css'];

export const projectStates: ProjectState[] = ['draft', 'review', 'live', 'reached', 'closed', 'reported'];

const LOOKS: Record<ProjectState, string> = {
  ...{
    draft: 'draft',
    review: 'deferred',
    live: 'sending',
    reached: 'sent',
    closed: 'held',
    reported: 'sent',
  },
};

/** How a state looks, and its word. */
export const badgeOf = ({ t }: Pick<Reading, 't'>, state: ProjectState) => ({
  ...{ look: LOOKS[state], text: t(`desk.state.${state}`) },
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The project of an address. @throws Refusal (404) for what is no id */
export function projectIdOf(req: Request): string {
  const id = String(req.params.id);
  return found(UUID.test(id) ? id.toLowerCase() : null, say`There is no such project.`);
}

/** The title in the reader's language, or in the other; the address while there is none. */
export const titleOf = (
  { titles, slug }: { titles: { en: string; ml: string }; slug: string },
  language: 'en' | 'ml',
) => titles[language] || titles.en || titles.ml || slug;

type Options = { value: string; text: string; selected: boolean }[];

const chosen = (options: { value: string; text: string }[], wish: string | null): Options =>
  options.map((one) => ({ ...one, selected: one.value === (wish ?? '') }));

export const themeOptions = ({ t }: Pick<Reading, 't'>, wish: string | null, all?: MessageKey): Options =>
  chosen(
    [
      ...(all ? [{ value: '', text: t(all) }] : []),
      ...themes.map((value) => ({ value, text: t(`desk.theme.${value}`) })),
    ],
    wish,
  );

export const districtOptions = ({ t }: Pick<Reading, 't'>, wish: string | null, all: MessageKey): Options =>
  chosen(
    [{ value: '', text: t(all) }, ...districts.map((value) => ({ value, text: districtName({ t }, value) }))],
    wish,
  );

export const districtName = ({ t }: Pick<Reading, 't'>, district: string): string =>
  t(`segments.district.${district.toLowerCase() as 'idukki'}`);
