import { DELIVERY_CAUSES } from './migrations/10-delivery-causes.js';
import { URGENT_DELIVERIES } from './migrations/11-urgent-deliveries.js';
import { READER_FEEDBACK } from './migrations/12-reader-feedback.js';
import { PROCEDURE_STEP_TABLES } from './migrations/13-procedure-steps.js';
import { NOTIFICATION_TABLES } from './migrations/14-notifications.js';
import { HOUSEKEEPING_RUNS } from './migrations/15-housekeeping-runs.js';
import { HOUSEKEEPING_REQUESTS } from './migrations/16-housekeeping-requests.js';

/** The ledger's history. Never edited in place: append. `PRAGMA user_version` holds the last one that ran. */
export const MIGRATIONS: readonly { readonly version: number; readonly sql: string }[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE instance (
        sop_instance_uid TEXT PRIMARY KEY, -- never overwritten: one UID, one content (R2, R3)
        sop_class_uid TEXT NOT NULL,
        series_instance_uid TEXT NOT NULL,
        study_instance_uid TEXT NOT NULL,
        transfer_syntax_uid TEXT NOT NULL,
        digest TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE,
        byte_length INTEGER NOT NULL,
        calling_ae_title TEXT NOT NULL,
        called_ae_title TEXT NOT NULL,
        peer_address TEXT NOT NULL,
        association_id TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        assembly_state TEXT NOT NULL DEFAULT 'pending'
          CHECK (assembly_state IN ('pending', 'assembled', 'incomplete', 'not-input')),
        assembly_reason TEXT
      ) STRICT, WITHOUT ROWID;
      -- Not partial: a query with a bound parameter cannot use a partial index.
      CREATE INDEX instance_by_assembly ON instance (assembly_state, received_at);
      CREATE INDEX instance_by_series ON instance (study_instance_uid, series_instance_uid);

      CREATE TABLE acquisition (
        id TEXT NOT NULL,
        revision INTEGER NOT NULL CHECK (revision >= 1),
        study_instance_uid TEXT NOT NULL,
        complete_because TEXT NOT NULL,
        content_digest TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (id, revision),
        UNIQUE (id, content_digest) -- one trigger for one content (R10)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE acquisition_instance (
        acquisition_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        position INTEGER NOT NULL,
        sop_instance_uid TEXT NOT NULL REFERENCES instance (sop_instance_uid),
        PRIMARY KEY (acquisition_id, revision, position),
        FOREIGN KEY (acquisition_id, revision) REFERENCES acquisition (id, revision)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX acquisition_instance_by_instance ON acquisition_instance (sop_instance_uid);

      CREATE TABLE workitem (
        uid TEXT PRIMARY KEY,
        acquisition_id TEXT NOT NULL,
        acquisition_revision INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'SCHEDULED'
          CHECK (state IN ('SCHEDULED', 'IN PROGRESS', 'COMPLETED', 'CANCELED')),
        held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
        reason TEXT,
        progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
        progress_description TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        interrupted INTEGER NOT NULL DEFAULT 0,
        lease_owner TEXT,
        lease_expires_at INTEGER,
        transaction_uid TEXT,
        scheduled_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        FOREIGN KEY (acquisition_id, acquisition_revision) REFERENCES acquisition (id, revision),
        -- A lease exactly while in progress: a half-written claim cannot be recorded.
        CHECK ((state = 'IN PROGRESS') = (transaction_uid IS NOT NULL)),
        CHECK ((state = 'IN PROGRESS') = (lease_expires_at IS NOT NULL)),
        CHECK (held = 0 OR state = 'SCHEDULED')
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX workitem_by_due ON workitem (state, held, scheduled_at);
      CREATE INDEX workitem_by_lease ON workitem (state, lease_expires_at);
      CREATE INDEX workitem_by_acquisition ON workitem (acquisition_id, acquisition_revision);

      CREATE TABLE result (
        sop_instance_uid TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        sop_class_uid TEXT NOT NULL,
        series_instance_uid TEXT NOT NULL,
        study_instance_uid TEXT NOT NULL,
        transfer_syntax_uid TEXT NOT NULL,
        digest TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE,
        byte_length INTEGER NOT NULL,
        data_set_offset INTEGER NOT NULL,
        workitem_uid TEXT NOT NULL REFERENCES workitem (uid),
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX result_by_workitem ON result (workitem_uid);

      CREATE TABLE delivery (
        id INTEGER PRIMARY KEY, -- the order in which the objects of a result set are sent
        result_sop_instance_uid TEXT NOT NULL REFERENCES result (sop_instance_uid),
        result_digest TEXT NOT NULL,
        study_instance_uid TEXT NOT NULL,
        destination TEXT NOT NULL,
        revision INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending'
          CHECK (state IN ('pending', 'sending', 'delivered', 'failed', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        ambiguous_attempts INTEGER NOT NULL DEFAULT 0,
        error_class TEXT CHECK (error_class IN ('transient', 'ambiguous', 'permanent')),
        status INTEGER,
        comment TEXT,
        next_attempt_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        delivered_at INTEGER,
        UNIQUE (result_digest, destination, revision) -- the delivery key (R27)
      ) STRICT;
      CREATE INDEX delivery_by_due ON delivery (state, destination, next_attempt_at);
      CREATE INDEX delivery_by_result ON delivery (result_sop_instance_uid);

      CREATE TABLE association (
        id TEXT PRIMARY KEY,
        calling_ae_title TEXT NOT NULL,
        called_ae_title TEXT NOT NULL,
        peer_address TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        closed_at INTEGER NOT NULL,
        invoked INTEGER NOT NULL,
        answered INTEGER NOT NULL,
        stored INTEGER NOT NULL,
        ended_by TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX association_by_time ON association (closed_at);

      CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so a reader can go on from the last one
        at INTEGER NOT NULL,
        subject_kind TEXT NOT NULL,
        subject_uid TEXT NOT NULL,
        what TEXT NOT NULL,
        reason TEXT,
        detail TEXT
      ) STRICT;
      CREATE INDEX event_by_subject ON event (subject_uid, id);
      CREATE INDEX event_by_what ON event (what, id);
      CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
      CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
    `,
  },
  {
    version: 2,
    sql: `
      -- Equal for all instances of a scan that comes in parts; null for what is a scan by itself or none.
      ALTER TABLE instance ADD COLUMN part_of TEXT;
      CREATE INDEX instance_by_part ON instance (part_of);
      CREATE INDEX acquisition_by_study ON acquisition (study_instance_uid);
      CREATE TABLE localizer (
        acquisition_id TEXT PRIMARY KEY,
        sop_instance_uid TEXT NOT NULL REFERENCES instance (sop_instance_uid),
        because TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      -- Decided upon by a version that did not put parts together: looked at again.
      UPDATE instance SET assembly_state = 'pending' WHERE assembly_state = 'incomplete';
    `,
  },
  {
    version: 3,
    sql: `
      CREATE TABLE refusal (
        calling_ae_title TEXT NOT NULL,
        called_ae_title TEXT NOT NULL,
        peer_address TEXT NOT NULL,
        lack TEXT NOT NULL,
        sop_class_uid TEXT NOT NULL, -- empty where the association as a whole was refused
        proposed TEXT NOT NULL, -- UIDs, separated by blanks
        why TEXT NOT NULL,
        count INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (peer_address, calling_ae_title, called_ae_title, lack, sop_class_uid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX refusal_by_time ON refusal (last_at);
    `,
  },
  {
    version: 4,
    sql: `
      -- What was read of the newest revision of each scan.
      CREATE TABLE reading (
        acquisition_id TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        study_instance_uid TEXT NOT NULL,
        sop_instance_uid TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        laterality TEXT CHECK (laterality IN ('R', 'L')), -- null where no volume could be made
        grade TEXT,
        signal REAL,
        frames INTEGER,
        decision TEXT NOT NULL,
        device TEXT NOT NULL, -- which profile matched and why, or why none
        FOREIGN KEY (acquisition_id, revision) REFERENCES acquisition (id, revision)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reading_by_study ON reading (study_instance_uid, received_at);
      CREATE TABLE eye_choice (
        study_instance_uid TEXT NOT NULL,
        laterality TEXT NOT NULL,
        acquisition_id TEXT NOT NULL REFERENCES reading (acquisition_id),
        because TEXT NOT NULL,
        PRIMARY KEY (study_instance_uid, laterality)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 5,
    sql: `
      -- Storage commitment that was asked of us: one report is owed for each.
      CREATE TABLE commitment_scp (
        id INTEGER PRIMARY KEY,
        transaction_uid TEXT NOT NULL,
        calling_ae_title TEXT NOT NULL,
        called_ae_title TEXT NOT NULL, -- the report comes from there (R35)
        association_id TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'owed'
          CHECK (state IN ('owed', 'reporting', 'reported', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        status INTEGER,
        comment TEXT,
        requested_at INTEGER NOT NULL,
        judged_at INTEGER, -- judged once: a report that is repeated says the same
        reported_at INTEGER,
        UNIQUE (calling_ae_title, transaction_uid)
      ) STRICT;
      CREATE INDEX commitment_scp_by_due
        ON commitment_scp (state, calling_ae_title, next_attempt_at);
      CREATE TABLE commitment_scp_instance (
        commitment_id INTEGER NOT NULL REFERENCES commitment_scp (id),
        position INTEGER NOT NULL,
        sop_class_uid TEXT NOT NULL,
        sop_instance_uid TEXT NOT NULL,
        failure_reason INTEGER, -- null: committed, once judged
        PRIMARY KEY (commitment_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX commitment_scp_instance_by_uid ON commitment_scp_instance (sop_instance_uid);

      -- Storage commitment that we asked for: kept, since a report may come late or twice.
      CREATE TABLE commitment_scu (
        transaction_uid TEXT PRIMARY KEY,
        destination TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        reported_at INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE commitment_scu_delivery (
        transaction_uid TEXT NOT NULL REFERENCES commitment_scu (transaction_uid),
        delivery_id INTEGER NOT NULL REFERENCES delivery (id),
        PRIMARY KEY (transaction_uid, delivery_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX commitment_scu_by_delivery ON commitment_scu_delivery (delivery_id);
      ALTER TABLE delivery ADD COLUMN commitment TEXT NOT NULL DEFAULT 'none'
        CHECK (commitment IN ('none', 'wanted', 'asking', 'asked', 'committed', 'failed'));
      ALTER TABLE delivery ADD COLUMN commitment_attempts INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE delivery ADD COLUMN commitment_due_at INTEGER;
      ALTER TABLE delivery ADD COLUMN commitment_reason TEXT;
      CREATE INDEX delivery_by_commitment ON delivery (commitment, destination, commitment_due_at);
    `,
  },
  {
    version: 6,
    sql: `
      -- 0: in turn. Above: before all others, the highest first.
      ALTER TABLE workitem ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
      -- Who sent the scan: each in turn, so that one that sends a day's scans at once does not keep the others waiting.
      ALTER TABLE workitem ADD COLUMN device TEXT NOT NULL DEFAULT '';
      CREATE TABLE device_turn (
        device TEXT PRIMARY KEY,
        served_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX device_turn_by_time ON device_turn (served_at);
      INSERT INTO device_turn (device, served_at) VALUES ('', 0);
      DROP INDEX workitem_by_due;
      CREATE INDEX workitem_by_due ON workitem (state, held, priority DESC, device, scheduled_at);
    `,
  },
  {
    version: 7,
    sql: `
      -- What queries ask for (QIDO-RS), as DICOM JSON; made from the files, so that it can be made again.
      CREATE TABLE indexed_study (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of results, so that paging holds
        study_instance_uid TEXT NOT NULL UNIQUE,
        attributes TEXT NOT NULL
      ) STRICT;
      CREATE INDEX indexed_study_by_patient ON indexed_study (json_extract(attributes, '$."00100020".Value[0]'));
      CREATE INDEX indexed_study_by_date ON indexed_study (json_extract(attributes, '$."00080020".Value[0]'));
      CREATE INDEX indexed_study_by_accession ON indexed_study (json_extract(attributes, '$."00080050".Value[0]'));
      CREATE TABLE indexed_series (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        study_instance_uid TEXT NOT NULL,
        series_instance_uid TEXT NOT NULL,
        attributes TEXT NOT NULL,
        UNIQUE (study_instance_uid, series_instance_uid)
      ) STRICT;
      CREATE INDEX indexed_series_by_uid ON indexed_series (series_instance_uid);
      CREATE TABLE indexed_instance (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        study_instance_uid TEXT NOT NULL,
        series_instance_uid TEXT NOT NULL,
        sop_instance_uid TEXT NOT NULL UNIQUE,
        attributes TEXT NOT NULL
      ) STRICT;
      CREATE INDEX indexed_instance_by_series
        ON indexed_instance (study_instance_uid, series_instance_uid);
      -- 0: its file has not been looked at yet.
      ALTER TABLE instance ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE result ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX instance_by_indexed ON instance (indexed, received_at);
      CREATE INDEX result_by_indexed ON result (indexed, created_at);
      CREATE INDEX result_by_study ON result (study_instance_uid, series_instance_uid);
    `,
  },
  {
    version: 8,
    sql: `
      -- What the tables file held, who changed it and why: the way back.
      CREATE TABLE tables_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        why TEXT NOT NULL,
        content TEXT NOT NULL
      ) STRICT;
      -- What only a human can say of a scanner's commissioning.
      CREATE TABLE commissioning_word (
        calling_ae_title TEXT NOT NULL,
        step TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        note TEXT NOT NULL,
        PRIMARY KEY (calling_ae_title, step)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE commissioning_report (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        calling_ae_title TEXT NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        content TEXT NOT NULL -- JSON: the checklist as it stood
      ) STRICT;
      CREATE INDEX commissioning_report_by_caller ON commissioning_report (calling_ae_title, id);
      CREATE INDEX instance_by_caller ON instance (calling_ae_title, received_at);
      CREATE INDEX association_by_caller ON association (calling_ae_title, closed_at);
      CREATE INDEX acquisition_by_time ON acquisition (created_at);
    `,
  },
  {
    version: 9,
    sql: `
      -- Scans that a model set in shadow reads after the active one; beside results and outbox, so never sent.
      CREATE TABLE shadow_reading (
        acquisition_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        active_set TEXT NOT NULL, -- SHA-256 of the manifests
        shadow_set TEXT NOT NULL,
        active TEXT NOT NULL, -- the decisions, JSON
        shadow TEXT,
        state TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'read', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        wanted_at INTEGER NOT NULL,
        ended_at INTEGER,
        PRIMARY KEY (acquisition_id, revision, shadow_set),
        FOREIGN KEY (acquisition_id, revision) REFERENCES acquisition (id, revision)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX shadow_reading_by_due ON shadow_reading (shadow_set, state, wanted_at);
    `,
  },
  { version: 10, sql: DELIVERY_CAUSES },
  { version: 11, sql: URGENT_DELIVERIES },
  { version: 12, sql: READER_FEEDBACK },
  { version: 13, sql: PROCEDURE_STEP_TABLES },
  { version: 14, sql: NOTIFICATION_TABLES },
  { version: 15, sql: HOUSEKEEPING_RUNS },
  { version: 16, sql: HOUSEKEEPING_REQUESTS },
];
