import { networks } from '../../../../channels/networks.ts';
import type { Figures } from '../../../../channels/social.ts';
import type { PublicationContent } from '../../../deliveries/publications/content.ts';
import type { Publication } from '../../../deliveries/publications/list.ts';
import type { PublicationState } from '../../../deliveries/publications/states.ts';
import { formatAmount, languageName, translateOr } from '../../../i18n.ts';
import { titleIn } from '../accounts/list.ts';
import type { Reading } from '../shell.ts';

const LOOKS: Record<PublicationState, string> = {
  ...{
    planned: 'planned',
    preparing: 'sending',
    publishing: 'sending',
    published: 'sent',
    unknown: 'unknown',
  },
  ...{ waiting: 'deferred', failed: 'failed', cancelled: 'held', removed: 'held' },
};

/** A publication as a line of its run: where, how it stands, its link, what came of it. */
export function publicationView(reading: Reading, one: Publication) {
  const { t, moment, language } = reading;
  const { id, account, state, part, kind, content, receipt, trouble, nextAt, publishedAt, cost } = one;
  const found = state === 'unknown' && !nextAt ? looked(reading, one) : null;
  return {
    ...{
      id,
      account: account.name,
      network: titleIn(reading, account.channel, networks[account.channel]?.title ?? ''),
    },
    ...{ lang: one.language, language: languageName(one.language, language), text: content.text },
    part: kind === 'comment' ? t('publication.comment') : part > 1 ? t('publication.part', { part }) : null,
    badge: { look: LOOKS[state], text: t(`publication.${state}`) },
    why: [
      ...(trouble && state !== 'published' ? [troubleOf(reading, trouble)] : []),
      ...(found ? [found] : []),
      ...(state === 'unknown' && nextAt ? [t('publication.looking')] : []),
      ...(state === 'planned' && nextAt ? [t('publication.next', { at: moment(nextAt) })] : []),
    ],
    ...{
      url: receipt?.url ?? null,
      publishedAt,
      asks: ['waiting', 'failed'].includes(state) || Boolean(found),
    },
    ...{
      figures: figuresOf(reading, one.figures),
      removable: state === 'published' && account.mode === 'program',
    },
    cost: cost === '0' ? null : formatAmount(BigInt(cost)),
  };
}

const looked = ({ t, moment }: Reading, { looks, lookedAt }: Publication): string =>
  t('publication.looked', { n: looks, at: lookedAt ? moment(lookedAt) : '–' });

/** Why, in words; a reason that no catalogue knows is told by its kind. */
export function troubleOf(
  { language }: Reading,
  { kind, reason, code, status }: NonNullable<Publication['trouble']>,
): string {
  const words = translateOr(language, `publication.trouble.${reason}`, '');
  const kinds = translateOr(language, `publication.trouble.kind.${kind}`, kind);
  const more = [status || '', code ?? ''].filter(Boolean).join(' ');
  return `${kind === 'unknown' ? `${kinds} ` : ''}${words || (kind === 'unknown' ? '' : kinds)}${more ? ` (${more})` : ''}`;
}

function figuresOf({ t }: Reading, figures: Figures | null): string[] {
  const names = ['reach', 'reactions', 'comments', 'shares', 'clicks'] as const;
  return names.flatMap((name) => {
    const n = figures?.[name];
    return n === null || n === undefined ? [] : [t(`publication.figure.${name}`, { n })];
  });
}

/** The prepared pictures, to be looked at and saved. */
export const picturesOf = (publicUrl: string, { t }: Reading, media: PublicationContent['media']) =>
  media.flatMap(({ url, alt }, n) =>
    url?.startsWith(publicUrl)
      ? [{ src: url.slice(publicUrl.length), alt, text: t('attention.picture', { n: n + 1 }) }]
      : [],
  );
