import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { notACube, stackByPosition, type FrameStackResult } from './frame-stack.js';

const PARALLEL_COSINE = 0.998;
const UPRIGHT_COSINE = 0.866;

/** A B-scan on the localizer: from its first to its last A-scan, in pixels of the localizer, row before column. */
interface Location {
  readonly middle: readonly [number, number];
  readonly direction: readonly [number, number];
  readonly length: number;
}

/**
 * The stack from Ophthalmic Frame Location (PS3.3 C.8.17.10.1): where each B-scan lies on the localizer, whose rows run
 * from superior to inferior. B-scans that run from right to left there are to be turned. The localizer's scale follows from the width of the B-scans in mm, as it has square pixels.
 */
export function stackFromFrameLocations(
  header: DataSet,
  frames: number,
  width: number,
): FrameStackResult {
  const groups = functionalGroups(header);
  const locations: Location[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const macro = groups.macro('OphthalmicFrameLocationSequence', frame);
    if (macro?.text('OphthalmicImageOrientation') === 'NONLINEAR')
      return notACube(`frame ${String(frame + 1)} is a circle or a curve on the localizer`);
    const location = locationOf(macro?.numbers('ReferenceCoordinates') ?? []);
    if (location === undefined) return undefined;
    locations.push(location);
  }
  const first = locations[0];
  if (first === undefined) return undefined;
  const cosine = ({ direction }: Location) =>
    direction[0] * first.direction[0] + direction[1] * first.direction[1];
  const tilted = locations.findIndex((location) => cosine(location) < PARALLEL_COSINE);
  if (tilted >= 0) return notACube(`frame ${String(tilted + 1)} is not parallel to the others`);
  if (Math.abs(first.direction[1]) < UPRIGHT_COSINE)
    return notACube('the B-scans do not run horizontally on the localizer');
  const mirrored = first.direction[1] < 0;

  const scale = ((mirrored ? -1 : 1) * width) / first.length;
  const [alongRow, alongColumn] = first.direction;
  // A quarter turn of the direction, upwards on the localizer.
  const positions = locations.map(
    ({ middle }) => scale * (middle[1] * alongRow - middle[0] * alongColumn),
  );
  return stackByPosition(positions, 'frame-locations', mirrored);
}

function locationOf([r0, c0, r1, c1, ...more]: readonly number[]): Location | undefined {
  if (
    r0 === undefined ||
    c0 === undefined ||
    r1 === undefined ||
    c1 === undefined ||
    more.length > 0
  )
    return undefined;
  const length = Math.hypot(r1 - r0, c1 - c0);
  if (!(length > 0)) return undefined;
  return {
    middle: [(r0 + r1) / 2, (c0 + c1) / 2],
    direction: [(r1 - r0) / length, (c1 - c0) / length],
    length,
  };
}
