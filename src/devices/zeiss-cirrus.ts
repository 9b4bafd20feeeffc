import { SOP_CLASSES } from '../dicom/uids.js';
import type { DeviceProfile } from '../values/device-profile.js';

const MAKER = {
  sopClassUid: SOP_CLASSES.ophthalmicTomography.uid,
  manufacturers: ['carl zeiss meditec*'],
  models: ['cirrus*', '4000', '5000', '6000', '500'],
} as const;

const FAMILY = {
  family: 'Zeiss Cirrus',
  evidence: 'documents',
  intensity: { scale: 'display', sixteenBit: 'as-declared' },
  // Half way between clean phantoms and those with 10 dB lost, on the seeds that set limits (decision 36).
  quality: { Q01: { excellent: 140, acceptable: 126, assessable: 88 } },
  privateBlocks: [
    {
      group: '0407',
      creator: '(varies)',
      holds: 'in Raw Data objects the whole image, its spacings and en face pictures',
      mayHoldPatientData: true,
    },
    {
      group: '2201',
      creator: '(varies)',
      holds: 'names of images',
      mayHoldPatientData: true,
    },
  ],
  quirks: [
    {
      what: 'Raw Data are always sent and cannot be analysed; OPT comes only where "Send OP and OPT IODs During Archive" is on.',
      source: 'Cirrus 6000 11.5.1 conformance statement',
    },
    {
      what: 'OPT has neither Plane Position nor Plane Orientation; Ophthalmic Frame Location is LINEAR.',
      source: 'Cirrus 6000 11.5.1 conformance statement',
    },
    {
      what: 'Slice Thickness cannot be used: AI-READI overwrites it. The distance comes from frame locations, else from the table.',
      source: 'AI-READI fairhub-pipeline rules',
    },
    {
      what: 'OPT is JPEG 2000 lossy (1.2.840.10008.1.2.4.91), ratio 2; files of the file export are obfuscated.',
      source: 'Cirrus 6000 conformance statement; OCT-Converter #9, #57, #78',
    },
    {
      what: 'Texts end in NUL and garbage; Pixel Spacing has a comma where a backslash belongs; EX.DCM carries only "5000" as model.',
      source: 'published handler for Zeiss exports; OCT-Converter #121',
    },
    {
      what: 'One Dimension Organization UID for every object; SRT codes; laterality may be B or U.',
      source: 'Cirrus 6000 11.5.1 conformance statement',
    },
    {
      what: 'Order of frames without frame locations: superior first. Not seen in a real file.',
      source: 'none; dicom-objects.md 5.3 says only that it differs from Heidelberg',
    },
  ],
} as const satisfies Partial<DeviceProfile>;

const DEPTH = { from: 1.9, to: 2.1 } as const;

/** Carl Zeiss Meditec Cirrus 500/4000/5000/6000, OPT objects; see shared/design/devices.md. */
export const ZEISS_CIRRUS: readonly DeviceProfile[] = [
  {
    ...FAMILY,
    id: 'zeiss-cirrus-macular-cube',
    name: 'Zeiss Cirrus, macular cube',
    match: {
      ...MAKER,
      frames: { from: 2, to: 200 },
      rows: { from: 100, to: 1024 },
      columns: { from: 100, to: 512 },
    },
    scanPattern: 'macular-cube',
    geometry: {
      trust: ['frame-locations', 'table'],
      firstFrame: 'superior',
      table: [
        { frames: 128, rows: 1024, columns: 512, frameSpacing: 0.0472 },
        { frames: 200, rows: 1024, columns: 200, frameSpacing: 0.0302 },
      ],
      limits: { depth: DEPTH, width: { from: 5, to: 7 }, frameSpacing: { from: 0.02, to: 1 } },
    },
  },
  {
    ...FAMILY,
    id: 'zeiss-cirrus-lines',
    name: 'Zeiss Cirrus, HD lines, cross or radial',
    match: {
      ...MAKER,
      frames: { from: 1, to: 24 },
      rows: { from: 1024, to: 1024 },
      columns: { from: 513, to: 1024 },
    },
    scanPattern: 'line',
    geometry: {
      trust: ['frame-locations'],
      firstFrame: 'superior',
      limits: { depth: DEPTH, width: { from: 3, to: 12 }, frameSpacing: { from: 0, to: 1 } },
    },
  },
  {
    ...FAMILY,
    id: 'zeiss-cirrus-angiography',
    name: 'Zeiss Cirrus, angiography',
    match: {
      ...MAKER,
      frames: { from: 245, to: 350 },
      rows: { from: 1024, to: 1024 },
      columns: { from: 245, to: 350 },
    },
    scanPattern: 'angiography',
    geometry: {
      trust: ['frame-locations'],
      firstFrame: 'superior',
      limits: { depth: DEPTH, width: { from: 2, to: 13 }, frameSpacing: { from: 0, to: 1 } },
    },
  },
];
