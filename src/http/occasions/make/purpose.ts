import { formatAmount, translate } from '../../../i18n.ts';
import { readRupees } from '../../../money.ts';
import { districts } from '../../../pages/districts.ts';
import { OccasionContent, visibilities } from '../../../pages/occasions/content.ts';
import { kindOf } from '../../../pages/occasions/kinds.ts';
import { projectsToGive } from '../../../pages/to-give.ts';
import type { Part } from './part.ts';

/** Whom it is for, and who may see it. */
export const purpose: Part = {
  fields: ['purpose', 'project', 'goal', 'progress', 'visibility', 'until', 'district'],
  values: ({ content }) => ({
    purpose: content.project ? 'project' : 'fund',
    project: content.project ?? '',
    goal: content.goal ? String(BigInt(content.goal) / 100n) : '',
    progress: content.progress ? 'yes' : '',
    visibility: content.visibility,
    until: content.until ?? '',
    district: content.district ?? '',
  }),
  read(typed, { language }) {
    const fault = (name: string) => translate(language, `occasion.fault.${name}`);
    const goal = typed.goal?.trim() ? readRupees(typed.goal) : null;
    const until = OccasionContent.shape.until.safeParse(typed.until || null);
    const project = OccasionContent.shape.project.safeParse(
      typed.purpose === 'project' ? typed.project : null,
    );
    const faults = {
      ...(goal && (!goal.ok || goal.paise < 100_00n) && { goal: fault('goal') }),
      ...(!until.success && { until: fault('until') }),
      ...(!project.success && { project: fault('project') }),
    };
    if (Object.keys(faults).length || !until.success || !project.success) return { ok: false, faults };
    const content = {
      ...{ project: project.data, until: until.data, progress: typed.progress === 'yes' },
      goal: goal?.ok ? String(goal.paise) : null,
      visibility: visibilities.find((one) => one === typed.visibility) ?? ('unlisted' as const),
      district: districts.find((one) => one === typed.district) ?? null,
    };
    return { ok: true, change: { content } };
  },
  async more(web, { draft, typed, language }) {
    const projects = await projectsToGive(web.ground, language);
    return {
      purposes: ['fund', 'project'].map((value) => ({
        ...{ value, checked: value === typed.purpose },
        words: translate(language, `occasion.said.purpose.${value}`),
      })),
      projects: projects.map(({ id, title }) => ({ id, title, chosen: id === typed.project })),
      goalOffered: kindOf(draft.kind).goal || typed.goal !== '' || typed.progress !== '',
      progress: typed.progress === 'yes',
      example: formatAmount(10_000_00n),
      visibilities: visibilities.map((value) => ({
        ...{ value, checked: value === typed.visibility },
        words: translate(language, `occasion.said.visibility.${value}`),
        help: translate(language, `occasion.visibility.${value}`),
      })),
      districts: districts.map((name) => ({ name, chosen: name === typed.district })),
    };
  },
};
