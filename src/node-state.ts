import type { NodeState } from './console/model.js';
import type { ModelSet } from './inference/model-set.js';
import { daysLeft } from './operations/certificate-expiry.js';
import type { DeviceProfile } from './values/device-profile.js';
import { PRODUCT } from './values/product.js';

/** What can be said of a node from its ledger and its configuration, whether it runs or not. */
export type StandingState = Pick<
  NodeState,
  'product' | 'queue' | 'models' | 'disk' | 'certificate' | 'drift' | 'devices'
>;

export function standingState(
  parts: Pick<StandingState, 'queue' | 'disk' | 'drift'> & {
    readonly modelSet: ModelSet;
    readonly profiles: readonly DeviceProfile[];
    /** When our TLS certificate ends, where there is one. */
    readonly validTo: Date | undefined;
  },
): StandingState {
  const { queue, disk, drift, modelSet, profiles, validTo } = parts;
  return {
    product: `${PRODUCT.name} ${PRODUCT.version}`,
    queue,
    models: modelSetState(modelSet),
    disk,
    ...(validTo && {
      certificate: { validTo: validTo.toISOString(), daysLeft: daysLeft(validTo) },
    }),
    drift,
    devices: profiles.map(({ id, name, evidence }) => ({ id, name, evidence })),
  };
}

/** A model set as the console shows it: its card, and what it is made of. */
export function modelSetState(modelSet: ModelSet): NodeState['models'] {
  const { name, version, digest, manifest, segmentation, classification, decision } = modelSet;
  return {
    name,
    version,
    digest,
    notice: manifest.notice,
    intendedUse: manifest.intendedUse,
    files: [...segmentation, ...classification, decision].map(({ file, sha256 }) => ({
      file,
      sha256,
    })),
  };
}
