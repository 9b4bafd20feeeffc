import type { Random } from '../../fixtures/phantom/random.js';
import { feedAcceptor, feedRequestor } from './pdu-streams.js';
import { readDamagedDataSet, readDamagedFile } from './data-sets.js';

/** Feeds one damaged input to the code under test; throws where the code does not answer as it must. */
export type FuzzTarget = (random: Random) => Promise<void>;

/** Inputs go to the targets in turn, each as often as it is written here. */
export const TARGETS: readonly FuzzTarget[] = [
  feedAcceptor,
  readDamagedDataSet,
  feedAcceptor,
  readDamagedDataSet,
  feedRequestor,
  readDamagedFile,
];
