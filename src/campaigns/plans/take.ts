import type { Queryable } from '../../db.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import { readCampaign } from '../efforts.ts';
import { MESSAGE_COLUMNS, type Message } from '../messages.ts';
import type { Schedule } from '../schedule.ts';
import { type PlanContent, type PlanMessage, planContent } from './content.ts';
import { type Days, daysBetween, relativeTo } from './relative.ts';

type Taken = Message & {
  contents: PlanMessage['contents'];
  files: PlanMessage['files'];
};

/**
 * A campaign's mails and posts, by its days: from its first day, or where none is said from the day of its
 * first message. Newsletters and corrections are of their campaign alone.
 * @throws Refusal when there is no such campaign, and when it has no message to keep
 */
export async function takePlan(sql: Queryable, campaignId: string): Promise<PlanContent> {
  const campaign = await readCampaign(sql, campaignId);
  const { rows } = await sql.query<Taken>(TAKEN, [campaign.id]);
  if (!rows.length)
    throw new Refusal(say`The campaign ${JSON.stringify(campaign.name)} has no message to keep.`, 409);
  const first = rows
    .flatMap(({ schedule }) => (schedule?.kind === 'once' ? [schedule.at.slice(0, 10)] : []))
    .sort()[0];
  const start = campaign.startsOn ?? first ?? null;
  const days = start && { start, end: campaign.endsOn };
  return planContent.parse({
    goal: campaign.goal,
    days: start && campaign.endsOn ? Math.max(0, daysBetween(start, campaign.endsOn)) : null,
    messages: rows.map((message) => ({ ...planned(message), when: whenOf(message.schedule, days || null) })),
  });
}

function planned(message: Taken) {
  const { fromName, fromAddress, audience } = message;
  return {
    ...message,
    from: fromAddress ? `${fromName} <${fromAddress}>` : null,
    audience: { ...audience, accounts: audience.accounts ?? [] },
  };
}

function whenOf(schedule: Schedule | null, days: Days | null): PlanMessage['when'] {
  if (!schedule) return null;
  if (schedule.kind === 'cron') return schedule;
  return days && { kind: 'day', ...relativeTo(schedule.at, days), zone: schedule.zone };
}

const TAKEN = `
  SELECT ${MESSAGE_COLUMNS},
         (SELECT json_object_agg(v.language, json_build_object('subject', v.subject, 'preheader', v.preheader, 'source', v.source))
            FROM message_version v WHERE v.message_id = m.id AND v.version = m.version) AS contents,
         (SELECT coalesce(json_agg(json_build_object('asset', f.asset_id, 'inline', f.inline) ORDER BY f.position), '[]')
            FROM message_file f WHERE f.message_id = m.id AND f.version = m.version) AS files
    FROM message m
   WHERE m.campaign_id = $1 AND m.corrects_run IS NULL AND m.channel IN ('email', 'post')
     AND (m.archived_at IS NULL OR m.archived_at = (SELECT archived_at FROM campaign WHERE id = $1))
     AND EXISTS (SELECT FROM message_version v WHERE v.message_id = m.id AND v.version = m.version)
     AND NOT EXISTS (SELECT FROM newsletter n WHERE n.message_id = m.id)
   ORDER BY m.created_at, m.id`;
