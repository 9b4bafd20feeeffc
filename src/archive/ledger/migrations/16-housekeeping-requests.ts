/** A migration: what a command has asked of the node's housekeeping, and what the node answered. */
export const HOUSEKEEPING_REQUESTS = `
  CREATE TABLE housekeeping_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL,
    who TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
    answer TEXT CHECK (answer IN ('done', 'failed', 'not-run')),
    said TEXT
  ) STRICT;
`;
