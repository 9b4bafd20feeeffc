/** A run of a task of housekeeping that has ended. */
export interface TaskRun {
  /** When it began, in ms since 1970. */
  readonly at: number;
  readonly milliseconds: number;
  readonly outcome: 'done' | 'failed';
  /** What was done, or why it failed. */
  readonly said: string;
  readonly who: string;
}
