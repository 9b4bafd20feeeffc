import { createHash } from 'node:crypto';
import { operatingPointOf } from '../inference/operating-points.js';
import type { PreparedNetworks } from '../inference/prepare.js';
import type { ReadingRoom } from '../pipeline.js';
import { readCostMatrix } from '../referral/cost-matrix.js';
import type { DeviceProfile } from '../values/device-profile.js';
import { PRODUCT } from '../values/product.js';
import type { WorkerSettings } from './protocol.js';

/**
 * What scans are read with, for the device profiles of the moment: the same in a worker and in a command, so that the
 * same scan gives the same bytes.
 */
export function readingRoom(
  settings: Pick<WorkerSettings, 'aeTitle' | 'deviceUid' | 'operatingPoint'>,
  { modelSet, networks }: PreparedNetworks,
): (profiles: readonly DeviceProfile[]) => ReadingRoom {
  const { operatingPoint } = settings;
  const costMatrix = readCostMatrix(operatingPointOf(modelSet, operatingPoint).path);
  return (profiles) => ({
    networks,
    costMatrix,
    profiles,
    product: {
      manufacturer: PRODUCT.manufacturer,
      name: PRODUCT.name,
      version: PRODUCT.version,
      serialNumber: settings.aeTitle,
      deviceUid: settings.deviceUid,
    },
    settingsDigest: createHash('sha256')
      .update(
        JSON.stringify([
          networks.executionProvider,
          settings.aeTitle,
          settings.deviceUid,
          profiles.filter(({ siteFile }) => siteFile !== undefined),
          // The set's own choice is in the digest of the set already.
          ...(operatingPoint === '' ? [] : [costMatrix.sha256]),
        ]),
      )
      .digest('hex'),
  });
}
