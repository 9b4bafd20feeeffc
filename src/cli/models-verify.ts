import type { Settings } from '../config/settings-manifest.js';
import { prepareNetworks } from '../inference/prepare.js';
import { closeNetworks } from '../inference/sessions.js';
import { readCostMatrix } from '../referral/cost-matrix.js';
import { errorFields } from '../operations/log.js';
import { inferenceSettings } from '../worker-joint.js';
import { EXIT_CODES, print, printError, type ExitCode } from './commands.js';

/**
 * `octriage models verify`: everything that a start would refuse, and more: schema, digests, classes, every network
 * opened with its inputs and outputs, the cost matrix, and the known answer for the golden scan.
 */
export async function verifyModels(settings: Settings, folder: string): Promise<ExitCode> {
  try {
    const prepared = await prepareNetworks(inferenceSettings(settings, folder));
    const { modelSet, networks, golden, bscansPerSecond } = prepared;
    try {
      const { manifest, digest } = modelSet;
      const { segmentation, classification } = manifest;
      print(`${modelSet.name} ${modelSet.version} in ${folder}, sha256:${digest}`);
      print(
        `${segmentation.members.length} × ${classification.members.length} members, opened on ${networks.executionProvider}`,
      );
      const { name, version } = readCostMatrix(modelSet.decision.path);
      for (const [point, { path }] of modelSet.operatingPoints) {
        const matrix = readCostMatrix(path);
        print(`Operating point ${point}: ${matrix.name} ${matrix.version}`);
      }
      print(`Cost matrix ${name} ${version}; schema, digests, classes and shapes agree`);
      print(
        golden === undefined
          ? 'No golden scan of this set: its answers were not checked'
          : `The golden scan is read as known, ${bscansPerSecond?.toFixed(1) ?? '?'} B-scans a second`,
      );
      for (const { file, reason } of networks.dropped) {
        printError(`${file} is left out, results would be degraded: ${reason}`);
      }
      return networks.dropped.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
    } finally {
      await closeNetworks(networks);
    }
  } catch (error) {
    const { code = '', reason = '' } = errorFields(error);
    printError(`${folder} cannot be used: ${reason} [${code}]`);
    return EXIT_CODES.failed;
  }
}
