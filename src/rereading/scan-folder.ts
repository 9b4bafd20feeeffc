import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { assemble } from '../assembly/assemble.js';
import { inOrder, partFacts, type Part } from '../assembly/completeness.js';
import { DicomError } from '../dicom/errors.js';
import { readPart10Header } from '../dicom/part10.js';
import type { StoredInstance } from '../values/stored-instance.js';

/** The files of one scan, in the order of its frames. */
export type ScanFiles = readonly Pick<StoredInstance, 'path' | 'sopInstanceUid'>[];

/**
 * The scans among the files of a folder and its subfolders, put together as the assembly puts together what arrives;
 * everything is there already, so nothing is waited for. Files that are not DICOM or no scan are passed over.
 */
export async function scansIn(folder: string): Promise<readonly ScanFiles[]> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const scans: ScanFiles[] = [];
  const parts = new Map<string, Part[]>();
  for (const path of paths) {
    const read = await readPart10Header(path).catch((error: unknown) => {
      if (error instanceof DicomError) return undefined;
      throw error;
    });
    if (read === undefined) continue;
    const header = read.dataSet;
    const instance = { ...IN_A_FOLDER, ...uidsOf(header), path };
    const outcome = assemble({ instance, header, ownResult: false });
    if (outcome.kind === 'acquisition') scans.push([instance]);
    if (outcome.kind !== 'part') continue;
    const part = { instance, associationId: '', facts: partFacts(header, () => undefined) };
    parts.set(outcome.group, [...(parts.get(outcome.group) ?? []), part]);
  }
  for (const group of parts.values()) scans.push(inOrder(group).map(({ instance }) => instance));
  return scans;
}

/** Does `name` (a path below the folder, of a file or of a folder of files, or a SOP Instance UID) name the scan? */
export function isNamed(name: string, files: ScanFiles, folder: string): boolean {
  const wanted = name.replace(/[\\/]+$/, '');
  return files.some(({ path, sopInstanceUid }) => {
    const below = relative(folder, path).split(sep).join('/');
    return sopInstanceUid === wanted || below === wanted || below.startsWith(`${wanted}/`);
  });
}

/** What an instance has by having arrived, and none of what is read here depends on. */
const IN_A_FOLDER = {
  transferSyntaxUid: '',
  digest: '',
  byteLength: 0,
  callingAeTitle: '',
  peerAddress: '',
  receivedAt: '',
} as const;

function uidsOf(header: Awaited<ReturnType<typeof readPart10Header>>['dataSet']) {
  return {
    sopInstanceUid: header.text('SOPInstanceUID') ?? '',
    sopClassUid: header.text('SOPClassUID') ?? '',
    seriesInstanceUid: header.text('SeriesInstanceUID') ?? '',
    studyInstanceUid: header.text('StudyInstanceUID') ?? '',
  };
}
