import { reverseLines } from '../values/reverse-lines.js';
import type { ResultInput } from './result-input.js';

/**
 * The input with its maps on the source's own pixels. Frames find their way by `frameNumbers`; where the source's columns
 * run the other way than the volume's, every map over them is turned back, so that no builder needs to know.
 */
export function inSourceGrid(input: ResultInput): ResultInput {
  const { volume, findings } = input;
  if (volume?.mirrored !== true) return input;
  const source = { ...volume, mirrored: false };
  if (findings === undefined) return { ...input, volume: source };
  const { tissueMap, dissent, memberMaps, disagreement, activation } = findings;
  return {
    ...input,
    volume: source,
    findings: {
      ...findings,
      tissueMap: turned(tissueMap, volume.columns),
      ...(dissent && {
        dissent: {
          ...dissent,
          dissenters: turned(dissent.dissenters, volume.columns),
          alternatives: turned(dissent.alternatives, volume.columns),
        },
      }),
      ...(memberMaps && { memberMaps: memberMaps.map((map) => turned(map, volume.columns)) }),
      ...(disagreement && {
        disagreement: { ...disagreement, depthUm: turned(disagreement.depthUm, volume.columns) },
      }),
      ...(activation && {
        activation: {
          ...activation,
          classes: Object.fromEntries(
            Object.entries(activation.classes).map(([name, map]) => [
              name,
              turned(map, activation.columns),
            ]),
          ) as typeof activation.classes,
        },
      }),
    },
  };
}

/** A copy: the findings are the caller's. */
function turned<T extends Uint8Array | Float32Array>(map: T, columns: number): T {
  const copy = map.slice() as T;
  reverseLines(copy, columns);
  return copy;
}
