import { translate } from '../../../i18n.ts';
import { LINE_LONGEST, OccasionContent, STORY_LONGEST } from '../../../pages/occasions/content.ts';
import { kindLines, kindWord } from '../../../pages/occasions/words.ts';
import type { Part, Typed } from './part.ts';

const Fields = OccasionContent.pick({ line: true, story: true, language: true });

/** What guests read. */
export const words: Part = {
  fields: ['line', 'story', 'language'],
  values: ({ content: { line, story, language } }) => ({ line, story, language }),
  read(typed, { draft, language, pressed }) {
    const filled = { ...typed, ...suggested(draft.kind, typed, pressed) };
    const fields = Fields.safeParse({
      ...filled,
      language: typed.language === 'en' ? 'en' : 'ml',
    });
    if (fields.success) return { ok: true, change: { content: fields.data }, ...stayAt(pressed) };
    const long = (field: string, most: number) =>
      translate(language, 'occasion.fault.long', { count: (filled[field] ?? '').trim().length, most });
    const wrong = fields.error.issues.map(({ path }) => String(path[0]));
    return {
      ok: false,
      faults: {
        ...(wrong.includes('line') && { line: long('line', LINE_LONGEST) }),
        ...(wrong.includes('story') && { story: long('story', STORY_LONGEST) }),
      },
    };
  },
  more: (_web, { draft, typed, language }) => ({
    ...{ lineMost: LINE_LONGEST, storyMost: STORY_LONGEST },
    prompt: kindWord(language, draft.kind, 'prompt'),
    lines: kindLines(languageTyped(typed), draft.kind, 'lines').map((text, i) => ({
      text,
      use: `line.${i}`,
    })),
    stories: kindLines(languageTyped(typed), draft.kind, 'story').map((text, i) => ({
      text,
      use: `story.${i}`,
    })),
    wordsIn: languageTyped(typed),
    languages: (['ml', 'en'] as const).map((value) => ({
      value,
      words: translate(language, `occasion.said.language.${value}`),
      checked: value === typed.language,
    })),
  }),
};

const languageTyped = (typed: Typed) => (typed.language === 'en' ? 'en' : 'ml');

/** A suggestion fills its field, in the language in which guests read. */
function suggested(kind: string, typed: Typed, pressed: string): Typed {
  const [field, which = ''] = pressed.split('.');
  if (field !== 'line' && field !== 'story') return {};
  const lines = kindLines(languageTyped(typed), kind, field === 'line' ? 'lines' : 'story');
  const chosen = lines[Number(which)];
  return chosen === undefined ? {} : { [field]: chosen };
}

const stayAt = (pressed: string) => (pressed ? { stay: `#${pressed.split('.')[0]}` } : {});
