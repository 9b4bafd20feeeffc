import express, { Router } from 'express';
import { requirePermission } from '../http/identity.js';
import { HttpProblem } from '../http/problem.js';
import { PRODUCT } from '../values/product.js';
import { checklist, SEEN_IN_PACS, type Evidence } from './checklist.js';
import type { Checklist, KeptReport } from './model.js';
import { body, whoOf } from './tables.js';

interface ReportRow {
  readonly id: number;
  readonly callingAeTitle: string;
  readonly at: number;
  readonly who: string;
  readonly content: string;
}

export interface CommissioningPorts {
  /** AE titles of everything that called, may call, or was refused. */
  readonly scanners: () => Promise<readonly string[]>;
  readonly evidence: (callingAeTitle: string) => Promise<Evidence>;
  readonly say: (
    callingAeTitle: string,
    word: { readonly step: string; readonly who: string; readonly note: string },
  ) => Promise<void>;
  readonly keep: (callingAeTitle: string, who: string, content: string) => Promise<number>;
  readonly reports: (callingAeTitle?: string) => Promise<readonly ReportRow[]>;
}

const NOTE_LENGTH = 500;

/** `/api/commissioning`: a checklist for each scanner, made of what is on record, and the reports that were kept. */
export function commissioningRouter(ports: CommissioningPorts): Router {
  const router = Router();
  const operate = requirePermission('operate');
  router.get('/api/commissioning', operate, async (_request, response) => {
    const lists = [];
    for (const scanner of await ports.scanners()) {
      lists.push(checklist(await ports.evidence(scanner)));
    }
    response.set('Cache-Control', 'no-store').json({
      scanners: lists,
      reports: (await ports.reports()).map(keptReport),
    });
  });
  router.get('/api/commissioning/:scanner', operate, async (request, response) => {
    const list = checklist(await ports.evidence(scannerOf(request.params['scanner'])));
    response.set('Cache-Control', 'no-store').json(list);
  });
  router.post(
    '/api/commissioning/:scanner/seen',
    operate,
    express.json({ limit: '8kb' }),
    async (request, response) => {
      const { note = '' } = body(request.body);
      if (typeof note !== 'string' || note.length > NOTE_LENGTH) {
        throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'A note has at most 500 characters.');
      }
      const word = { step: SEEN_IN_PACS, who: whoOf(response), note: note.trim() };
      await ports.say(scannerOf(request.params['scanner']), word);
      response.sendStatus(204);
    },
  );
  router.post('/api/commissioning/:scanner/reports', operate, async (request, response) => {
    const scanner = scannerOf(request.params['scanner']);
    const list = checklist(await ports.evidence(scanner));
    const id = await ports.keep(scanner, whoOf(response), JSON.stringify(list));
    response.status(201).json({ id });
  });
  return router;
}

function scannerOf(text: unknown): string {
  if (typeof text !== 'string' || text.length > 64) throw new HttpProblem('OCT_HTTP_BAD_REQUEST');
  return text;
}

export function keptReport({ id, at, who, content }: ReportRow): KeptReport {
  return {
    ...(JSON.parse(content) as Checklist),
    id,
    keptAt: new Date(at).toISOString(),
    keptBy: who,
    product: `${PRODUCT.name} ${PRODUCT.version}`,
  };
}
