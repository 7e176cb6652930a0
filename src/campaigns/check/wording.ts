import type { Rule } from './finding.ts';

const SCRIPTS: Record<string, [RegExp, string]> = {
  ml: [/\p{Script=Malayalam}/gu, 'Malayalam'],
  ta: [/\p{Script=Tamil}/gu, 'Tamil'],
  hi: [/\p{Script=Devanagari}/gu, 'Devanagari'],
  en: [/\p{Script=Latin}/gu, 'Latin'],
};
const FEW = 40;

/** A text in Malayalam that is mostly in Latin letters was put under the wrong language. */
export const language: Rule = ({ language: given }, { tags, words }) => {
  const tag = given ?? tags.find(({ name }) => name === 'html')?.attributes.lang ?? '';
  const script = SCRIPTS[tag.toLowerCase().split('-')[0] ?? ''];
  const plain = words.replace(/\{\{[^{}]{0,300}\}\}|https?:\/\/\S+|[^\s@]{1,64}@/g, ' ');
  const letters = plain.match(/\p{L}/gu)?.length ?? 0;
  if (!script || letters < FEW || (plain.match(script[0])?.length ?? 0) / letters > 0.3) return [];
  const sentence = `It is said to be in “${tag.slice(0, 20)}”, but little of it is in ${script[1]} letters.`;
  return [{ level: 'warning', code: 'language', words: sentence }];
};

/** What makes filters and people take a mail for spam. */
export const manners: Rule = ({ subject, text }, { tags, words }) => {
  const warning = (code: string, sentence: string) => ({ level: 'warning' as const, code, words: sentence });
  const pictures = tags.some(({ name }) => name === 'img');
  const said = words.replace(/\s+/g, '').length;
  const plain = (subject ?? '').replace(/\{\{[^{}]{0,300}\}\}/g, '');
  const capitals = plain.match(/\p{Lu}/gu)?.length ?? 0;
  return [
    ...(subject?.trim() === ''
      ? [{ level: 'error' as const, code: 'subject-empty', words: 'The subject is empty.' }]
      : []),
    ...(subject?.includes('\uFFFD')
      ? [{ level: 'error' as const, code: 'subject-broken', words: 'The subject holds a broken letter (�).' }]
      : []),
    ...(capitals >= 8 && !/\p{Ll}/u.test(plain)
      ? [warning('subject-capitals', 'The subject is all in capitals.')]
      : []),
    ...(/!.*!/.test(plain) || /!!/.test(words.slice(0, 100_000))
      ? [warning('exclamation', 'There are many exclamation marks. One is enough.')]
      : []),
    ...(/\bdear\s+(?:friend\b|\{\{default\s+\w+\s+"friend")/i.test(words.slice(0, 100_000))
      ? [
          warning(
            'dear-friend',
            'Filters take “Dear friend” for spam. Greet by name, or with “Hello” where there is none.',
          ),
        ]
      : []),
    ...(pictures && said < FEW
      ? [warning('image-only', 'It is pictures with hardly a word. Write what they say.')]
      : []),
    ...(text === null
      ? [warning('text-missing', 'There is no text part. Some people and every filter look for it.')]
      : []),
  ];
};

/** Pictures without a description say nothing to people who do not see them. */
export const pictures: Rule = (_, { tags }) => {
  const bare = tags.filter(({ name, attributes }) => name === 'img' && attributes.alt === undefined);
  if (!bare.length) return [];
  const words =
    bare.length > 1
      ? `${bare.length} pictures have no alternative text. Say what is seen, or alt="" for decoration.`
      : '1 picture has no alternative text. Say what is seen, or alt="" for decoration.';
  return [{ level: 'error', code: 'alt-missing', words }];
};
