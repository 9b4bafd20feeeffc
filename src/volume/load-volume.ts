import type { DataSet } from '../dicom/data-set.js';
import { DicomError } from '../dicom/errors.js';
import { readPart10Header } from '../dicom/part10.js';
import type { ProfileMatch } from '../values/device-profile.js';
import type { NormalisationStep } from '../values/oct-volume.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { withLossyCompression } from './lossy-compression.js';
import { readPixels } from './pixels/read-pixels.js';
import { readVolume, type VolumeResult } from './read-volume.js';

/** What was read, with the header from which the result objects copy their study and patient. */
export type LoadedVolume = VolumeResult & {
  /** Absent only where the file itself could not be read. Says of lossy compression what the codestream shows. */
  readonly header?: DataSet;
  /** Which profile the header matches and why, or why none; kept with the result. */
  readonly device?: ProfileMatch;
};

/**
 * Reads a stored multi-frame instance into a volume. `match` finds the device profile (`devices/match-profile.ts`; passed
 * in, because stages do not import each other). A damaged file is a reason, not an exception; errors of the file system
 * are thrown.
 */
export async function loadVolume(
  instance: Pick<StoredInstance, 'path'>,
  match: (header: DataSet) => ProfileMatch,
): Promise<LoadedVolume> {
  let header: DataSet | undefined;
  let device: ProfileMatch | undefined;
  try {
    const part10 = await readPart10Header(instance.path);
    header = part10.dataSet;
    device = match(header);
    if (!device.matched) {
      const name = device.deviceKnown ? 'SCAN_OUTSIDE_PROFILE' : 'UNKNOWN_DEVICE';
      return { header, device, reasons: [{ name, detail: device.because }] };
    }
    const read = await readPixels(instance.path, part10);
    if ('reason' in read) return { header, device, reasons: [read.reason] };
    const { profile, because } = device;
    const lossy = withLossyCompression(header, read.lossy);
    header = lossy.header;
    const result = readVolume({ header, pixels: read.pixels, profile, because });
    return { header, device, ...withFirstSteps(lossy.steps, result) };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return {
      ...(header && { header }),
      ...(device && { device }),
      reasons: [{ name: 'PIXELS_NOT_READABLE', detail: error.message }],
    };
  }
}

/** What was done to the scan before its frames were read stands first in its history. */
export function withFirstSteps(
  steps: readonly NormalisationStep[],
  result: VolumeResult,
): VolumeResult {
  if (!('volume' in result)) return result;
  return { volume: { ...result.volume, steps: [...steps, ...result.volume.steps] } };
}
