import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { deflateRawSync } from 'node:zlib';
import { checkDataSet } from '../../src/archive/data-set-check.js';
import { DataSet } from '../../src/dicom/data-set.js';
import { DicomError } from '../../src/dicom/errors.js';
import { encodeFileMeta, readPart10 } from '../../src/dicom/part10.js';
import { readDataSet } from '../../src/dicom/read-data-set.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Random } from '../../fixtures/phantom/random.js';
import { optDataSet } from '../archive/objects.js';
import { mutate } from './mutate.js';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;
const DEFLATED = TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid;

const sample = optDataSet('fuzz', 7, {
  SpecificCharacterSet: ['', 'ISO 2022 IR 87'],
  SharedFunctionalGroupsSequence: [
    DataSet.of({ PixelMeasuresSequence: [DataSet.of({ PixelSpacing: [0.004, 0.012] })] }),
  ],
  PerFrameFunctionalGroupsSequence: [1, 2, 3].map((frame) =>
    DataSet.of({
      FrameContentSequence: [DataSet.of({ StackID: '1', InStackPositionNumber: frame })],
      PlanePositionSequence: [DataSet.of({ ImagePositionPatient: [0, 0, frame * 0.1] })],
    }),
  ),
});

/** Sequences and items without lengths, and Pixel Data in fragments: as many senders write them. */
const encapsulated = Buffer.concat([
  encodeDataSet(DataSet.of({ Rows: 8, Columns: 6, NumberOfFrames: 1 })),
  Buffer.from('e07f1000' + '4f42' + '0000' + 'ffffffff', 'hex'),
  Buffer.from('feff00e0' + '04000000' + '00000000', 'hex'),
  Buffer.from('feff00e0' + '08000000' + 'ffd8ffe000004142', 'hex'),
  Buffer.from('feffdde0' + '00000000', 'hex'),
]);
const undefinedLengths = Buffer.concat([
  Buffer.from('08004011' + '5351' + '0000' + 'ffffffff', 'hex'),
  Buffer.from('feff00e0' + 'ffffffff', 'hex'),
  encodeDataSet(DataSet.of({ ReferencedSOPInstanceUID: '1.2.3' })),
  Buffer.from('feff0de0' + '00000000' + 'feffdde0' + '00000000', 'hex'),
  encapsulated,
]);

const DATA_SETS: readonly (readonly [transferSyntaxUid: string, bytes: Uint8Array])[] = [
  [EXPLICIT, encodeDataSet(sample)],
  [IMPLICIT, encodeDataSet(sample, IMPLICIT)],
  [TRANSFER_SYNTAXES.rleLossless.uid, undefinedLengths],
];

/** Damaged bytes into the data set reader, in memory. */
export function readDamagedDataSet(random: Random): Promise<void> {
  const [transferSyntaxUid, bytes] = random.choose(DATA_SETS);
  const damaged = mutate(random, bytes);
  codedErrorOnly(() => {
    const { dataSet } = readDataSet(damaged, { transferSyntaxUid });
    readEverything(dataSet);
  });
  return Promise.resolve();
}

/** One in so many is checked as the archive does, through a real file; the others stay in memory. */
const FILE_EVERY = 12;
const path = join(tmpdir(), `octriage-fuzz-${process.pid}-${threadId}.dcm`);
const IDENTITY = {
  sopClassUid: sample.text('SOPClassUID') ?? '',
  sopInstanceUid: sample.text('SOPInstanceUID') ?? '',
};

/** A damaged Part 10 file as our own results are read, or a damaged data set as the archive checks what came in. */
export async function readDamagedFile(random: Random): Promise<void> {
  if (random.chance(1 / FILE_EVERY)) return checkDamagedFile(random);
  const [transferSyntaxUid, bytes] = random.choose(DATA_SETS);
  const file = Buffer.concat([encodeFileMeta({ ...IDENTITY, transferSyntaxUid }), bytes]);
  // The preamble says nothing to anybody: damage begins behind it.
  const damaged = Buffer.concat([file.subarray(0, 128), mutate(random, file.subarray(128))]);
  codedErrorOnly(() => {
    readEverything(readPart10(damaged).dataSet);
  });
}

async function checkDamagedFile(random: Random): Promise<void> {
  const [transferSyntaxUid, bytes] = random.chance(0.5)
    ? ([DEFLATED, deflateRawSync(encodeDataSet(sample))] as const)
    : random.choose(DATA_SETS);
  const head = encodeFileMeta({ ...IDENTITY, transferSyntaxUid });
  const damaged = mutate(random, bytes);
  writeFileSync(path, Buffer.concat([head, damaged]));
  // What is still in memory may hold the whole header or only a part of it: then the file is read.
  const start = damaged.subarray(0, random.choose([damaged.length, 200]));
  const written = { path, start, dataSetOffset: head.length, byteLength: damaged.length };
  try {
    await checkDataSet(written, { ...IDENTITY, transferSyntaxUid });
  } finally {
    rmSync(path);
  }
}

const READ = [
  'SpecificCharacterSet',
  'SOPInstanceUID',
  'PatientName',
  'Rows',
  'SharedFunctionalGroupsSequence',
  'PixelMeasuresSequence',
  'PixelSpacing',
  'PixelData',
] as const;

function codedErrorOnly(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
  }
}

/** The accessors never throw on what others sent, whatever VR an element came with. */
function readEverything(dataSet: DataSet): void {
  for (const keyword of READ) {
    dataSet.texts(keyword);
    dataSet.numbers(keyword);
    for (const item of dataSet.items(keyword)) readEverything(item);
  }
}
