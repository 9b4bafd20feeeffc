import { relative } from 'node:path';
import { deviceProfiles } from '../device-profiles.js';
import { matchProfile } from '../devices/match-profile.js';
import type { Settings } from '../config/settings-manifest.js';
import { prepareNetworks } from '../inference/prepare.js';
import { closeNetworks } from '../inference/sessions.js';
import { assess } from '../pipeline.js';
import { readCostMatrix } from '../referral/cost-matrix.js';
import { scansIn } from './scan-folder.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import { loadAcquisition } from '../volume/load-acquisition.js';
import { inferenceSettings } from '../joints/workers.js';

/** The decision of one model set on every scan of a folder: path of the scan's first file → decision. */
export async function decideFolder(
  folder: string,
  settings: Settings,
  modelsFolder: string,
  onScan: (done: number, of: number) => void = () => undefined,
): Promise<ReadonlyMap<string, ReferralDecision>> {
  const { modelSet, networks } = await prepareNetworks(inferenceSettings(settings, modelsFolder));
  try {
    // Another set may have other operating points: each is compared by its own choice.
    const room = { networks, costMatrix: readCostMatrix(modelSet.decision.path) };
    const profiles = deviceProfiles(settings);
    const decisions = new Map<string, ReferralDecision>();
    const scans = await scansIn(folder);
    for (const files of scans) {
      const loaded = await loadAcquisition(files, (header) => matchProfile(header, profiles));
      const { decision } = await assess(loaded, room);
      decisions.set(relative(folder, files[0]!.path), decision);
      onScan(decisions.size, scans.length);
    }
    return decisions;
  } finally {
    await closeNetworks(networks);
  }
}
