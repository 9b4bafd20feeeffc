import type { Router } from 'express';
import { ArchiveError } from '../archive/errors.js';
import type { Archive } from '../archive/archive.js';
import { Channels } from '../dicomweb/worklist/channels.js';
import { Notifier } from '../dicomweb/worklist/notifier.js';
import type { WorklistPort } from '../dicomweb/worklist/ports.js';
import { subscriptionsRouter } from '../dicomweb/worklist/subscriptions.js';
import { worklistRouter } from '../dicomweb/worklist/worklist.js';
import { errorFields, log } from '../operations/log.js';

export interface WorklistService {
  readonly routers: readonly Router[];
  close(): void;
}

/** UPS-RS on the queue of the ledger. */
export function worklistOf(aeTitle: string, archive: Archive, onWork: () => void): WorklistService {
  const { worklist, procedureSteps, stepSubscriptions, studyIndex, workitems } = archive;
  const port: WorklistPort = {
    aeTitle,
    async list(filter, limit, offset) {
      await studyIndex.catchUp();
      return worklist.list(filter, limit, offset);
    },
    async find(uid) {
      await studyIndex.catchUp();
      return worklist.find(uid);
    },
    wasThere: (uid) => worklist.wasThere(uid),
    acquisitionsOf: (uids) => worklist.acquisitionsOf(uids),
    async studyOf(id) {
      await studyIndex.catchUp();
      return worklist.studyOf(id);
    },
    async create(step) {
      const answer = await procedureSteps.create(step);
      if (answer === 'done') onWork();
      return answer;
    },
    update: (uid, update) => procedureSteps.update(uid, update),
    changeState: (uid, request) =>
      procedureSteps.changeState(uid, {
        ...request,
        meetsFinalState: (attributes) =>
          request.meetsFinalState(attributes as Parameters<typeof request.meetsFinalState>[0]),
      }),
    async cancel(uid, reason) {
      try {
        await workitems.cancel(uid, reason);
        return 'done';
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        if (error.code === 'OCT_WORKITEM_UNKNOWN') return 'unknown';
        if (error.code !== 'OCT_WORKITEM_STATE') throw error;
        const step = await worklist.find(uid);
        return step?.state === 'CANCELED' ? 'already-canceled' : 'inconsistent';
      }
    },
    subscriptions: () => stepSubscriptions.list(),
    subscribe: (subscription) => stepSubscriptions.add(subscription),
    unsubscribe: (subscriber, target) => stepSubscriptions.remove(subscriber, target),
    suspend: (subscriber, target, existing) =>
      stepSubscriptions.suspend(subscriber, target, existing),
    lastEvent: () => worklist.lastEvent(),
    changesSince: (id) => worklist.changesSince(id),
  };
  const notifier = new Notifier(port, (error) => {
    log('error', 'subscribers could not be told of workitems', errorFields(error));
  });
  const channels = new Channels(notifier);
  return {
    routers: [worklistRouter(port, notifier), subscriptionsRouter(port, notifier, channels)],
    close() {
      channels.close();
    },
  };
}
