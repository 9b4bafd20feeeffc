import type { Archive } from '../archive/archive.js';
import type { AssemblyPorts } from '../assembly/assembler.js';
import type { Destination } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
import { DELIVERED_STATUSES } from '../delivery/outcome-table.js';
import type { Send } from '../delivery/ports.js';
import { formatStatus } from '../dimse/status.js';
import { Background } from '../operations/background.js';
import { startTraces, type SpanFields, type SpanKey, type Traces } from '../operations/traces.js';
import type { ArchiveSink } from './store-sink.js';
import type { Acquisition } from '../values/acquisition.js';
import type { ClaimedWorkitem } from '../values/workitem.js';
import type { WorkitemQueue } from '../workers/pool.js';

/** What the listener and STOW-RS tell of those who send. */
interface TransferEvent {
  readonly type: string;
  readonly associationId: string;
  readonly peerAddress?: string;
  readonly callingAeTitle?: string;
  readonly calledAeTitle?: string;
  readonly counts?: {
    readonly invoked: number;
    readonly answered: number;
    readonly stored: number;
  };
}

/** Each gives what it was given, and looks on. */
export interface NodeTracing {
  observe(event: TransferEvent): void;
  receiving(sink: ArchiveSink): ArchiveSink;
  assembling(ports: AssemblyPorts): AssemblyPorts;
  reading(queue: WorkitemQueue): WorkitemQueue;
  delivering(send: Send<Destination>): Send<Destination>;
  /** Spans that were lost; `undefined` where nothing is traced. */
  readonly dropped: number | undefined;
  stop(): Promise<void>;
}

const NOTHING: NodeTracing = {
  observe: () => undefined,
  receiving: (sink) => sink,
  assembling: (ports) => ports,
  reading: (queue) => queue,
  delivering: (send) => send,
  dropped: undefined,
  stop: () => Promise.resolve(),
};

/** The traces of the settings: a trace is what happened to one study (decision 125). */
export async function tracesOf(
  { tracesEndpoint }: Pick<Settings, 'tracesEndpoint'>,
  archive: Pick<Archive, 'instances' | 'results'>,
): Promise<NodeTracing> {
  if (tracesEndpoint === '') return NOTHING;
  return new StudyTraces(await startTraces(tracesEndpoint), archive);
}

/** An association, or a STOW-RS request, that is not over, or of which an object is not. */
interface Sender {
  readonly from: number;
  /** The studies that it brought; its own id stands for objects that were refused, whose study is not known. */
  readonly traces: Set<string>;
  receiving: number;
  ended?: TransferEvent & { readonly to: number };
}

class StudyTraces implements NodeTracing {
  readonly #senders = new Map<string, Sender>();
  readonly #background = new Background('span not made');

  constructor(
    private readonly traces: Traces,
    private readonly archive: Pick<Archive, 'instances' | 'results'>,
  ) {}

  get dropped(): number {
    return this.traces.dropped;
  }

  async stop(): Promise<void> {
    await this.#background.settled();
    await this.traces.stop();
  }

  observe(event: TransferEvent): void {
    const { type, associationId } = event;
    if (type === 'accepted') {
      const sender = { from: Date.now(), traces: new Set<string>(), receiving: 0 };
      this.#senders.set(associationId, sender);
      return;
    }
    const sender = this.#senders.get(associationId);
    if (sender === undefined) return;
    sender.ended = { ...event, to: Date.now() };
    this.#endSender(sender);
  }

  receiving(sink: ArchiveSink): ArchiveSink {
    return {
      begin: async (request) => {
        const { associationId, sopInstanceUid, sopClassUid, transferSyntaxUid } = request;
        const from = Date.now();
        const sender = this.#senders.get(associationId);
        if (sender) sender.receiving += 1;
        const end = (trace: string, failed: boolean, more: SpanFields): void => {
          this.traces.record({
            name: 'instance',
            kind: 'internal',
            trace,
            from,
            to: Date.now(),
            failed,
            parent: ['association', associationId],
            fields: { associationId, sopInstanceUid, sopClassUid, transferSyntaxUid, ...more },
          });
          if (sender === undefined) return;
          sender.traces.add(trace);
          sender.receiving -= 1;
          this.#endSender(sender);
        };
        const reception = await sink.begin(request).catch((error: unknown) => {
          end(associationId, true, {});
          throw error;
        });
        return {
          write: (chunks) => reception.write(chunks),
          abandon: async (reason) => {
            await reception.abandon(reason);
            end(associationId, true, {});
          },
          finish: async () => {
            const outcome = await reception.finish();
            const { status, instance } = outcome;
            const trace = instance?.studyInstanceUid ?? associationId;
            end(trace, instance === undefined, {
              status: formatStatus(status),
              bytes: instance?.byteLength,
              studyInstanceUid: instance?.studyInstanceUid,
            });
            return outcome;
          },
        };
      },
    };
  }

