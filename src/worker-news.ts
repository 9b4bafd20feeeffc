import type { WorkerPoolEvent } from './worker-pool.js';

/** A worker process as it introduced itself. */
export interface WorkerNews {
  readonly processId: number;
  readonly executionProvider: string;
  readonly modelSet: string;
  readonly passedOver: readonly string[];
}

/** Remembers which workers are there, for the console. */
export class WorkersSeen {
  readonly #workers = new Map<number, WorkerNews>();
  #trouble: string | undefined;

  observe(event: WorkerPoolEvent): void {
    switch (event.kind) {
      case 'ready': {
        const { processId, executionProvider, modelSet, passedOver } = event;
        this.#workers.set(processId, { processId, executionProvider, modelSet, passedOver });
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
