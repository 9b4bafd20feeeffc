/** Who is told of what: one row for each event and target. */
export const NOTIFICATION_TABLES = `
  CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE, -- by which a receiver knows what it has already
    event_id INTEGER NOT NULL REFERENCES event (id),
    target TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
      CHECK (state IN ('pending', 'sent', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    status INTEGER, -- of HTTP, of the last attempt
    cause TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    UNIQUE (event_id, target)
  ) STRICT;
  CREATE INDEX notification_by_due ON notification (state, target, due_at);
  -- The last event that was looked at; what was before is nobody told of.
  CREATE TABLE notification_cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    event_id INTEGER NOT NULL
  ) STRICT;
  INSERT INTO notification_cursor (id, event_id) SELECT 1, coalesce(max(id), 0) FROM event;
`;
