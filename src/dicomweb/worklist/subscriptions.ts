import { Router, type Request } from 'express';
import { isAeTitle } from '../../dicom/ae-title.js';
import { requirePermission } from '../../http/identity.js';
import { HttpProblem } from '../../http/problem.js';
import { upgradeOf } from '../../http/upgrade.js';
import { isWorklist, WORKLIST_UIDS } from '../../values/procedure-step.js';
import { serviceUrl, uidOf } from '../urls.js';
import type { Channels } from './channels.js';
import { pathOf, type StepKeys } from './match-step.js';
import type { Notifier } from './notifier.js';
import type { WorklistPort } from './ports.js';
import { stepKeys } from './search-steps.js';
import { WORKITEM } from './worklist.js';

const SUBSCRIBER = `${WORKITEM}/subscribers/:subscriber`;

/**
 * Subscriptions to workitems and worklists (PS3.18 11.10 to 11.12) and the channel of their events (8.10.4): a WebSocket
 * at `/subscribers/{aetitle}`, for who may change workitems, since who subscribes may hold up their deletion.
 */
export function subscriptionsRouter(
  port: WorklistPort,
  notifier: Notifier,
  channels: Channels,
): Router {
  const router = Router();
  const change = requirePermission('store');

  router.post(SUBSCRIBER, change, async (request, response) => {
    const subscriber = subscriberOf(request);
    const target = await targetOf(request, port);
    const filter = target === WORKLIST_UIDS.filtered ? filterOf(request) : {};
    const subscription = {
      subscriber,
      target,
      filter,
      deletionLock: request.query['deletionlock'] === 'true',
    };
    await port.subscribe(subscription);
    const channel = `${serviceUrl(request).replace(/^http/, 'ws')}/subscribers/${encodeURIComponent(subscriber)}`;
    response.status(201).set('Content-Location', channel).end();
    await notifier.tellStand(subscription);
  });

  router.delete(SUBSCRIBER, change, async (request, response) => {
    await port.unsubscribe(subscriberOf(request), await targetOf(request, port));
    response.status(200).end();
  });

  router.post(`${SUBSCRIBER}/suspend`, change, async (request, response) => {
    const [subscriber, target] = [subscriberOf(request), await targetOf(request, port)];
    if (!isWorklist(target))
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Only a worklist can be suspended.');
    const held = await port.subscriptions();
    const subscription = held.find((one) => one.subscriber === subscriber && one.target === target);
    if (subscription === undefined) throw new HttpProblem('OCT_HTTP_NOT_FOUND');
    const steps = await notifier.stepsOf(subscription);
    await port.suspend(
      subscriber,
      target,
      steps.map(({ uid }) => uid),
    );
    response.status(200).end();
  });

  router.get('/subscribers/:subscriber', change, (request, response) => {
    const subscriber = subscriberOf(request);
    const upgrade = upgradeOf(request);
    if (upgrade === undefined)
      throw new HttpProblem('OCT_HTTP_UPGRADE', 'Open this address as a WebSocket.', {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
      });
    channels.open(subscriber, request, response, upgrade);
  });
  return router;
}

function subscriberOf(request: Request): string {
  const { subscriber } = request.params;
  const title = typeof subscriber === 'string' ? subscriber.trim() : '';
  if (isAeTitle(title)) return title;
  throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'The subscriber is not an AE title.');
}

async function targetOf(request: Request, port: WorklistPort): Promise<string> {
  const target = uidOf(request, 'workitem') ?? '';
  if (isWorklist(target) || (await port.find(target)) !== undefined) return target;
  throw new HttpProblem((await port.wasThere(target)) ? 'OCT_HTTP_GONE' : 'OCT_HTTP_NOT_FOUND');
}

/** `filter=key=value,key=value` (PS3.18 11.10.1.2), or the keys by themselves as in its earlier editions. */
function filterOf(request: Request): StepKeys {
  const { filter } = request.query;
  const keys = { ...stepKeys(request) };
  const listed = typeof filter === 'string' ? filter.split(',') : [];
  for (const [index, pair] of listed.entries()) {
    const at = pair.indexOf('=');
    if (at < 1) throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'A filter is key=value.');
    keys[pathOf(pair.slice(0, at), index + 1)] = pair.slice(at + 1);
  }
  if (Object.keys(keys).length === 0)
    throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'A filtered worklist needs a filter.');
  return keys;
}
