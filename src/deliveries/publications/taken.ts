import type { Intent, NetworkName, Prepared, Receipt } from '../../../channels/social.ts';
import { openFiles } from '../../files.ts';
import type { Ground } from '../../ground.ts';
import { type PublicationContent, postOf, publicationContent } from './content.ts';

/** One in hand. */
export interface Taken {
  id: string;
  run: string;
  accountId: string;
  channel: NetworkName;
  language: string;
  part: number;
  kind: 'post' | 'comment';
  state: 'preparing' | 'waiting';
  content: PublicationContent;
  prepared: Prepared | null;
  attempts: number;
  retries: number;
  looks: number;
  cost: string;
  intentAt: Date | null;
  replyTo: Receipt | null;
}

/** What an adapter is given of it. */
export function intentOf(ground: Pick<Ground, 'config' | 'clock'>, taken: Omit<Taken, 'state'>): Intent {
  const { id, language, kind, prepared, replyTo, intentAt } = taken;
  const post = postOf(publicationContent.parse(taken.content), language, openFiles(ground.config));
  return { key: id, post, prepared: prepared ?? {}, replyTo, kind, since: intentAt ?? ground.clock.now() };
}
