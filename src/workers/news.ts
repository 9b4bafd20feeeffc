import type { WorkerPoolEvent } from './pool.js';

/** A worker process as it introduced itself. */
export interface WorkerNews {
  readonly processId: number;
  readonly executionProvider: string;
  readonly modelSet: string;
  readonly passedOver: readonly string[];
  readonly pace: string;
}

/** What the operator may expect of a worker: measured on the golden scan with all members, not promised. */
export function paceInWords(bscansPerSecond: number | undefined): string {
  if (bscansPerSecond === undefined)
    return 'the model set has no golden scan: nothing was measured';
  const seconds = (frames: number) => (frames / bscansPerSecond).toFixed(1);
  return `${bscansPerSecond.toFixed(1)} B-scans a second: about ${seconds(49)} s for 49, ${seconds(128)} s for 128`;
}

/** Remembers which workers are there, for the console. */
export class WorkersSeen {
  readonly #workers = new Map<number, WorkerNews>();
  #trouble: string | undefined;

  observe(event: WorkerPoolEvent): void {
    switch (event.kind) {
      case 'ready': {
        const { processId, executionProvider, modelSet, passedOver } = event;
        const pace = paceInWords(event.bscansPerSecond);
        this.#workers.set(processId, { processId, executionProvider, modelSet, passedOver, pace });
        break;
      }
      case 'ended':
        this.#workers.delete(event.processId);
        this.#trouble = event.reason;
        break;
      case 'unfit':
        this.#trouble = `${event.reason} [${event.code}]`;
        break;
      case 'golden-scan':
        this.#trouble = event.deviation ?? this.#trouble;
        break;
      case 'queue-error':
        break;
    }
  }

  get all(): readonly WorkerNews[] {
    return [...this.#workers.values()];
  }

  /** Why a worker ended or was found wanting last. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
}
