import type { Generated } from 'kysely';
import type { NotifiedEvent } from '../../values/notification.js';

/** One event that one target is to be told of. */
export interface NotificationTable {
  id: Generated<number>;
  key: string;
  event_id: number;
  target: string;
  what: NotifiedEvent;
  state: Generated<NotificationState>;
  attempts: Generated<number>;
  due_at: number;
  status: number | null;
  cause: string | null;
  reason: string | null;
  created_at: number;
  ended_at: number | null;
}
export type NotificationState = 'pending' | 'sent' | 'failed' | 'cancelled';

export interface NotificationCursorTable {
  id: number;
  event_id: number;
}
