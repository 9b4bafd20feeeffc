import type { Archive } from '../archive/archive.js';
import type { AssemblyPorts } from '../assembly/assembler.js';
import { readPart10Header } from '../dicom/part10.js';
import { SOP_CLASSES } from '../dicom/uids.js';
import { errorFields, log } from '../operations/log.js';
import { PRODUCT } from '../values/product.js';

const LOCALIZERS = Object.values(SOP_CLASSES)
  .filter(({ use }) => use === 'localizer')
  .map(({ uid }) => uid);

/** What the assembly needs, from the archive; what only the running node knows is passed in. */
export function assemblyPorts(
  archive: Archive,
  node: Pick<AssemblyPorts, 'expectedFrames' | 'surroundings'>,
): AssemblyPorts {
  const { acquisitions, commitmentRequests, instances, results } = archive;
  return {
    ...node,
    unassembled: () => instances.unassembled(),
    readHeader: async (path) => (await readPart10Header(path)).dataSet,
    isResult: async (uid) => (await results.find(uid)) !== undefined,
    record: (uid, outcome) => acquisitions.record(uid, outcome),
    openGroups: () => instances.openGroups(),
    isCommitmentRequested: (uids) => commitmentRequests.areRequested(uids),
    recordGroup: (acquisition, reason) => acquisitions.recordGroup(acquisition, reason),
    explainWaiting: ({ group }, reason) => acquisitions.explainWaiting(group, reason),
    imagesOfStudy: async (study) => ({
      scans: await acquisitions.ofStudy(study),
      pictures: await instances.ofStudy(study, LOCALIZERS),
    }),
    recordLocalizer: (id, pair) => acquisitions.recordLocalizer(id, pair),
    ownManufacturer: PRODUCT.manufacturer,
    onUnreadable(sopInstanceUid, error) {
      log('error', 'stored instance cannot be read', { sopInstanceUid, ...errorFields(error) });
    },
  };
}
