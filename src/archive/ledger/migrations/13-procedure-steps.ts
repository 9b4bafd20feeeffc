/** A migration: workitems as Unified Procedure Steps, as others see them (UPS-RS). */
export const PROCEDURE_STEP_TABLES = `
  -- What others said of a workitem, as a Unified Procedure Step (PS3.4 CC); nothing of the patient.
  CREATE TABLE procedure_step (
    workitem_uid TEXT PRIMARY KEY REFERENCES workitem (uid),
    requested_by TEXT, -- who asked for it; null: the assembly
    performer TEXT, -- who claimed it in place of our workers
    attributes TEXT NOT NULL DEFAULT '{}', -- DICOM JSON
    modified_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE step_subscription (
    subscriber TEXT NOT NULL, -- AE title
    target TEXT NOT NULL, -- UID of a workitem, or of the (filtered) worklist
    filter TEXT NOT NULL DEFAULT '{}', -- JSON: matching keys of the filtered worklist
    deletion_lock INTEGER NOT NULL CHECK (deletion_lock IN (0, 1)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (subscriber, target)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX step_subscription_by_target ON step_subscription (target);
  CREATE INDEX workitem_by_time ON workitem (scheduled_at);
`;
