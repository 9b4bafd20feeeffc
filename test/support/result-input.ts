import { createHash } from 'node:crypto';

import type { Attributes } from '../../src/dicom/data-set.js';
import type { Keyword } from '../../src/dicom/dictionary.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { PATHOLOGIES, type PathologyName } from '../../src/values/referral-class.js';
import { tissueIndex, type TissueName } from '../../src/values/tissue.js';
import type { DressId } from '../../fixtures/opt/dresses.js';
import { wrapVolume } from '../../fixtures/opt/opt-file.js';
import type { VariationId } from '../../fixtures/opt/variations.js';

/** Odd on purpose: rows × columns is no multiple of 8, so frames begin within a byte. */
export const SHAPE = { frames: 5, rows: 7, columns: 9 } as const;

/** A lesion as boxes of voxels, half open, in the volume's orientation (frame 0 is inferior). */
interface Box {
  readonly tissue: TissueName;
  readonly frames: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Asymmetric in every axis: no flip of frames, rows or columns maps it onto itself. */
export const LESIONS: readonly Box[] = [
  { tissue: 'intraretinal-fluid', frames: [0, 2], rows: [1, 3], columns: [6, 9] },
  { tissue: 'subretinal-fluid', frames: [1, 4], rows: [4, 5], columns: [0, 2] },
  { tissue: 'epiretinal-membrane', frames: [4, 5], rows: [0, 1], columns: [2, 8] },
];

export interface InputOptions {
  readonly dress?: DressId;
  readonly laterality?: 'R' | 'L';
  readonly patient?: Attributes;
  readonly variations?: readonly VariationId[];
  readonly lesions?: readonly Box[];
  readonly otherScans?: ResultInput['otherScans'];
  readonly outcome?: 'assessed' | 'unknown-device' | 'poor-quality';
}

export function tissueMap(lesions: readonly Box[]): Uint8Array {
  const { frames, rows, columns } = SHAPE;
  const map = new Uint8Array(frames * rows * columns).fill(tissueIndex('neurosensory-retina'));
  for (const { tissue, ...box } of lesions) {
    for (let f = box.frames[0]; f < box.frames[1]; f++) {
      for (let r = box.rows[0]; r < box.rows[1]; r++) {
        map.fill(
          tissueIndex(tissue),
          (f * rows + r) * columns + box.columns[0],
          (f * rows + r) * columns + box.columns[1],
        );
      }
    }
  }
  return map;
}

/** A whole input of the result builders: the source is an OPT file in a vendor's dress, the findings are boxes. */
export function resultInput(options: InputOptions = {}): ResultInput {
  const { dress = 'heidelberg-spectralis', laterality = 'R', lesions = LESIONS } = options;
  const { outcome = 'assessed' } = options;
  const { frames, rows, columns } = SHAPE;
  const spacing = { frame: 0.12, axial: 0.00387, lateral: 0.0113 };
  const file = wrapVolume(
    { frames, rows, columns, voxels: new Uint8Array(frames * rows * columns), spacing, laterality },
    {
      dress,
      uidSeed: `results ${laterality}`,
      variations: options.variations ?? [],
    },
  );
  // Behind the encoder, which refuses most of what real archives hold.
  for (const [keyword, value] of Object.entries(options.patient ?? {})) {
    file.header.set(keyword as Keyword, value);
  }
  const base = {
    source: file.header,
    sourceInstance: {
      sopInstanceUid: file.uids.instance,
      sopClassUid: file.header.text('SOPClassUID')!,
      seriesInstanceUid: file.uids.series,
      studyInstanceUid: file.uids.study,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      digest: createHash('sha256').update(file.bytes).digest('hex'),
      path: '/nowhere',
      byteLength: file.bytes.length,
      callingAeTitle: 'SCANNER',
      peerAddress: '127.0.0.1',
      receivedAt: '2026-11-23T06:00:00.000Z',
    },
    product: {
      manufacturer: 'OCTriage project',
      name: 'OCTriage',
      version: '0.1.0',
      serialNumber: 'test',
      deviceUid: '2.25.1234567890',
    },
    createdAt: '2026-11-23T23:30:15.000Z',
    settingsDigest: 'settings',
    otherScans: options.otherScans,
  };
  if (outcome === 'unknown-device') {
    return {
      ...base,
      decision: {
        kind: 'not-assessed',
        reasons: [
          { name: 'UNKNOWN_DEVICE', detail: 'No profile for this manufacturer and model.' },
        ],
      },
    };
  }
  const good = outcome === 'assessed';
  return {
    ...base,
    volume: {
      frames,
      rows,
      columns,
      spacing,
      laterality,
      frameNumbers: Array.from({ length: frames }, (_, i) => file.storedFrames.indexOf(i) + 1),
      profile: { id: dress, because: 'Manufacturer and model match.', evidence: 'documents' },
      steps: [{ name: 'order frames', parameters: { by: 'plane position', reversed: 0 } }],
    },
    quality: {
      assessable: good,
      grade: good ? 'acceptable' : 'not-assessable',
      criteria: [
        { code: 'Q01', name: 'signal', value: 0.5, threshold: 0.25, unit: '1', passed: good },
      ],
      advice: good ? '' : 'Repeat the scan.',
    },
    ...(good
      ? {
          findings: {
            tissueMap: tissueMap(lesions),
            volumesNl: {},
            referral: [[0.7, 0.2, 0.08, 0.02]],
            pathologies: Object.fromEntries(
              PATHOLOGIES.map(({ name }, i) => [name, i / 10]),
            ) as Record<PathologyName, number>,
            retinaShare: 0.99,
            modelSet: { name: 'phantom', version: '1', digest: 'ab'.repeat(32) },
            models: [
              { role: 'segmentation', file: 'segmentation.onnx', sha256: 'cd'.repeat(32) },
              { role: 'classification', file: 'classification.onnx', sha256: 'ef'.repeat(32) },
            ],
            executionProvider: 'cpu',
          },
          decision: {
            kind: 'assessed',
            referral: 'urgent',
            probabilities: [0.7, 0.2, 0.08, 0.02],
            spread: [0, 0, 0, 0],
            costMatrix: 'equal-costs 1',
            because: 'Least expected cost.',
          },
        }
      : {
          decision: {
            kind: 'not-assessed',
            reasons: [{ name: 'QUALITY_INSUFFICIENT', detail: 'signal 0.5 below 0.25' }],
          },
        }),
  };
}
