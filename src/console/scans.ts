import express, { Router, type Response } from 'express';
import { may, requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { REFERRAL_CLASSES, type ReferralClass } from '../values/referral-class.js';
import type { LogEntry, ReportSummary, ScanDetail, ScanSummary } from './model.js';
import type { StoredFiles } from './ports.js';
import type { EventRecord, ScanFilter, ScanLedger, ScanRecord } from './records.js';
import { stageOf, stepsOf } from './steps.js';
import { whoOf, whyOf } from './tables.js';

const MOST_SCANS = 100;
const DECISIONS: ReadonlySet<string> = new Set([...REFERRAL_CLASSES, 'not-assessed']);

export interface ScanPorts {
  readonly ledger: ScanLedger;
  readonly files: StoredFiles;
  /** What an event is in words. */
  readonly eventMeaning: (what: string) => string;
  /** Puts a scan before all others, to be read and sent; false where it has been read. */
  readonly putFirst: (workitemUid: string, reason: string) => Promise<boolean>;
}

/** `/api/scans`: the list, and each scan's life, result and objects. */
export function scansRouter(ports: ScanPorts): Router {
  const { ledger, files } = ports;
  const router = Router();
  router.get('/api/scans', requirePermission('see-scans'), async (request, response) => {
    const scans = await ledger.list(filterOf(request.query), MOST_SCANS);
    const patients = may(response, 'see-patients');
    response.set('Cache-Control', 'no-store').json({
      scans: await Promise.all(scans.map((scan) => summary(scan, files, patients))),
      // Where the list is full there may be more.
      ...(scans.length === MOST_SCANS && { before: scans.at(-1)?.completeAt }),
    });
  });
  router.get('/api/scans/:id', requirePermission('see-scans'), async (request, response) => {
    const scan = await scanOf(ledger, request.params['id']);
    response.set('Cache-Control', 'no-store').json(await detail(scan, ports, response));
  });
  router.post(
    '/api/scans/:id/first',
    requirePermission('operate'),
    express.json(),
    async (request, response) => {
      const { work } = await scanOf(ledger, request.params['id']);
      const reason = `${whoOf(response)}: ${whyOf(request.body)}`;
      if (!(await ports.putFirst(work.uid, reason))) {
        throw new HttpProblem('OCT_HTTP_CONFLICT', 'It has been read, or was cancelled.');
      }
      response.sendStatus(204);
    },
  );
  router.get(
    '/api/scans/:id/objects/:uid',
    requirePermission('see-patients'),
    async (request, response) => {
      const scan = await scanOf(ledger, request.params['id']);
      const uid = request.params['uid'];
      const result = scan.results.find(({ sopInstanceUid }) => sopInstanceUid === uid);
      const path = uid === 'source' ? scan.arrival.path : result?.path;
      if (path === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND');
      const name = `${uid === 'source' ? 'scan' : (result?.kind ?? 'object')}.dcm`;
      response.type('application/dicom').set('Content-Disposition', `attachment; filename=${name}`);
      await sendFile(response, path);
    },
  );
  return router;
}

/** @throws HttpProblem OCT_HTTP_NOT_FOUND */
export async function scanOf(ledger: ScanLedger, id: unknown): Promise<ScanRecord> {
  const scan = typeof id === 'string' ? await ledger.find(id) : undefined;
  if (scan === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'There is no such scan.');
  return scan;
}

function sendFile(response: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(path, { dotfiles: 'allow' }, (error?: Error) => {
      if (error === undefined || response.headersSent) resolve();
      else reject(error);
    });
  });
}

function filterOf(query: Readonly<Record<string, unknown>>): ScanFilter {
  const { decision, laterality, from, before } = query;
  if (decision !== undefined && (typeof decision !== 'string' || !DECISIONS.has(decision))) {
    throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'There is no such decision.');
  }
  return {
    ...(typeof decision === 'string' && { decision }),
    ...((laterality === 'R' || laterality === 'L') && { laterality }),
    ...(typeof from === 'string' && from !== '' && { callingAeTitle: from }),
    ...(typeof before === 'string' && /^\d{1,15}$/.test(before) && { before: Number(before) }),
  };
}

