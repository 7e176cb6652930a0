import type { Request, Response } from 'express';
import { type SegmentUse, usesOfSegment } from '../../../campaigns/segment-uses.ts';
import { type Measured, measureSegment } from '../../../contacts/segments/measure.ts';
import { namesToChoose } from '../../../contacts/segments/names.ts';
import type { Rules } from '../../../contacts/segments/rules.ts';
import { type AudienceCount, countAudience } from '../../../deliveries/audience-count.ts';
import { purposesInUse } from '../../../deliveries/purposes.ts';
import { Refusal } from '../../../errors.ts';
import { languages } from '../../../i18n.ts';
import { staffOf } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';
import { type DraftGroup, ROOT } from './draft.ts';
import { groupRow } from './rows.ts';
import { rulesOf } from './rules.ts';
import { inWords } from './words.ts';

export const SEGMENTS = '/console/segments';
/** What the console promises: exact within this time, otherwise a guess that says so. */
const LIVE_MS = 2000;
const PATIENT_MS = 45_000;
const EMAIL = 'email';

/** The builder with what was typed. */
export interface Building {
  req: Request;
  res: Response;
  /** Null for a new one. */
  saved: { id: string; name: string } | null;
  name: string;
  draft: DraftGroup;
  /** For which the audience is worked out; empty for none. */
  purpose: string;
  /** Whether to take the time for an exact count; else a first look. */
  live: boolean;
  /** Whether to take longer for what a purpose leaves out, as somebody has asked. */
  patient?: boolean;
  /** Why it was not saved. */
  refused?: { name?: string; text?: string; rows?: boolean };
}

export async function showBuilder(web: Web, building: Building): Promise<void> {
  const { req, res, saved, name, draft, purpose, refused } = building;
  const { t, language } = readingOf(req, res);
  const { sql } = web.ground;
  const { rules, faults } = rulesOf(draft);
  const uses = saved ? await usesOfSegment(sql, saved.name) : [];
  const names = await namesToChoose(sql);
  const showing = { language, names, faults: refused?.rows ? faults : new Map() };
  const data = {
    ...{ saved, name, names, uses: uses.map(useRow), renew: uses.filter(({ approved }) => approved).length },
    mayWrite: web.allows(staffOf(res).user.roles, 'post', SEGMENTS),
    action: saved ? `${SEGMENTS}/${saved.id}` : SEGMENTS,
    root: groupRow(draft, ROOT, showing),
    error: { name: refused?.name ?? null, text: refused?.text ?? null, rows: refused?.rows ?? false },
    purposes: (await purposesInUse(sql)).map((value) => ({ value, selected: value === purpose })),
    result: await resultOf(web, building, { rules, unfinished: faults.size }),
    said: rules ? languages.map((tongue) => ({ tongue, text: inWords(rules, tongue) })) : null,
  };
  await showConsole(web, {
    ...{ req, res, name: 'segment', title: saved?.name ?? t('segments.new'), data },
    ...{ status: refused ? 422 : 200, styles: ['console-segments.css'] },
    crumbs: [{ href: SEGMENTS, text: t('nav.segments') }],
  });
}

const useRow = (use: SegmentUse) => ({ ...use, href: `/console/campaigns/${use.campaignId}` });

/** The count, some of them, and whom a purpose leaves out. */
async function resultOf(
  { ground }: Web,
  { req, res, purpose, live, patient }: Building,
  { rules, unfinished }: { rules: Rules | null; unfinished: number },
): Promise<object> {
  const nothing = {
    none: true,
    live,
    unfinished,
    purpose,
    trouble: null,
    found: null,
    reach: null,
    late: false,
  };
  if (!rules) return nothing;
  try {
    const found = await measureSegment(ground, rules, live ? LIVE_MS : 0);
    const targets = { lists: [], segments: [rules] };
    const asked = { targets, channel: EMAIL, purpose, written: [...languages] };
    const [now, ms] = [ground.clock.now(), patient ? PATIENT_MS : LIVE_MS];
    const counted = purpose && live ? await countAudience(ground.sql, asked, now, ms) : null;
    const reach = counted?.exact ? counted : null;
    const late = Boolean(purpose) && live && !reach;
    return { ...nothing, none: false, found: foundRow(found), reach: reach && reachRow(reach), late };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...nothing, trouble: readingOf(req, res).said(error) };
  }
}

function foundRow({ count, rough, all, sample }: Measured) {
  const percent = all ? Math.round((1000 * count) / all) / 10 : 0;
  return {
    ...{ count, rough, all, sample, percent },
    parts: [{ look: 'sent', x: 0, percent }],
    nobody: !rough && count === 0,
    everybody: !rough && count === all && all > 0,
  };
}

function reachRow({ total, leftOut }: AudienceCount) {
  const reasons = Object.entries(leftOut).sort(([, a], [, b]) => b - a);
  return {
    total,
    reasons: reasons.map(([reason, n]) => ({ key: `segments.left-out.${reason.replaceAll(' ', '-')}`, n })),
  };
}
