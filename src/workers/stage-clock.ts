import type { StageTime } from './protocol.js';

/** When each stage of a reading ended, by what it tells of its progress: a stage begins where the one before it ended. */
export class StageClock {
  readonly #stages: StageTime[] = [];

  constructor(private began: number = Date.now()) {}

  /** The stage is at work, or has just ended. */
  mark(stage: string, at: number = Date.now()): void {
    const last = this.#stages.at(-1);
    if (last?.stage === stage) this.#stages.pop();
    else if (last !== undefined) this.began = last.to;
    this.#stages.push({ stage, from: this.began, to: at });
  }

  get stages(): readonly StageTime[] {
    return this.#stages;
  }
}
