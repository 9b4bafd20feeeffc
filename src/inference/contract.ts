import type { InferenceSession } from 'onnxruntime-node';
import type { NetworkManifest } from './manifest.js';

type Metadata = InferenceSession.ValueMetadata;
type Wanted = NetworkManifest['input'];

/** In which inputs and outputs a network differs from its manifest, in words; empty where in none. */
export function contractDifferences(
  session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>,
  { input, outputs }: NetworkManifest,
): readonly string[] {
  return [
    ...differences([input], session.inputMetadata),
    ...outputs.flatMap((output) => differences([output], session.outputMetadata)),
    ...session.inputMetadata
      .filter(({ name }) => name !== input.name)
      .map(({ name }) => `input ${name} is not in the manifest`),
  ];
}

function differences(wanted: readonly Wanted[], found: readonly Metadata[]): readonly string[] {
  return wanted.flatMap((tensor) => {
    const own = found.find(({ name }) => name === tensor.name);
    if (own === undefined) return [`${tensor.name} is missing`];
    if (!own.isTensor) return [`${tensor.name} is no tensor`];
    const said = `${tensor.dtype} ${show(tensor.shape)}`;
    const is = `${own.type} ${show(own.shape)}`;
    return own.type === tensor.dtype && shapesAgree(tensor.shape, own.shape)
      ? []
      : [`${tensor.name} is ${is}, the manifest says ${said}`];
  });
}

/** What varies on one side may be anything on the other: exporters name or number free dimensions as they like. */
function shapesAgree(wanted: Wanted['shape'], found: readonly (number | string)[]): boolean {
  return (
    wanted.length === found.length &&
    wanted.every((size, i) => {
      const own = found[i];
      return typeof size === 'string' || typeof own !== 'number' || own < 0 || own === size;
    })
  );
}

function show(shape: readonly (number | string)[]): string {
  return shape.join(' × ');
}
