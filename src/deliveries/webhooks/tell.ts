import type { Ground } from '../../ground.ts';
import { sendNotice } from '../notices.ts';

/** Tells whoever made a webhook that it was stopped; where that was somebody at the machine, the log does. */
export async function tellDisabled(
  ground: Pick<Ground, 'sql' | 'db' | 'queues' | 'config' | 'log'>,
  { id, url, reason }: { id: string; url: string; reason: string },
): Promise<void> {
  const { host } = new URL(url);
  ground.log.warn({ webhook: id, host, reason }, 'a webhook was stopped');
  const { rows } = await ground.sql.query<{ made_by: string }>(
    'SELECT u.email AS made_by FROM webhook_endpoint e JOIN app_user u ON u.email = e.made_by WHERE e.id = $1',
    [id],
  );
  const maker = rows[0]?.made_by;
  if (!maker) return;
  const lines = [
    `The webhook to ${host} was stopped. ${reason}`,
    'When the receiver works again, enable the webhook; it is then told of what happens from that moment. What failed can be delivered again.',
    `${host} എന്നതിലേക്കുള്ള വെബ്ഹുക്ക് നിർത്തി. അത് വീണ്ടും പ്രവർത്തിക്കുമ്പോൾ വെബ്ഹുക്ക് പ്രവർത്തനക്ഷമമാക്കുക.`,
    `ID: ${id}`,
  ];
  await sendNotice(ground, {
    ...{ kind: 'webhook-stopped', address: maker, language: 'en' },
    subject: `The webhook to ${host} was stopped`,
    html: lines.map((line) => `<p>${escaped(line)}</p>`).join('\n'),
    text: `${lines.join('\n\n')}\n`,
  });
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
