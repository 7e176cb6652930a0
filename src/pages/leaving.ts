import type { Ground } from '../ground.ts';
import { signId } from '../signed-ids.ts';

/** Where a follower ends the news of a project with one click (RFC 8058). */
export const leaveAddress = ({ keys, config }: Pick<Ground, 'keys' | 'config'>, follower: string): string =>
  `${config.publicUrl}/follow/${signId(keys, 'project-follow', follower)}/end`;