async function summary(
  scan: ScanRecord,
  files: StoredFiles,
  patients: boolean,
): Promise<ScanSummary> {
  const header = await files.header(scan.arrival.path);
  const { reading, arrival } = scan;
  const report = await reportOf(scan, files);
  const { stage, detail: stageDetail } = stageOf(scan);
  const laterality = reading?.laterality ?? header?.laterality;
  const decided = REFERRAL_CLASSES.findIndex((name) => name === reading?.decision);
  const probability = report?.referral[decided];
  return {
    id: scan.id,
    revision: scan.revision,
    receivedAt: new Date(arrival.lastAt).toISOString(),
    callingAeTitle: arrival.callingAeTitle,
    ...(patients && header && { patient: header.patient }),
    device: header === undefined ? '' : `${header.manufacturer} ${header.model}`.trim(),
    ...(laterality && { laterality }),
    ...(reading?.grade && { grade: reading.grade }),
    ...(reading && { decision: decisionOf(reading.decision) }),
    reasons: reading && decided === -1 ? reading.decision.split(', ') : [],
    ...(probability && { probability: probability.probability }),
    ...(probability?.spread !== undefined && { spread: probability.spread }),
    stage,
    stageDetail,
  };
}

function decisionOf(decision: string): ReferralClass | 'not-assessed' {
  return REFERRAL_CLASSES.find((name) => name === decision) ?? 'not-assessed';
}

function reportOf(scan: ScanRecord, files: StoredFiles): Promise<ReportSummary | undefined> {
  const report = scan.results.find(({ kind }) => kind === 'report');
  return report === undefined ? Promise.resolve(undefined) : files.report(report.path);
}

async function detail(
  scan: ScanRecord,
  { ledger, files, eventMeaning }: ScanPorts,
  response: Response,
): Promise<ScanDetail> {
  const patients = may(response, 'see-patients');
  const header = await files.header(scan.arrival.path);
  const report = await reportOf(scan, files);
  return {
    ...(await summary(scan, files, patients)),
    studyInstanceUid: scan.studyInstanceUid,
    ...(header?.acquiredAt && { acquiredAt: header.acquiredAt }),
    ...(patients &&
      header?.seriesDescription && {
        seriesDescription: header.seriesDescription,
      }),
    steps: stepsOf(scan, report?.steps ?? [], patients),
    log: logOf(await ledger.timeline(scan.id), eventMeaning, patients),
    ...(report && { report }),
    objects: scan.results.map(({ sopInstanceUid, kind, byteLength }) => ({
      sopInstanceUid,
      kind,
      byteLength,
    })),
  };
}

/** Reasons of deliveries are what a peer said: it may be anything. */
const SAID_BY_PEERS = /^delivery|^delivered$|^commit/;

/** Events as the page shows them; the same said of many instances in a row is one line. */
function logOf(
  events: readonly EventRecord[],
  meaning: (what: string) => string,
  patients: boolean,
): readonly LogEntry[] {
  const entries: { -readonly [Key in keyof LogEntry]: LogEntry[Key] }[] = [];
  for (const { at, what, subjectKind, reason, detail: more } of events) {
    const last = entries.at(-1);
    const said = meaning(what);
    if (subjectKind === 'instance' && last?.what === said && last.about === subjectKind) {
      last.times++;
      continue;
    }
    const shown = patients || !SAID_BY_PEERS.test(what) ? reason : undefined;
    entries.push({
      at,
      what: said,
      about: subjectKind,
      ...(shown !== undefined && { reason: shown }),
      ...(more && {
        detail: Object.entries(more)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', '),
      }),
      times: 1,
    });
  }
  return entries;
}
