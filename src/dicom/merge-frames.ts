import { DataSet, type Element } from './data-set.js';

/**
 * The headers of the parts of one scan (single frames, or a concatenation, PS3.3 C.7.6.16.2.2.4) as the header of one
 * multi-frame object with all frames, in the given order. Everything but frames and functional groups is the first
 * part's. A macro that is the same for all frames becomes shared, any other per frame, wherever the parts had it. One
 * header alone is returned as it is.
 */
export function mergeFrames(headers: readonly DataSet[]): DataSet {
  const [first, second] = headers;
  if (first === undefined) throw new RangeError('no header to merge');
  if (second === undefined) return first;
  const perFrame = headers.flatMap(framesOf);
  const shared = new DataSet();
  for (const { tag } of perFrame[0]?.elements() ?? []) {
    const macros = perFrame.map((frame) => frame.element(tag));
    if (new Set(macros.map((macro) => macro && fingerprint(macro))).size === 1)
      shared.setElement(macros[0]!);
  }
  const merged = copyOf(first, () => true);
  merged.set('NumberOfFrames', perFrame.length);
  merged.set('SharedFunctionalGroupsSequence', shared);
  merged.set(
    'PerFrameFunctionalGroupsSequence',
    perFrame.map((frame) => copyOf(frame, ({ tag }) => shared.element(tag) === undefined)),
  );
  return merged;
}

/** Each frame of a part with all its macros: its own, else the shared ones of its part. */
function framesOf(header: DataSet): DataSet[] {
  const shared = header.item('SharedFunctionalGroupsSequence') ?? new DataSet();
  const perFrame = header.items('PerFrameFunctionalGroupsSequence');
  return Array.from({ length: header.number('NumberOfFrames') ?? 1 }, (_, frame) => {
    const all = copyOf(shared, () => true);
    for (const element of perFrame[frame]?.elements() ?? []) all.setElement(element);
    return all;
  });
}

function copyOf(dataSet: DataSet, wanted: (element: Element) => boolean): DataSet {
  const copy = new DataSet();
  for (const element of dataSet.elements()) if (wanted(element)) copy.setElement(element);
  return copy;
}

/** Equal for equal content; not an encoding, because what others sent may be what our writer refuses. */
function fingerprint({ tag, vr, value }: Element): string {
  const values =
    value instanceof Uint8Array
      ? Buffer.from(value).toString('base64')
      : value.map((one) => (one instanceof DataSet ? one.elements().map(fingerprint) : one));
  return JSON.stringify([tag, vr, values]);
}
