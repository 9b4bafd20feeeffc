import type { Archive } from '../archive/archive.js';
import type { NotificationTarget } from '../config/notification.js';
import type { Environment } from '../config/read-settings.js';
import type { Settings } from '../config/settings-manifest.js';
import {
  NotificationRunner,
  type NotificationOutcome,
} from '../delivery/notification/notification-runner.js';
import { sendNotification } from '../delivery/notification/send.js';
import { DELIVERY_ERRORS, DeliveryError } from '../delivery/errors.js';
import { secretOf } from '../delivery/notification/webhook.js';
import { backOffOf, Peers } from './delivery.js';
import type { LiveSettings } from './live-settings.js';
import { errorFields, log } from '../operations/log.js';

export interface NotificationsOfNode {
  /** The task 'notifications' of housekeeping: looks into the ledger for what is to be told, and has it told. */
  task(): Promise<string>;
  stop(): Promise<void>;
}

/** Who is to be told of what the ledger has on record, by webhook or FHIR, with the targets that hold at this moment. */
export function notificationsOf(
  settings: Settings,
  live: LiveSettings,
  { notifications }: Pick<Archive, 'notifications'>,
  environment: Environment,
): NotificationsOfNode {
  const peers = new Peers(settings, live);
  const targetOf = (name: string): NotificationTarget | undefined =>
    live.current.notifications.find((target) => target.name === name);
  const runner = new NotificationRunner({
    notifications,
    backOff: backOffOf(settings),
    policy: (name) => targetOf(name)?.retry,
    send(name, fact) {
      const target = targetOf(name);
      return target === undefined
        ? Promise.resolve(NO_TARGET)
        : sendNotification(target, peers.web(target), fact, environment);
    },
    onOutcome(target, { key, event }, outcome, state) {
      const fields = { destination: target, detail: `${event}, ${key}` };
      if (outcome.kind === 'taken') {
        log('info', 'notification taken', { ...fields, status: String(outcome.status) });
        return;
      }
      const { code, reason } = outcome;
      if (state === 'failed') {
        log('error', 'notification failed for good', { ...fields, code, reason });
      } else log('warn', 'notification not taken; it is tried again', { ...fields, code, reason });
    },
    onError(error, target) {
      log('error', 'notification failed on our side', {
        ...(target !== undefined && { destination: target }),
        ...errorFields(error),
      });
    },
  });
  return {
    async task() {
      const made = await notifications.gather(live.current.notifications);
      runner.notify();
      return `${made} new`;
    },
    stop: () => runner.stop(),
  };
}

const NO_TARGET: NotificationOutcome = {
  kind: 'not-taken',
  failure: 'permanent',
  code: 'OCT_NOTIFICATION_NO_TARGET',
  reason: DELIVERY_ERRORS.OCT_NOTIFICATION_NO_TARGET.sentence,
};

/** Why a target could not be told anything as things are; `undefined`: nothing is known against it. */
export async function notificationProblem(
  target: NotificationTarget,
  environment: Environment,
): Promise<string | undefined> {
  if (target.kind !== 'webhook') return undefined;
  try {
    await secretOf(target, environment);
    return undefined;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return `${error.message} [${error.code}]`;
  }
}
