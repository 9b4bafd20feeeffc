import type { StoredInstance } from '../values/stored-instance.js';
import type { ResultInput } from './result-input.js';

/** Every instance of the scan, first frame first. */
export function sourceInstances({
  sourceInstance,
  parts,
}: Pick<ResultInput, 'sourceInstance' | 'parts'>): readonly StoredInstance[] {
  return parts?.instances ?? [sourceInstance];
}

/** Where a source frame (from 1) is stored: a scan in parts counts its frames through, its instances do not. */
export function storedFrame(
  input: ResultInput,
  sourceFrame: number,
): { readonly instance: StoredInstance; readonly frameNumber: number } {
  const found = input.parts?.frames[sourceFrame - 1];
  const instance = sourceInstances(input).find(
    ({ sopInstanceUid }) => sopInstanceUid === found?.sopInstanceUid,
  );
  return found === undefined || instance === undefined
    ? { instance: input.sourceInstance, frameNumber: sourceFrame }
    : { instance, frameNumber: found.frameNumber };
}

/** The inverse of `storedFrame`; 0 where the instance is not of this scan. */
export function sourceFrameOf(
  input: ResultInput,
  sopInstanceUid: string | undefined,
  frameNumber: number,
): number {
  if (input.parts === undefined)
    return sopInstanceUid === input.sourceInstance.sopInstanceUid ? frameNumber : 0;
  return (
    1 +
    input.parts.frames.findIndex(
      (frame) => frame.sopInstanceUid === sopInstanceUid && frame.frameNumber === frameNumber,
    )
  );
}

/** Instances by series, in the order in which they come. */
export function bySeries(
  instances: readonly StoredInstance[],
): ReadonlyMap<string, readonly StoredInstance[]> {
  const series = new Map<string, StoredInstance[]>();
  for (const instance of instances) {
    const list = series.get(instance.seriesInstanceUid) ?? [];
    list.push(instance);
    series.set(instance.seriesInstanceUid, list);
  }
  return series;
}
