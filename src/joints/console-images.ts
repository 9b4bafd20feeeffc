import type { ScanImages } from '../console/ports.js';
import {
  openAlternatives,
  openDissenters,
  openTissues,
  type StoredVolume,
} from './console-overlays.js';
import { matchProfile } from '../devices/match-profile.js';
import { retinalThicknessOf } from '../results/thickness/thickness-map.js';
import type { Acquisition } from '../values/acquisition.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { OctVolume } from '../values/oct-volume.js';
import type { ResultKind } from '../values/result-kinds.js';
import { loadAcquisition, type FrameSource } from '../volume/load-acquisition.js';

/** The kinds of result that hold tissues, the one that shows most first. */
const TISSUE_KINDS: readonly ResultKind[] = ['label-map', 'tissue-segmentation', 'segmentation'];

/**
 * Decodes a scan for the console, and opens what was made of it. Undefined where no volume can be made.
 * @throws DicomError where a result of our own is damaged, and the file system's errors
 */
export async function openScanImages(
  { instances }: Acquisition,
  results: readonly { readonly kind: string; readonly path: string }[],
  profiles: readonly DeviceProfile[],
): Promise<ScanImages | undefined> {
  const loaded = await loadAcquisition(instances, (header) => matchProfile(header, profiles));
  if (!('volume' in loaded)) return undefined;
  const { volume, frameSources } = loaded;
  const stored: StoredVolume = { volume, bScanOf: bScans(volume, frameSources) };
  const pathOf = (kind: ResultKind) => results.find((result) => result.kind === kind)?.path;
  const open = async <T>(
    kind: ResultKind | undefined,
    opened: (path: string, of: StoredVolume) => Promise<T>,
  ): Promise<T | undefined> => {
    const path = kind && pathOf(kind);
    return path === undefined ? undefined : opened(path, stored);
  };
  const kind = TISSUE_KINDS.find((one) => pathOf(one) !== undefined);
  const tissues = await open(kind, openTissues);
  const alternatives = await open('alternative-label-map', openAlternatives);
  const dissenters = await open('disagreement-map', openDissenters);
  const size = volume.rows * volume.columns;
  const coverage = tissues === undefined ? 'none' : kind === 'segmentation' ? 'lesions' : 'all';
  return {
    frames: volume.frames,
    rows: volume.rows,
    columns: volume.columns,
    spacing: volume.spacing,
    laterality: volume.laterality,
    mirrored: volume.mirrored === true,
    coverage,
    tissues: tissues?.labels ?? [],
    ...(alternatives && { alternatives }),
    ...(dissenters && { dissenters }),
    bScanOf: stored.bScanOf,
    bScan: (frame) => volume.voxels.subarray(frame * size, (frame + 1) * size),
    tissueMap: (frame) => tissues?.map(frame) ?? new Uint8Array(size),
    retinaUm: (tissueMap) =>
      retinalThicknessOf(tissueMap, { ...volume, frames: 1, frameNumbers: [1] })?.um ??
      new Float32Array(volume.columns).fill(Number.NaN),
  };
}

/** Frames of a scan by where they are stored; a scan in one object is known by the number alone. */
function bScans(
  { frameNumbers }: OctVolume,
  frameSources: readonly FrameSource[] | undefined,
): ScanImages['bScanOf'] {
  const sourceFrame = new Map(
    frameSources?.map(({ sopInstanceUid, frameNumber }, index) => [
      `${sopInstanceUid} ${frameNumber}`,
      index + 1,
    ]),
  );
  const bScanOf = new Map(frameNumbers.map((number, index) => [number, index]));
  return (uid, stored) =>
    bScanOf.get(frameSources ? (sourceFrame.get(`${uid} ${stored}`) ?? 0) : stored);
}
