import type { NewsletterStatus } from '../../../campaigns/newsletters/status.ts';
import { type PlanTyped, planTyped } from '../campaigns/plan-form.ts';
import type { Reading } from '../shell.ts';

/** Languages in which every newsletter may be written; one that has others keeps them. */
export const TONGUES = ['ml', 'en'];

/** The form of a newsletter as it was typed. */
export interface Typed {
  /** By language; one without a title is left out. */
  words: Record<string, { title: string; description: string }>;
  slug: string;
  from: string;
  purpose: string;
  lists: string[];
  scene: 'dawn' | 'none';
  public: boolean;
  archive: boolean;
  draftHours: string;
  scheduled: boolean;
  /** Its times, as the plan of any message has them. */
  plan: PlanTyped;
}

export type Faults = Partial<Record<'title' | 'slug' | 'from' | 'purpose' | 'lists' | 'draftHours', string>>;

/** What a new one begins with. */
export function beginning(zone: string, usual: { from: string; purpose: string }): Typed {
  return {
    ...{ words: {}, slug: '', from: usual.from, purpose: usual.purpose, lists: [], scene: 'dawn' },
    ...{ public: true, archive: true, draftHours: '24', scheduled: true },
    plan: planTyped(new URLSearchParams({ when: 'repeat', weekdays: '1' }), zone),
  };
}

/** A form that was posted, or asks by its address what its times mean. */
export function readTyped(fields: URLSearchParams, tongues: readonly string[], zone: string): Typed {
  const text = (name: string) => (fields.get(name) ?? '').trim().slice(0, 500);
  const words = tongues.map((tag) => [
    tag,
    { title: text(`${tag}.title`), description: text(`${tag}.description`) },
  ]);
  fields.set('when', 'repeat');
  return {
    words: Object.fromEntries(words),
    slug: text('slug') || slugOf(text('en.title')),
    ...{ from: text('from'), purpose: text('purpose'), lists: fields.getAll('lists').slice(0, 200) },
    scene: text('scene') === 'none' ? 'none' : 'dawn',
    ...{ public: fields.has('public'), archive: fields.has('archive'), draftHours: text('draftHours') },
    ...{ scheduled: text('scheduled') !== 'no', plan: planTyped(fields, zone) },
  };
}

/** What stands in its address when nobody said: its English title. */
const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');

/** What can be said beside a field; the rest is the domain's to refuse. */
export function faultsOf(typed: Typed, { t }: Pick<Reading, 't'>, isNew: boolean): Faults {
  const { words, slug, from, purpose, lists, draftHours } = typed;
  const titled = Object.values(words).some(({ title }) => title);
  const hours = /^\d{1,3}$/.test(draftHours) && Number(draftHours) <= 336;
  return {
    ...(!titled && { title: t('newsletters.form.no-title') }),
    ...(!lists.length && { lists: t('new-message.fault.lists') }),
    ...(!hours && { draftHours: t('newsletters.form.no-hours') }),
    ...(isNew && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && { slug: t('newsletters.form.no-slug') }),
    ...(isNew &&
      !/^[^<>]*[^<>\s][^<>]*<\s*[^\s@<>]+@[^\s@<>]+\s*>$/.test(from) && {
        from: t('editor.fault.from'),
      }),
    ...(isNew && !purpose && { purpose: t('editor.fault.purpose') }),
  };
}

/** The words of each language that has a title. */
export const wordsOf = ({ words }: Typed) =>
  Object.fromEntries(Object.entries(words).filter(([, { title }]) => title));

/** A newsletter as its form shows it. */
export function typedOf(
  { newsletter }: Pick<NewsletterStatus, 'newsletter'>,
  { lists, plan }: Pick<Typed, 'lists' | 'plan'>,
): Typed {
  const { words, slug, scene, archive, draftHours, schedule } = newsletter;
  return {
    words: Object.fromEntries(Object.entries(words).map(([tag, said]) => [tag, { ...said }])),
    ...{ slug, from: '', purpose: '', lists, scene, public: newsletter.public, archive },
    ...{ draftHours: String(draftHours), scheduled: schedule !== null, plan },
  };
}
