/** A migration: what the last run of a nightly task did; it is asked for after a restart too. */
export const HOUSEKEEPING_RUNS = `
  CREATE TABLE housekeeping_run (
    task TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed')),
    said TEXT NOT NULL,
    who TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
