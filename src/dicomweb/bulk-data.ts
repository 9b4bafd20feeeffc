import type { DataSet } from '../dicom/data-set.js';
import { jsonTag } from '../dicom/dicom-json.js';
import type { Part10Header } from '../dicom/part10.js';
import { transferSyntax } from '../dicom/uids.js';
import { HttpProblem } from '../http/problem.js';
import { fileBytes, type Payload } from './multipart-writer.js';
import type { RetrievePort, StoredObject } from './ports.js';

/**
 * A value of bytes by its place (PS3.18 10.4.1.1.5): `['7FE00010']`, or through sequences `['52009230', '1', '00091001']`.
 * Pixels are given as native ones.
 * @throws HttpProblem OCT_HTTP_NOT_FOUND, OCT_HTTP_NOT_ACCEPTABLE
 */
export async function bulkDataOf(
  object: StoredObject,
  header: Part10Header,
  path: readonly string[],
  port: RetrievePort,
): Promise<Payload['bytes']> {
  const { pixelData } = header;
  if (pixelData !== undefined && path.length === 1 && path[0] === jsonTag(pixelData.tag))
    return await pixels(object, header, port);
  let dataSet: DataSet | undefined = header.dataSet;
  for (let i = 0; i + 2 < path.length; i += 2) {
    const items: unknown = dataSet?.element(Number.parseInt(path[i]!, 16))?.value;
    dataSet = Array.isArray(items) ? (items as DataSet[])[Number(path[i + 1]) - 1] : undefined;
  }
  const value = dataSet?.element(Number.parseInt(path.at(-1) ?? '', 16))?.value;
  if (value instanceof Uint8Array) return value;
  throw new HttpProblem('OCT_HTTP_NOT_FOUND');
}

async function pixels(
  { path, transferSyntaxUid }: StoredObject,
  header: Part10Header,
  port: RetrievePort,
): Promise<Payload['bytes']> {
  const syntax = transferSyntax(transferSyntaxUid);
  const { offset = 0, length = 0 } = header.pixelData ?? {};
  if (length !== 'undefined' && syntax?.deflated !== true && syntax?.bigEndian !== true)
    return fileBytes(path, { offset, length });
  const count = header.dataSet.number('NumberOfFrames') ?? 1;
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const result = await port.readFrames(path, header, numbers);
  if ('defect' in result)
    throw new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `Only to be had as frames: ${result.defect}.`);
  return Buffer.concat(result.frames);
}
