import type { Leaf, Rules } from '../../../contacts/segments/rules.ts';
import { formatDay, type Language, languageName, translate, translateOr } from '../../../i18n.ts';
import { touchedOf } from './rules.ts';

const KERALA = 'Asia/Kolkata';

/** Rules as one clause of a language: `live in Idukki and (read Malayalam or are on the list "Friends")`. */
export function inWords(rules: Rules, language: Language): string {
  return clause(rules, { language, not: 'no', inside: false });
}

interface Saying {
  language: Language;
  not: 'yes' | 'no';
  /** Within another group, so that it needs brackets. */
  inside: boolean;
}

function clause(rule: Rules, saying: Saying): string {
  if ('not' in rule) {
    if ('not' in rule.not) return clause(rule.not.not, saying);
    if (!('all' in rule.not) && !('any' in rule.not))
      return clause(rule.not, { ...saying, not: saying.not === 'yes' ? 'no' : 'yes' });
    return sayNone(rule.not, saying);
  }
  if ('all' in rule) return sayGroup(rule.all, 'segments.and', saying);
  if ('any' in rule) return sayGroup(rule.any, 'segments.or', saying);
  return sayLeaf(rule, saying);
}

function sayGroup(rules: Rules[], word: string, { language, inside }: Saying): string {
  const each = rules.map((rule) => clause(rule, { language, not: 'no', inside: rules.length > 1 || inside }));
  const said = each.join(` ${translate(language, word)} `);
  return inside && rules.length > 1 ? `(${said})` : said;
}

/** `not` of a group says of its rules, one by one, that none, or not all, is so. */
function sayNone(group: Rules, { language }: Saying): string {
  const [rules, key] =
    'any' in group
      ? [group.any, 'segments.none-of']
      : ['all' in group ? group.all : [], 'segments.not-all-of'];
  const each = rules.map((rule) => clause(rule, { language, not: 'no', inside: true }));
  return translate(language, key, { rules: each.join('; ') });
}

function sayLeaf(leaf: Leaf, { language, not }: Saying): string {
  const say = (key: string, values: Record<string, string | number>) =>
    translate(language, `segments.say.${key}`, { not, ...values });
  if ('language' in leaf)
    return say('language', {
      values: listed(
        [leaf.language].flat().map((tag) => languageName(tag, language)),
        language,
      ),
    });
  if ('kind' in leaf)
    return say('kind', {
      values: listed(
        [leaf.kind].flat().map((kind) => valueName('kind', kind, language)),
        language,
      ),
    });
  if ('district' in leaf)
    return say('district', {
      values: listed(
        [leaf.district].flat().map((one) => valueName('district', one, language)),
        language,
      ),
    });
  if ('list' in leaf) return say('list', { list: leaf.list });
  if ('attribute' in leaf) {
    if ('equals' in leaf) return say('equals', { name: leaf.attribute, value: leaf.equals });
    if ('contains' in leaf) return say('contains', { name: leaf.attribute, value: leaf.contains });
    if ('near' in leaf) return say('near', { name: leaf.attribute, days: leaf.near });
    return say('exists', { name: leaf.attribute });
  }
  if ('added' in leaf) {
    const [key, day] = 'since' in leaf.added ? ['since', leaf.added.since] : ['before', leaf.added.before];
    return say(key as string, { day: formatDay(new Date(day as string), language, KERALA) });
  }
  const [what, { campaign = '', days = 0 }] = touchedOf(leaf);
  const which = campaign ? (days ? 'both' : 'campaign') : 'days';
  return say(what, { which, campaign, days });
}

const listed = (words: string[], language: Language): string =>
  new Intl.ListFormat(`${language}-IN`, { type: 'disjunction' }).format(words);

/** How people call a kind or a district; a value that nobody translated stays as it is. */
export const valueName = (of: 'kind' | 'district', value: string, language: Language): string =>
  translateOr(language, `segments.${of}.${value.toLowerCase()}`, value);
