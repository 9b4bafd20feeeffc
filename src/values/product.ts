/** What this program is called and which version it is: in the log, in the console and in every result. */
export const PRODUCT = {
  name: 'OCTriage',
  version: '0.2.0',
  manufacturer: 'OCTriage project',
} as const;

/** Shown and sent with every decision (models.md §4.8). */
export const RESEARCH_USE_ONLY = 'RESEARCH USE ONLY. Not a medical device.';
