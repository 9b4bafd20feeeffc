/** A migration: why a delivery failed, what goes in its place, and whether the destination was asked for it. */
export const DELIVERY_CAUSES = `
      -- Why it failed, by a stable code: what dead letters are grouped by.
      ALTER TABLE delivery ADD COLUMN cause TEXT;
      UPDATE delivery SET cause = CASE
          WHEN status IS NOT NULL THEN printf('0x%04X', status)
          WHEN instr(comment, ':') > 0 THEN substr(comment, 1, instr(comment, ':') - 1)
          ELSE 'unknown' END
        WHERE state = 'failed';
      -- The delivery in whose place another kind of object is sent, once.
      ALTER TABLE delivery ADD COLUMN stands_for INTEGER REFERENCES delivery (id);
      CREATE INDEX delivery_by_stands_for ON delivery (stands_for);
      ALTER TABLE delivery ADD COLUMN verification TEXT NOT NULL DEFAULT 'none'
        CHECK (verification IN ('none', 'wanted', 'verified', 'failed'));
      ALTER TABLE delivery ADD COLUMN verification_attempts INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE delivery ADD COLUMN verification_due_at INTEGER;
      ALTER TABLE delivery ADD COLUMN verification_reason TEXT;
      CREATE INDEX delivery_by_verification
        ON delivery (verification, destination, verification_due_at);
    `;
