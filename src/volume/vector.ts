/** A direction or a place in the patient's coordinates: x to the left, y to the back, z to the head (PS3.3 C.7.6.2). */
export type Vector = readonly [number, number, number];

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** Three finite numbers of a list from `start` on, or nothing. */
export function vectorAt(numbers: readonly number[], start: number): Vector | undefined {
  const [x, y, z] = numbers.slice(start, start + 3);
  if (x === undefined || y === undefined || z === undefined) return undefined;
  return [x, y, z].every(Number.isFinite) ? [x, y, z] : undefined;
}
