import type { DataSet } from '../dicom/data-set.js';
import { DicomError } from '../dicom/errors.js';
import { mergeFrames } from '../dicom/merge-frames.js';
import { readPart10Header, type Part10Header } from '../dicom/part10.js';
import type { ProfileMatch } from '../values/device-profile.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { loadVolume, withFirstSteps, type LoadedVolume } from './load-volume.js';
import { withLossyCompression } from './lossy-compression.js';
import type { LossyCompression } from './pixels/lossy.js';
import { readPixels } from './pixels/read-pixels.js';
import { readVolume, type VolumeResult } from './read-volume.js';

type Part = Pick<StoredInstance, 'path' | 'sopInstanceUid'>;

/** Where a frame of the scan is stored: which instance, and its frame there (from 1). */
export interface FrameSource {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
}

export type LoadedAcquisition = LoadedVolume & {
  /** For a scan in several instances: `frameSources[i]` is where source frame i + 1 of the volume is stored. */
  readonly frameSources?: readonly FrameSource[];
};

interface ReadPart {
  readonly part: Part;
  readonly header: DataSet;
  readonly pixels: Uint8Array;
  readonly lossy: LossyCompression | undefined;
}

/**
 * Reads the instances of one scan, in their order, into one volume, as if they had come as one multi-frame object. An
 * instance that cannot be read is left out and recorded as a step; what that leaves decides (R11): the geometry
 * refuses a gap (decision 113), the quality gate too few B-scans.
 */
export async function loadAcquisition(
  parts: readonly Part[],
  match: (header: DataSet) => ProfileMatch,
): Promise<LoadedAcquisition> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return loadVolume(only, match);
  const read: ReadPart[] = [];
  const troubles: string[] = [];
  for (const part of parts) {
    const result = await readPart(part);
    if (typeof result === 'string') troubles.push(result);
    else read.push(result);
  }
  if (read.length === 0) return withTroubles({ reasons: [] }, troubles, parts.length);
  const found = read.find(({ lossy }) => lossy !== undefined)?.lossy;
  const merged = mergeFrames(read.map((one) => one.header));
  const { header, steps } = withLossyCompression(merged, found);
  const device = match(header);
  if (!device.matched) {
    const name = device.deviceKnown ? 'SCAN_OUTSIDE_PROFILE' : 'UNKNOWN_DEVICE';
    return { header, device, reasons: [{ name, detail: device.because }] };
  }
  const { profile, because } = device;
  const pixels = Buffer.concat(read.map((one) => one.pixels));
  const result = withTroubles(
    readVolume({ header, pixels, profile, because }),
    troubles,
    parts.length,
  );
  const frameSources = read.flatMap((one) =>
    Array.from({ length: framesIn(one.header) }, (_, frame) => ({
      sopInstanceUid: one.part.sopInstanceUid,
      frameNumber: frame + 1,
    })),
  );
  const step = {
    name: 'put together from instances',
    parameters: { instances: read.length, unreadable: troubles.length },
  };
  return { header, device, frameSources, ...withFirstSteps([step, ...steps], result) };
}

/** Where there is no volume, what could not be read is one of the reasons. */
function withTroubles(
  result: VolumeResult,
  troubles: readonly string[],
  parts: number,
): VolumeResult {
  const [first] = troubles;
  if ('volume' in result || first === undefined) return result;
  const detail = `${String(troubles.length)} of ${String(parts)} instances cannot be read: ${first}`;
  return { reasons: [...result.reasons, { name: 'PIXELS_NOT_READABLE', detail }] };
}

/** A part with the pixels of its frames alone (an odd length is padded, PS3.5 8.1.1), or why it cannot be read. */
async function readPart(part: Part): Promise<ReadPart | string> {
  let part10: Part10Header;
  try {
    part10 = await readPart10Header(part.path);
    const { dataSet: header } = part10;
    const read = await readPixels(part.path, part10);
    if ('reason' in read) return read.reason.detail;
    const length = framesIn(header) * frameLength(header);
    if (read.pixels.length < length) return 'the pixel data are cut off';
    return { part, header, pixels: read.pixels.subarray(0, length), lossy: read.lossy };
  } catch (error) {
    if (error instanceof DicomError) return error.message;
    throw error;
  }
}

function framesIn(header: DataSet): number {
  return header.number('NumberOfFrames') ?? 1;
}

function frameLength(header: DataSet): number {
  const [rows, columns, bits] = (['Rows', 'Columns', 'BitsAllocated'] as const).map(
    (keyword) => header.number(keyword) ?? 0,
  ) as [number, number, number];
  return rows * columns * (bits / 8);
}
