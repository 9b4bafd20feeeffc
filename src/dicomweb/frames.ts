import { open } from 'node:fs/promises';
import { locateFrames, readRange } from '../dicom/encapsulated-frames.js';
import type { Part10Header } from '../dicom/part10.js';
import { HttpProblem } from '../http/problem.js';
import type { RetrievePort, StoredObject } from './ports.js';

/**
 * The frame numbers of a path: a comma list, counted from 1.
 * @throws HttpProblem OCT_HTTP_BAD_REQUEST where it is none, OCT_HTTP_NOT_FOUND where the object has no such frame.
 */
export function frameNumbers(
  text: string,
  { dataSet, pixelData }: Part10Header,
): readonly number[] {
  const parts = text.split(',');
  if (!parts.every((part) => /^[1-9]\d{0,8}$/.test(part)))
    throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Frames are a comma list of numbers from 1.');
  const numbers = parts.map(Number);
  const count = pixelData === undefined ? 0 : (dataSet.number('NumberOfFrames') ?? 1);
  if (numbers.length > count || numbers.some((number) => number > count))
    throw new HttpProblem('OCT_HTTP_NOT_FOUND', `The object has ${String(count)} frames.`);
  return numbers;
}

/**
 * Frames as they are stored (the fragments of each joined), or as native pixels.
 * @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE where they cannot be had so.
 */
export async function framesOf(
  { path }: StoredObject,
  header: Part10Header,
  numbers: readonly number[],
  form: 'stored' | 'explicit',
  port: RetrievePort,
): Promise<readonly Uint8Array[]> {
  const result =
    form === 'stored'
      ? await storedFrames(path, header, numbers)
      : await port.readFrames(path, header, numbers);
  if ('defect' in result)
    throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `Not to be had so: ${result.defect}.`);
  return result.frames;
}

async function storedFrames(
  path: string,
  header: Part10Header,
  numbers: readonly number[],
): Promise<{ readonly frames: readonly Uint8Array[] } | { readonly defect: string }> {
  const file = await open(path, 'r');
  try {
    const located = await locateFrames(file, header, startsImage);
    if ('defect' in located) return located;
    const frames = [];
    for (const number of numbers) {
      const ranges = located.frames[number - 1] ?? [];
      const fragments = [];
      for (const range of ranges) fragments.push(await readRange(file, range));
      frames.push(Buffer.concat(fragments));
    }
    return { frames };
  } finally {
    await file.close();
  }
}

/** Does a codestream begin with these bytes: JPEG and JPEG-LS (SOI and a marker), JPEG 2000 and HTJ2K (SOC, SIZ)? */
function startsImage(start: Uint8Array): boolean {
  const [first, second, third, fourth] = start;
  if (first !== 0xff) return false;
  return (
    (second === 0xd8 && third === 0xff) || (second === 0x4f && third === 0xff && fourth === 0x51)
  );
}
