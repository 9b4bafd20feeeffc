/** What was measured of each scan, what readers said of the decisions, and from when on a device is compared with itself. */
export const READER_FEEDBACK = `
  -- Figures and codes of each reading. No foreign key: they outlive the study, and hold nothing of the patient.
  CREATE TABLE scan_figures (
    acquisition_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sop_instance_uid TEXT NOT NULL,
    calling_ae_title TEXT NOT NULL,
    profile TEXT NOT NULL,
    model_set TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    grade TEXT,
    decision TEXT NOT NULL,
    figures TEXT NOT NULL, -- JSON
    PRIMARY KEY (acquisition_id, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX scan_figures_by_device
    ON scan_figures (calling_ae_title, profile, model_set, read_at);
  CREATE INDEX scan_figures_by_instance ON scan_figures (sop_instance_uid);

  -- Who changes the mind says so again: the last word of each reader counts.
  CREATE TABLE reader_feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    acquisition_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    reader TEXT NOT NULL,
    verdict TEXT NOT NULL,
    referral TEXT,
    pathologies TEXT, -- JSON
    reason TEXT,
    FOREIGN KEY (acquisition_id, revision) REFERENCES scan_figures (acquisition_id, revision)
  ) STRICT;
  CREATE INDEX reader_feedback_by_scan ON reader_feedback (acquisition_id, revision, id);
  CREATE TRIGGER reader_feedback_is_not_changed BEFORE UPDATE ON reader_feedback
    BEGIN SELECT RAISE(ABORT, 'feedback is append-only'); END;
  CREATE TRIGGER reader_feedback_is_not_deleted BEFORE DELETE ON reader_feedback
    BEGIN SELECT RAISE(ABORT, 'feedback is append-only'); END;

  -- From then on a device is compared with what it was: after a change that somebody knows of.
  CREATE TABLE drift_reference (
    calling_ae_title TEXT NOT NULL,
    profile TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (calling_ae_title, profile)
  ) STRICT, WITHOUT ROWID;
`;
