import { readdir, stat } from 'node:fs/promises';
import { readPart10Header } from '../dicom/part10.js';
import { isUid } from '../dicom/uid.js';
import type { DataFolder } from './data-folder.js';
import { digestOfEnd } from './durable-file.js';
import { recordEvent } from './events.js';
import type { Instances } from './instances.js';
import type { Ledger } from './ledger/ledger.js';

export interface RebuildReport {
  /** Files that are on record now and were not before. */
  readonly added: number;
  /** Files that were on record. */
  readonly known: number;
  /** Files that cannot be put on record: paths in the data folder, each with the reason. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Puts on record what lies in `archive` and has no row: after the ledger was lost, or replaced by an older backup.
 * Called before `recover`, which would set these files aside. What a row holds and a file does not (address, called AE
 * title) stays empty; the time of reception is that of the file. The instances are assembled, read and delivered as if
 * they had just come; results keep their UIDs while program, networks and settings are the same.
 */
export async function rebuildLedger(
  parts: {
    readonly ledger: Ledger;
    readonly folder: DataFolder;
    readonly instances: Instances;
  },
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<RebuildReport> {
  const { ledger, folder, instances } = parts;
  const rows = await ledger.reader.selectFrom('instance').select('path').execute();
  const onRecord = new Set(rows.map(({ path }) => path));
  const files = await filesOf(folder);
  const left: { path: string; reason: string }[] = [];
  let added = 0;
  for (const [index, path] of files.entries()) {
    onProgress(index, files.length);
    if (onRecord.has(path)) continue;
    const reason = await addFile(path, folder, instances);
    if (reason === undefined) added += 1;
    else left.push({ path, reason });
  }
  onProgress(files.length, files.length);
  await ledger.write((tx) =>
    recordEvent(tx, Date.now(), {
      subjectKind: 'archive',
      subjectUid: 'archive',
      what: 'rebuilt',
      detail: { added, known: onRecord.size, left: left.length },
    }),
  );
  return { added, known: onRecord.size, left };
}

/** Paths relative to the data folder, oldest day first. */
async function filesOf(folder: DataFolder): Promise<string[]> {
  const days = (await readdir(folder.folder('archive'))).sort();
  const files: string[] = [];
  for (const day of days) {
    for (const name of await readdir(folder.absolute(`archive/${day}`))) {
      if (name.endsWith('.dcm')) files.push(`archive/${day}/${name}`);
    }
  }
  return files;
}

/** Undefined where it is on record now, else why it is not. */
async function addFile(
  relative: string,
  folder: DataFolder,
  instances: Instances,
): Promise<string | undefined> {
  const path = folder.absolute(relative);
  try {
    const { meta, dataSet, dataSetOffset, transferSyntaxUid } = await readPart10Header(path);
    const { size, mtime } = await stat(path);
    const uids = {
      sopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
      sopClassUid: dataSet.text('SOPClassUID') ?? '',
      seriesInstanceUid: dataSet.text('SeriesInstanceUID') ?? '',
      studyInstanceUid: dataSet.text('StudyInstanceUID') ?? '',
    };
    if (!Object.values(uids).every(isUid)) return 'a UID is missing or illegal';
    const byteLength = size - dataSetOffset;
    const { kind } = await instances.admit({
      instance: {
        ...uids,
        transferSyntaxUid,
        path,
        byteLength,
        digest: await digestOfEnd(path, byteLength),
        callingAeTitle: meta.text('SourceApplicationEntityTitle') ?? '',
        peerAddress: '',
        receivedAt: mtime.toISOString(),
      },
      calledAeTitle: '',
      associationId: 'rebuilt',
    });
    if (kind === 'conflict') return 'another file of this SOP Instance UID is on record';
    return kind === 'duplicate' ? 'a file with the same content is on record' : undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no DICOM file';
    return `cannot be read (${code})`;
  }
}
