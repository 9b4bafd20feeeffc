import express, { Router, type Response } from 'express';
import { may, requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { REFERRAL_CLASSES } from '../values/referral-class.js';
import type { StoredFiles } from './ports.js';
import type { ScanFilter, ScanLedger, ScanRecord } from './records.js';
import { scanDetail, scanSummary, type ScanSources } from './scan-summary.js';
import { whoOf, whyOf } from './tables.js';

const MOST_SCANS = 100;
const DECISIONS: ReadonlySet<string> = new Set([...REFERRAL_CLASSES, 'not-assessed']);

export interface ScanPorts extends ScanSources {
  readonly ledger: ScanLedger;
  readonly files: StoredFiles;
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
      scans: await Promise.all(scans.map((scan) => scanSummary(scan, files, patients))),
      // Where the list is full there may be more.
      ...(scans.length === MOST_SCANS && { before: scans.at(-1)?.completeAt }),
    });
  });
  router.get('/api/scans/:id', requirePermission('see-scans'), async (request, response) => {
    const scan = await scanOf(ledger, request.params['id']);
    response
      .set('Cache-Control', 'no-store')
      .json(await scanDetail(scan, ports, may(response, 'see-patients')));
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
