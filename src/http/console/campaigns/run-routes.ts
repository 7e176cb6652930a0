import type { Role } from '../../../access/users.ts';
import type { Route } from '../../routes.ts';
import { APPROVERS, READERS, WRITERS } from '../../staff.ts';
import { askCorrection, correct } from './correction.ts';
import { live } from './live.ts';
import { runCsv, runDeliveriesCsv, runReport } from './report.ts';
import { runPage } from './run.ts';
import {
  askCancel,
  cancel,
  decide,
  halt,
  pause,
  release,
  resume,
  retry,
  settleUnknown,
} from './run-deeds.ts';
import { domains } from './run-domains.ts';
import { lead, leadBack, links } from './run-links.ts';

/** Who steers what is being sent. */
const STEERERS: readonly Role[] = ['administrator', 'author', 'approver'];
const RUN = '/console/runs/:id';

/** Runs: watching them, steering them, deciding what nobody else can. */
export const runRoutes: Route[] = [
  { method: 'get', path: RUN, who: READERS, does: 'shows a run', handle: runPage },
  { method: 'get', path: `${RUN}/live`, who: READERS, does: 'tells how a run goes', handle: live },
  { method: 'get', path: `${RUN}/domains`, who: READERS, does: 'shows it by mail domain', handle: domains },
  { method: 'get', path: `${RUN}/links`, who: READERS, does: 'shows its links', handle: links },
  {
    method: 'post',
    path: `${RUN}/links/:code`,
    who: APPROVERS,
    does: 'leads a link elsewhere',
    handle: lead,
  },
  {
    method: 'post',
    path: `${RUN}/links/:code/undo`,
    who: APPROVERS,
    does: 'leads it back',
    handle: leadBack,
  },
  {
    method: 'get',
    path: `${RUN}/cancel`,
    who: STEERERS,
    does: 'says what cancelling does',
    handle: askCancel,
  },
  { method: 'post', path: `${RUN}/cancel`, who: STEERERS, does: 'ends a run', handle: cancel },
  { method: 'post', path: `${RUN}/pause`, who: STEERERS, does: 'pauses a run', handle: pause },
  { method: 'post', path: `${RUN}/resume`, who: STEERERS, does: 'lets it go on', handle: resume },
  { method: 'post', path: `${RUN}/canary/release`, who: STEERERS, does: 'sends the rest', handle: release },
  { method: 'post', path: `${RUN}/canary/stop`, who: STEERERS, does: 'stops after its first', handle: halt },
  { method: 'post', path: `${RUN}/decision`, who: STEERERS, does: 'decides a late run', handle: decide },
  { method: 'post', path: `${RUN}/unknown`, who: STEERERS, does: 'says what arrived', handle: settleUnknown },
  { method: 'post', path: `${RUN}/retry`, who: STEERERS, does: 'tries again what may be', handle: retry },
  {
    method: 'get',
    path: `${RUN}/correction`,
    who: WRITERS,
    does: 'asks for a correction',
    handle: askCorrection,
  },
  {
    ...{ method: 'post', path: `${RUN}/correction`, who: WRITERS, body: '128kb' },
    ...{ does: 'makes a correction', handle: correct },
  },
  { method: 'get', path: `${RUN}/report`, who: READERS, does: 'tells what came of it', handle: runReport },
  { method: 'get', path: `${RUN}/report.csv`, who: READERS, does: 'gives its figures', handle: runCsv },
  {
    method: 'post',
    path: `${RUN}/deliveries.csv`,
    who: READERS,
    does: 'gives its list',
    handle: runDeliveriesCsv,
  },
];