  assembling(ports: AssemblyPorts): AssemblyPorts {
    const made = (
      workitemUid: string | undefined,
      { id, studyInstanceUid: trace, instances }: Omit<Acquisition, 'revision'>,
    ): void => {
      if (workitemUid === undefined) return;
      const to = Date.now();
      const from = Math.min(...instances.map(({ receivedAt }) => Date.parse(receivedAt)));
      this.#background.later(async () => {
        const { parent } = await this.#originOf(trace, instances);
        this.traces.record({
          name: 'assembly',
          kind: 'internal',
          trace,
          parent,
          from,
          to,
          fields: {
            acquisitionId: id,
            workitemUid,
            studyInstanceUid: trace,
            count: instances.length,
          },
        });
      });
    };
    return {
      ...ports,
      async record(uid, outcome) {
        const workitem = await ports.record(uid, outcome);
        if (outcome.kind === 'acquisition') made(workitem, outcome.acquisition);
        return workitem;
      },
      async recordGroup(acquisition, reason) {
        const workitem = await ports.recordGroup(acquisition, reason);
        made(workitem, acquisition);
        return workitem;
      },
    };
  }

  reading(queue: WorkitemQueue): WorkitemQueue {
    const begun = new Map<string, number>();
    const take = ({ workitemUid }: ClaimedWorkitem): number => {
      const from = begun.get(workitemUid) ?? Date.now();
      begun.delete(workitemUid);
      return from;
    };
    return {
      ...queue,
      claim: async (owner) => {
        const item = await queue.claim(owner);
        if (item) begun.set(item.workitemUid, Date.now());
        return item;
      },
      complete: async (item, read) => {
        await queue.complete(item, read);
        const { executionProvider, profile, stages = [] } = read;
        this.#read(item, take(item), { executionProvider, profile });
        for (const { stage, from, to } of stages) {
          const { workitemUid, acquisition } = item;
          this.traces.record({
            name: stage,
            kind: 'internal',
            trace: acquisition.studyInstanceUid,
            from,
            to,
            parent: ['workitem', workitemUid],
            fields: { workitemUid },
          });
        }
      },
      fail: async (item, code, reason) => {
        await queue.fail(item, code, reason);
        this.#read(item, take(item), { code }, true);
      },
    };
  }

  delivering(send: Send<Destination>): Send<Destination> {
    return async (destination, objects) => {
      const from = Date.now();
      const outcomes = await send(destination, objects);
      const to = Date.now();
      for (const [index, object] of objects.entries()) {
        const outcome = outcomes[index];
        const { sopInstanceUid, studyInstanceUid, attempt } = object;
        const answered = outcome?.kind === 'answered' ? outcome.status : undefined;
        this.#background.later(async () => {
          const workitemUid = (await this.archive.results.find(sopInstanceUid))?.workitemUid;
          this.traces.record({
            name: 'delivery',
            kind: 'client',
            trace: studyInstanceUid,
            from,
            to,
            ...(workitemUid !== undefined && { parent: ['workitem', workitemUid] as const }),
            failed: answered === undefined || !DELIVERED_STATUSES.has(answered),
            fields: {
              destination: destination.name,
              sopInstanceUid,
              studyInstanceUid,
              workitemUid,
              attempts: attempt,
              status: answered === undefined ? undefined : formatStatus(answered),
              code: outcome?.kind === 'failed' ? outcome.code : undefined,
            },
          });
        });
      }
      return outcomes;
    };
  }

  /** One attempt. Deliveries name the one that succeeded as their parent: it alone has the workitem's key. */
  #read(item: ClaimedWorkitem, from: number, more: SpanFields, failed = false): void {
    const { workitemUid, acquisition, attempt } = item;
    const { id, studyInstanceUid: trace, instances } = acquisition;
    const to = Date.now();
    this.#background.later(async () => {
      this.traces.record({
        name: 'workitem',
        kind: 'internal',
        trace,
        from,
        to,
        failed,
        ...(!failed && { key: ['workitem', workitemUid] as const }),
        ...(await this.#originOf(trace, instances)),
        fields: {
          workitemUid,
          acquisitionId: id,
          studyInstanceUid: trace,
          attempts: attempt,
          ...more,
        },
      });
    });
  }

  /** The association that brought the last instance, and those that brought others. */
  async #originOf(
    trace: string,
    instances: Acquisition['instances'],
  ): Promise<{ readonly parent: SpanKey | undefined; readonly links: readonly SpanKey[] }> {
    const uids = instances.map(({ sopInstanceUid }) => sopInstanceUid);
    const associations = await this.archive.instances.associationsOf(trace, uids);
    const [parent, ...links] = associations.map((id) => ['association', id] as const);
    return { parent, links };
  }

  /** Records a sender that has ended, in each trace that it brought something of, once its last object has ended too. */
  #endSender({ from, traces, receiving, ended }: Sender): void {
    if (ended === undefined || receiving > 0) return;
    const { type, associationId, peerAddress, callingAeTitle, calledAeTitle, counts, to } = ended;
    this.#senders.delete(associationId);
    const overDimse = counts !== undefined;
    // Who sends over HTTP is a user: the log does not name him with each request either.
    const caller = overDimse ? { peerAddress, callingAeTitle, calledAeTitle, ...counts } : {};
    const fields = { associationId, ...caller };
    for (const trace of traces) {
      this.traces.record({
        name: overDimse ? 'association' : 'STOW-RS request',
        kind: 'server',
        trace,
        key: ['association', associationId],
        from,
        to,
        fields,
        failed: type !== 'released' || trace === associationId,
      });
    }
  }
}
