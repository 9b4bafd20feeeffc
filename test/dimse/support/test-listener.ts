import { VERIFICATION_AND_STORAGE } from './accepted.js';
import type { AssociationEvent } from '../../../src/dimse/association-event.js';
import { startListener } from '../../../src/dimse/listener.js';
import type {
  Listener,
  ListenerOptions,
  StoreOutcome,
  StoreReception,
  StoreRequest,
} from '../../../src/dimse/listener.js';
import { DEFAULT_TIMERS } from '../../../src/dimse/upper-layer/timers.js';
import type { Timers } from '../../../src/dimse/upper-layer/timers.js';

/** What became of one C-STORE at the test's sink. */
export interface Received {
  readonly request: StoreRequest;
  bytes: Buffer;
  end: 'open' | 'finished' | 'abandoned';
  abandonReason?: string;
}

export interface Sink {
  readonly received: Received[];
  /** Overridden by tests that want another behaviour. */
  write: (received: Received, chunk: Uint8Array) => Promise<void>;
  finish: (received: Received) => Promise<StoreOutcome>;
  begin: (request: StoreRequest) => Promise<StoreOutcome | undefined>;
}

export interface TestListener {
  readonly listener: Listener;
  readonly port: number;
  readonly events: AssociationEvent[];
  readonly sink: Sink;
  /** The first event of a type, past or to come. */
  readonly event: <T extends AssociationEvent['type']>(
    type: T,
  ) => Promise<AssociationEvent & { type: T }>;
}

const running: Listener[] = [];

export async function testListener(
  options: Partial<Omit<ListenerOptions, 'timers'>> & { timers?: Partial<Timers> } = {},
): Promise<TestListener> {
  const events: AssociationEvent[] = [];
  const waiting = new Set<() => void>();
  const sink = memorySink();
  const listener = await startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'OCT',
    accepted: VERIFICATION_AND_STORAGE,
    maxPduLength: 32768,
    maxAssociations: 8,
    admit: () => ({ admitted: true }),
    store: { begin: (request) => begin(sink, request) },
    onEvent(event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
    ...options,
    timers: { ...DEFAULT_TIMERS, artim: 1000, abort: 50, ...options.timers },
  });
  running.push(listener);
  return {
    listener,
    port: listener.port,
    events,
    sink,
    async event(type) {
      for (;;) {
        const found = events.find((event) => event.type === type);
        if (found) return found as AssociationEvent & { type: typeof type };
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
  };
}

/** For `afterEach`. */
export async function closeListeners(): Promise<void> {
  await Promise.all(running.splice(0).map((listener) => listener.close()));
}

function memorySink(): Sink {
  return {
    received: [],
    write(received, chunk) {
      received.bytes = Buffer.concat([received.bytes, chunk]);
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ status: 0 }),
    begin: () => Promise.resolve(undefined),
  };
}

async function begin(sink: Sink, request: StoreRequest): Promise<StoreReception | StoreOutcome> {
  const refused = await sink.begin(request);
  if (refused) return refused;
  const received: Received = { request, bytes: Buffer.alloc(0), end: 'open' };
  sink.received.push(received);
  return {
    write: async (chunks) => {
      for (const chunk of chunks) if (chunk.length > 0) await sink.write(received, chunk);
    },
    finish() {
      received.end = 'finished';
      return sink.finish(received);
    },
    abandon(reason) {
      received.end = 'abandoned';
      received.abandonReason = reason;
      return Promise.resolve();
    },
  };
}
