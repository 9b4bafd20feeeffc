import { dicomJson, jsonTag, type JsonDataSet } from '../dicom/dicom-json.js';
import type { Part10Header } from '../dicom/part10.js';
import type { ObjectIdentity } from './ports.js';
import { instanceUrl } from './urls.js';

/** Longer values of bytes are fetched apart (PS3.18 8.7.3.4). */
const INLINE_MAX_LENGTH = 1024;

/** The metadata of an instance (PS3.18 10.4.1.1.2): everything, with URLs in place of pixels and other long bytes. */
export function metadataOf(
  { dataSet, pixelData }: Part10Header,
  object: ObjectIdentity,
  service: string,
): JsonDataSet {
  const at = `${instanceUrl(service, object)}/bulkdata`;
  const json = dicomJson(dataSet, (path, { value }) =>
    value.length > INLINE_MAX_LENGTH ? `${at}${path}` : undefined,
  );
  if (pixelData === undefined) return json;
  const tag = jsonTag(pixelData.tag);
  return { ...json, [tag]: { vr: pixelData.vr, BulkDataURI: `${at}/${tag}` } };
}
