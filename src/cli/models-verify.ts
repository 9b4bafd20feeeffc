import type { Settings } from '../config/settings-manifest.js';
import { prepareNetworks } from '../inference/prepare.js';
import { closeNetworks } from '../inference/sessions.js';
import { readCostMatrix } from '../referral/cost-matrix.js';
import { errorFields } from '../operations/log.js';
import { inferenceSettings } from '../joints/workers.js';
import { print, printError } from './commands.js';

/** Whether a set can be used: what was found, and what is wrong. */
export interface ModelVerdict {
  readonly usable: boolean;
  readonly said: readonly string[];
  readonly problems: readonly string[];
}

/**
 * `octriage models verify`: everything that a start would refuse, and more: schema, digests, classes, every network
 * opened with its inputs and outputs, the cost matrix, and the known answer for the golden scan.
 */
export async function verifyModels(settings: Settings, folder: string): Promise<ModelVerdict> {
  const said: string[] = [];
  const problems: string[] = [];
  try {
    const prepared = await prepareNetworks(inferenceSettings(settings, folder));
    const { modelSet, networks, golden, bscansPerSecond } = prepared;
    try {
      const { manifest, digest } = modelSet;
      const { segmentation, classification } = manifest;
      said.push(`${modelSet.name} ${modelSet.version} in ${folder}, sha256:${digest}`);
      said.push(
        `${segmentation.members.length} × ${classification.members.length} members, opened on ${networks.executionProvider}`,
      );
      const { name, version } = readCostMatrix(modelSet.decision.path);
      for (const [point, { path }] of modelSet.operatingPoints) {
        const matrix = readCostMatrix(path);
        said.push(`Operating point ${point}: ${matrix.name} ${matrix.version}`);
      }
      said.push(`Cost matrix ${name} ${version}; schema, digests, classes and shapes agree`);
      said.push(
        golden === undefined
          ? 'No golden scan of this set: its answers were not checked'
          : `The golden scan is read as known, ${bscansPerSecond?.toFixed(1) ?? '?'} B-scans a second`,
      );
      for (const { file, reason } of networks.dropped) {
        problems.push(`${file} is left out, results would be degraded: ${reason}`);
      }
    } finally {
      await closeNetworks(networks);
    }
  } catch (error) {
    const { code = '', reason = '' } = errorFields(error);
    problems.push(`${folder} cannot be used: ${reason} [${code}]`);
  }
  return { usable: problems.length === 0, said, problems };
}

export function printVerdict({ said, problems }: ModelVerdict): void {
  for (const line of said) print(line);
  for (const line of problems) printError(line);
}
