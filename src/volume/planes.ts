import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { notACube, stackByPosition, type FrameStackResult } from './frame-stack.js';
import { cross, dot, minus, vectorAt, type Vector } from './vector.js';

/** Frames are parallel where their directions differ by less than about 2 degrees. */
const PARALLEL_COSINE = 0.9994;
/** A macular cube may be turned by up to 30 degrees, as along the line from fovea to disc. */
const UPRIGHT_COSINE = 0.866;
/** B-scans that do not begin above one another: share of the width by which first and last may be shifted. */
const MAX_SHIFT = 0.25;
/** A filled-in position must fit the known ones: share of the B-scan distance. */
const FILL_TOLERANCE = 0.2;

interface Plane {
  readonly row: Vector;
  readonly column: Vector;
}

/**
 * The stack from Plane Position and Plane Orientation (PS3.3 C.7.6.16.2.3 and .4). B-scans run from the patient's right
 * to left (+x), or the other way (-x) and are then to be turned; their rows must run from front to back (+y). The normal
 * of the turned scan points to the head (+z), so ascending positions are inferior to superior. Upside down is refused
 * (decision 38).
 */
export function stackFromPlanes(header: DataSet, frames: number, width: number): FrameStackResult {
  const groups = functionalGroups(header);
  const planes = Array.from({ length: frames }, (_, frame) =>
    planeOf(groups.macro('PlaneOrientationSequence', frame)?.numbers('ImageOrientationPatient')),
  );
  const places = Array.from({ length: frames }, (_, frame) =>
    vectorAt(
      groups.macro('PlanePositionSequence', frame)?.numbers('ImagePositionPatient') ?? [],
      0,
    ),
  );
  const plane = planes.find((candidate) => candidate !== undefined);
  const known = places.filter((place) => place !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (plane === undefined || first === undefined || last === undefined || known.length < 2)
    return undefined;

  const tilted = planes.findIndex((other) => other !== undefined && !isParallel(plane, other));
  if (tilted >= 0) return notACube(`frame ${String(tilted + 1)} is not parallel to the others`);
  if (Math.abs(plane.row[0]) < UPRIGHT_COSINE || plane.column[1] < UPRIGHT_COSINE)
    return notACube('the B-scans do not run horizontally, from front to back of the eye');
  const mirrored = plane.row[0] < 0;
  if (Math.abs(dot(minus(last, first), plane.row)) > MAX_SHIFT * width)
    return notACube('the B-scans do not lie above one another');

  const normal = cross(plane.row, plane.column);
  const up = mirrored ? -1 : 1;
  const positions = places.map((place) =>
    place === undefined ? undefined : up * dot(place, normal),
  );
  return known.length === frames
    ? stackByPosition(positions as number[], 'planes', mirrored)
    : fillIn(positions, frames - known.length, mirrored);
}

/** Frames without a position (Topcon) get the one between their neighbours', if the known ones lie on a line. */
function fillIn(
  positions: readonly (number | undefined)[],
  missing: number,
  mirrored: boolean,
): FrameStackResult {
  const known = positions.flatMap((position, frame) =>
    position === undefined ? [] : [{ frame, position }],
  );
  const [a, b] = [known[0]!, known.at(-1)!];
  const slope = (b.position - a.position) / (b.frame - a.frame);
  const line = (frame: number) => a.position + slope * (frame - a.frame);
  const off = known.find(
    ({ frame, position }) => Math.abs(position - line(frame)) > FILL_TOLERANCE * Math.abs(slope),
  );
  if (off !== undefined)
    return notACube(
      `Plane Position is missing in ${String(missing)} frames, and frame ${String(off.frame + 1)} is out of step with the rest`,
    );
  const steps = [{ name: 'missing plane positions filled in', parameters: { frames: missing } }];
  return stackByPosition(
    positions.map((_, frame) => line(frame)),
    'planes',
    mirrored,
    steps,
  );
}

function planeOf(numbers: readonly number[] = []): Plane | undefined {
  const [row, column] = [vectorAt(numbers, 0), vectorAt(numbers, 3)];
  return row === undefined || column === undefined ? undefined : { row, column };
}

function isParallel(a: Plane, b: Plane): boolean {
  return dot(a.row, b.row) >= PARALLEL_COSINE && dot(a.column, b.column) >= PARALLEL_COSINE;
}
