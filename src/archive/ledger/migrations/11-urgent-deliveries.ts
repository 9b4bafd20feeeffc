/** A migration: deliveries that go before what has waited longer. */
export const URGENT_DELIVERIES = `
  -- 1: of an urgent referral, or of a scan that an operator put first.
  ALTER TABLE delivery ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX delivery_by_urgency ON delivery (state, urgent, destination, next_attempt_at);
`;
