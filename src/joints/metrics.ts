import { Router } from 'express';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Archive } from '../archive/archive.js';
import type { AssociationEvent } from '../dimse/association-event.js';
import { formatStatus } from '../dimse/status.js';
import { requirePermission } from '../http/identity.js';
import { daysLeft } from '../operations/certificate-expiry.js';
import { Metrics, type GaugeSample } from '../operations/metrics.js';
import type { ArchiveSink } from './store-sink.js';
import type { WorkitemQueue } from '../workers/pool.js';

const NANOSECONDS = 1e9;

/** What the gauges are read from at each scrape. */
export interface Gauged {
  readonly archive: Archive;
  readonly workers: { readonly ready: number; readonly size: number };
  readonly listener: { readonly associations: number };
  /** Until when our certificate is valid. */
  readonly validTo: () => Date | undefined;
  readonly drift: { readonly gauges: readonly GaugeSample[] };
  readonly silence: { readonly silent: readonly unknown[] };
  /** Absent where there is no audit trail. */
  readonly audit:
    { readonly state: { readonly bytes: number; readonly dropped: number } } | undefined;
  /** No number where nothing is traced. */
  readonly traces: { readonly dropped: number | undefined };
}

/** Counts what the parts tell; `routes` shows it to who may read metrics. */
export class NodeMetrics {
  readonly #metrics = new Metrics();
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delay.enable();
  }

  observe(event: AssociationEvent): void {
    const metrics = this.#metrics;
    switch (event.type) {
      case 'requested':
        break;
      case 'rejected':
        metrics.count('refusals', { lack: event.lack });
        break;
      case 'notDicom':
      case 'notSecured':
        metrics.count('refusals', { lack: event.type });
        break;
      default:
        metrics.count('associations', { event: event.type });
    }
  }

  /** The same sink, with what it answers counted. */
  counted(sink: ArchiveSink): ArchiveSink {
    return {
      begin: async (request) => {
        const reception = await sink.begin(request);
        let bytes = 0;
        return {
          write: (chunks) => {
            for (const { length } of chunks) bytes += length;
            return reception.write(chunks);
          },
          abandon: (reason) => reception.abandon(reason),
          finish: async () => {
            const outcome = await reception.finish();
            this.#metrics.count('instances', { status: formatStatus(outcome.status) });
            if (outcome.status === 0) this.#metrics.count('storedBytes', {}, bytes);
            return outcome;
          },
        };
      },
    };
  }

  /** The same queue, with the time that each stage took: a stage is told of when it has ended. */
  timed(queue: WorkitemQueue): WorkitemQueue {
    const metrics = this.#metrics;
    const running = new Map<
      string,
      { since: number; stage: string; stageSince: number; at: number }
    >();
    const seconds = (from: number, to: number): number => (to - from) / 1000;
    const end = (uid: string, outcome: 'read' | 'failed'): void => {
      const item = running.get(uid);
      running.delete(uid);
      metrics.count('attempts', { outcome });
      if (item === undefined || outcome === 'failed') return;
      const now = performance.now();
      if (item.stage !== '') {
        metrics.observe('stages', { stage: item.stage }, seconds(item.stageSince, item.at));
      }
      metrics.observe('stages', { stage: 'total' }, seconds(item.since, now));
    };
    return {
      async claim(owner) {
        const item = await queue.claim(owner);
        const now = performance.now();
        if (item) {
          running.set(item.workitemUid, { since: now, stage: '', stageSince: now, at: now });
        }
        return item;
      },
      progress(item, percent, stage) {
        const known = running.get(item.workitemUid);
        if (known !== undefined) {
          if (known.stage !== '' && known.stage !== stage) {
            const { stageSince, at } = known;
            metrics.observe('stages', { stage: known.stage }, seconds(stageSince, at));
            known.stageSince = at;
          }
          known.stage = stage;
          known.at = performance.now();
        }
        return queue.progress(item, percent, stage);
      },
      async complete(item, read) {
        await queue.complete(item, read);
        end(item.workitemUid, 'read');
      },
      async fail(item, code, reason) {
        await queue.fail(item, code, reason);
        end(item.workitemUid, 'failed');
      },
    };
  }

  /** `GET /metrics`. */
  routes(gauged: Gauged): Router {
    const router = Router();
    router.get('/metrics', requirePermission('read-metrics'), async (_request, response) => {
      const text = await this.#metrics.text(await this.#gauges(gauged));
      response.type(this.#metrics.contentType).send(text);
    });
    return router;
  }

  stop(): void {
    this.#delay.disable();
  }

  async #gauges(gauged: Gauged): Promise<GaugeSample[]> {
    const { archive, workers, listener, validTo, silence, drift, audit, traces } = gauged;
    const now = Date.now();
    const backlog = await archive.backlog.report();
    const counts = await archive.workitemView.counts();
    const disk = await archive.diskView.state();
    const told = await archive.notifications.backlog();
    const wait = (since: number | undefined): number =>
      since === undefined ? 0 : Math.max(0, now - since) / 1000;
    const ends = validTo();
    const delay = this.#delay;
    const quantiles = { '0.5': delay.percentile(50), '0.99': delay.percentile(99), '1': delay.max };
    delay.reset();
    return [
      { gauge: 'associationsOpen', value: listener.associations },
      ...Object.entries(counts).map(([state, value]) => ({
        gauge: 'workitems' as const,
        labels: { state },
        value,
      })),
      { gauge: 'workitemWait', value: wait(backlog.oldestWorkitem) },
      { gauge: 'workersReady', value: workers.ready },
      { gauge: 'workers', value: workers.size },
      ...backlog.deliveries.map(({ destination, state, count }) => ({
        gauge: 'deliveries' as const,
        labels: { destination, state },
        value: count,
      })),
      { gauge: 'deliveryWait', value: wait(backlog.oldestDelivery) },
      { gauge: 'commitmentsFailed', value: backlog.failedCommitments },
      ...told.counts.map(({ target, state, count }) => ({
        gauge: 'notifications' as const,
        labels: { target, state },
        value: count,
      })),
      { gauge: 'notificationWait', value: wait(told.oldest) },
      ...drift.gauges,
      ...Object.entries(quantiles).map(([quantile, value]) => ({
        gauge: 'eventLoopDelay' as const,
        labels: { quantile },
        value: value / NANOSECONDS,
      })),
      { gauge: 'silentScanners', value: silence.silent.length },
      ...(audit
        ? [
            { gauge: 'auditSpooled' as const, value: audit.state.bytes },
            { gauge: 'auditDropped' as const, value: audit.state.dropped },
          ]
        : []),
      ...(traces.dropped === undefined
        ? []
        : [{ gauge: 'spansDropped' as const, value: traces.dropped }]),
      { gauge: 'residentMemory', value: process.memoryUsage.rss() },
      { gauge: 'diskFree', value: disk.freeBytes },
      ...(disk.daysLeft === undefined
        ? []
        : [{ gauge: 'diskDays' as const, value: disk.daysLeft }]),
      ...(ends ? [{ gauge: 'certificateDays' as const, value: daysLeft(ends, now) }] : []),
    ];
  }
}
