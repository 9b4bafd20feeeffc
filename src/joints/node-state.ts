import type { NodeState } from '../console/node-model.js';
import { comparedInWords, type WatchedDevice } from './drift-watch.js';
import { DRIFT_KINDS } from '../evaluation/drift.js';
import { daysLeft } from '../operations/certificate-expiry.js';
import { PRODUCT } from '../values/product.js';

/** What can be said of a node from its ledger and its configuration, whether it runs or not. */
export type StandingState = Pick<NodeState, 'product' | 'queue' | 'disk' | 'certificate' | 'drift'>;

/** @param validTo when our TLS certificate ends, where there is one */
export function standingState(
  { queue, disk }: Pick<StandingState, 'queue' | 'disk'>,
  devices: readonly WatchedDevice[],
  validTo: Date | undefined,
): StandingState {
  return {
    product: `${PRODUCT.name} ${PRODUCT.version}`,
    queue,
    disk,
    ...(validTo && {
      certificate: { validTo: validTo.toISOString(), daysLeft: daysLeft(validTo) },
    }),
    drift: devices.map((device) => ({
      ...device,
      seen: comparedInWords(device),
      drifts: device.drifts.map((one) => ({ ...one, kind: DRIFT_KINDS[one.kind] })),
    })),
  };
}
