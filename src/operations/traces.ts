import { createHash, randomBytes } from 'node:crypto';
import type { Link, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { setTimeout as wait } from 'node:timers/promises';
import { PRODUCT } from '../values/product.js';
import { log, type LogFields } from './log.js';

/** So many spans wait for the collector; one more is dropped and counted. */
const QUEUE = 2048;
const BATCH = 512;
/** In ms: how long a span waits for others, how long the collector may take, and how long a stop waits for it. */
const TIMES = { delay: 1000, answer: 3000, stop: 2000 } as const;

/**
 * What a span may carry, under the names of the log, so that one finds the lines of a span and the span of a line. No
 * `reason` and no `detail`, which are sentences, and no decision: a trace says how long a scan took, not what it shows.
 */
const FIELDS = [
  'associationId',
  'callingAeTitle',
  'calledAeTitle',
  'peerAddress',
  'studyInstanceUid',
  'sopInstanceUid',
  'sopClassUid',
  'transferSyntaxUid',
  'acquisitionId',
  'workitemUid',
  'destination',
  'status',
  'code',
  'executionProvider',
  'profile',
  'count',
  'invoked',
  'answered',
  'stored',
  'attempts',
  'bytes',
] as const satisfies readonly (keyof LogFields)[];

export type SpanFields = {
  readonly [Name in (typeof FIELDS)[number]]?: LogFields[Name] | undefined;
};

/** What has happened, from when until when. */
export interface SpanRecord {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  /** What the trace is of: a Study Instance UID, or an association that brought nothing. */
  readonly trace: string;
  /** For a span that others name as their parent: the same words give the same span in every process and every life. */
  readonly key?: SpanKey;
  readonly parent?: SpanKey | undefined;
  readonly links?: readonly SpanKey[];
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly failed?: boolean;
  readonly fields: SpanFields;
}

export type SpanKey = readonly [kind: 'association' | 'workitem', uid: string];

/** 128 bits of the SHA-256 of the UID (W3C Trace Context 3.2.2.3), in hex. */
export function traceIdOf(uid: string): string {
  return createHash('sha256').update(`octriage trace ${uid}`).digest('hex').slice(0, 32);
}

/** 64 bits, in hex. */
export function spanIdOf(trace: string, [kind, uid]: SpanKey): string {
  return createHash('sha256').update(`${trace} ${kind} ${uid}`).digest('hex').slice(0, 16);
}

/** Spans on their way to a collector. Neither a dead nor a slow one keeps anybody waiting: what is too much is dropped. */
export interface Traces {
  record(span: SpanRecord): void;
  /** Since the start. */
  readonly dropped: number;
  /** Gives the collector a moment for what waits. */
  stop(): Promise<void>;
}

/** Loads OpenTelemetry, which a node that traces nothing never does. @param endpoint where OTLP/HTTP is spoken */
export async function startTraces(endpoint: string): Promise<Traces> {
  const [{ SpanKind, SpanStatusCode, TraceFlags }, sdk, { resourceFromAttributes }, otlp] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
  const resource = resourceFromAttributes({
    'service.name': PRODUCT.name.toLowerCase(),
    'service.version': PRODUCT.version,
  });
  let waiting = 0;
  let dropped = 0;
  let answers = true;
  const collector = new otlp.OTLPTraceExporter({ url: endpoint, timeoutMillis: TIMES.answer });
  const exporter: SpanExporter = {
    export(spans, done) {
      collector.export(spans, (result) => {
        waiting -= spans.length;
        const taken = result.error === undefined;
        if (!taken) dropped += spans.length;
        if (taken !== answers) logTurn(taken);
        answers = taken;
        done(result);
      });
    },
    forceFlush: () => collector.forceFlush(),
    shutdown: () => collector.shutdown(),
  };
  // Its queue is never the one that is full: it drops without a word.
  const processor = new sdk.BatchSpanProcessor({
    exporter,
    maxQueueSize: 2 * QUEUE,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: TIMES.delay,
    exportTimeoutMillis: 2 * TIMES.answer,
  });
  const context = (trace: string, spanId: string): SpanContext => ({
    traceId: traceIdOf(trace),
    spanId,
    traceFlags: TraceFlags.SAMPLED,
  });

  function readable(record: SpanRecord): ReadableSpan {
    const { trace, key, parent, links = [], from, to, failed = false } = record;
    const own = context(trace, key ? spanIdOf(trace, key) : randomBytes(8).toString('hex'));
    const keyed = (other: SpanKey): SpanContext => context(trace, spanIdOf(trace, other));
    return {
      name: record.name,
      kind: kinds[record.kind],
      spanContext: () => own,
      ...(parent && { parentSpanContext: keyed(parent) }),
      startTime: highResolution(from),
      endTime: highResolution(to),
      duration: highResolution(to - from),
      ended: true,
      status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: attributesOf(record.fields),
      links: links.map((link): Link => ({ context: keyed(link) })),
      events: [],
      resource,
      instrumentationScope: { name: PRODUCT.name, version: PRODUCT.version },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }

  return {
    record(span) {
      if (waiting >= QUEUE) dropped += 1;
      else {
        waiting += 1;
        processor.onEnd(readable(span));
      }
    },
    get dropped() {
      return dropped;
    },
    async stop() {
      const flushed = processor.shutdown().catch(() => undefined);
      await Promise.race([flushed, wait(TIMES.stop, undefined, { ref: false })]);
    },
  };
}

function logTurn(taken: boolean): void {
  if (taken) log('info', 'the trace collector takes spans again');
  else log('warn', 'the trace collector does not take spans: they are dropped and counted');
}

/** Those of the table, each as `octriage.` and its name in the log. */
export function attributesOf(fields: SpanFields): Record<string, string | number> {
  return Object.fromEntries(
    FIELDS.flatMap((name) => {
      const value = fields[name];
      return value === undefined ? [] : [[`octriage.${name}`, value]];
    }),
  );
}

/** Seconds and nanoseconds. */
function highResolution(milliseconds: number): [number, number] {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
