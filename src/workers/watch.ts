import { readFile } from 'node:fs/promises';
import { MIB } from '../values/units.js';

/** What a worker process may not exceed. */
export interface WorkerLimits {
  /** It says nothing for so long (ms). */
  readonly silence: number;
  /** One stage of a scan lasts so long (ms). */
  readonly stage: number;
  /** Resident memory (MiB). */
  readonly memory: number;
}

/** How often memory is looked at (ms). */
const MEMORY_INTERVAL = 250;
/** Linux counts resident memory in pages of this size (bytes) on every platform that Node.js 20 is built for here. */
const PAGE = 4096;

/**
 * Watches one worker process from outside and says, once, why it has to be ended: silence, a stage without end, memory.
 * Memory is asked of the kernel (Linux), because what networks and volumes take lies outside the JavaScript heap and a
 * worker that is busy allocating does not answer; elsewhere the worker's own figure, as it comes, has to do.
 */
export class WorkerWatch {
  #silence: NodeJS.Timeout | undefined;
  #stage: NodeJS.Timeout | undefined;
  readonly #memory: NodeJS.Timeout;

  constructor(
    private readonly processId: number,
    private readonly limits: WorkerLimits,
    private readonly onExceeded: (reason: string) => void,
  ) {
    this.#memory = setInterval(() => void this.#lookAtMemory(), MEMORY_INTERVAL);
    this.#memory.unref();
  }

  /** It said something. `idle`: it has nothing to do, and need not say more. */
  alive(idle: boolean, residentBytes = 0): void {
    clearTimeout(this.#silence);
    this.#judgeMemory(residentBytes);
    if (idle) return;
    this.#silence = setTimeout(() => {
      this.onExceeded(`the worker process gave no sign of life for ${this.limits.silence} ms`);
    }, this.limits.silence);
  }

  /** A stage of a scan begins, or, without a name, none is going on. */
  stage(name?: string): void {
    clearTimeout(this.#stage);
    if (name === undefined) return;
    this.#stage = setTimeout(() => {
      this.onExceeded(`the stage '${name}' lasted longer than ${this.limits.stage} ms`);
    }, this.limits.stage);
  }

  end(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#stage);
    clearInterval(this.#memory);
  }

  async #lookAtMemory(): Promise<void> {
    const statm = await readFile(`/proc/${this.processId}/statm`, 'latin1').catch(() => '');
    this.#judgeMemory(Number(statm.split(' ')[1] ?? 0) * PAGE);
  }

  #judgeMemory(residentBytes: number): void {
    if (residentBytes <= this.limits.memory * MIB) return;
    clearInterval(this.#memory);
    this.onExceeded(
      `the worker process took ${Math.round(residentBytes / MIB)} MiB of memory, the limit is ${this.limits.memory} MiB`,
    );
  }
}
