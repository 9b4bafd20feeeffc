/** Where two statements differ: `path: one | other`, in the order of the first. */
export function differences(one: unknown, other: unknown, path = ''): readonly string[] {
  if (isTree(one) && isTree(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) =>
      differences(one[key], other[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(one) === JSON.stringify(other)
    ? []
    : [`${path}: ${show(one)} | ${show(other)}`];
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
