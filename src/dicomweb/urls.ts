import type { Request } from 'express';
import { isUid } from '../dicom/uid.js';
import { HttpProblem } from '../http/problem.js';
import type { ObjectIdentity } from './ports.js';

/** Where the services are: what Orthanc calls its own as well. */
export const SERVICE_PATH = '/dicom-web';

/** The URL of the services as the client sees it. */
export function serviceUrl(request: Request): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}${SERVICE_PATH}`;
}

export function studyUrl(service: string, studyInstanceUid: string): string {
  return `${service}/studies/${studyInstanceUid}`;
}

export function seriesUrl(
  service: string,
  { studyInstanceUid, seriesInstanceUid }: Omit<ObjectIdentity, 'sopInstanceUid' | 'sopClassUid'>,
): string {
  return `${studyUrl(service, studyInstanceUid)}/series/${seriesInstanceUid}`;
}

export function instanceUrl(service: string, object: Omit<ObjectIdentity, 'sopClassUid'>): string {
  return `${seriesUrl(service, object)}/instances/${object.sopInstanceUid}`;
}

/** A UID of the path. @throws HttpProblem OCT_HTTP_BAD_REQUEST where it is none. */
export function uidOf(request: Request, name: string): string | undefined {
  const uid: unknown = request.params[name];
  if (uid === undefined) return undefined;
  if (typeof uid === 'string' && isUid(uid)) return uid;
  throw new HttpProblem('OCT_HTTP_BAD_REQUEST', `The ${name} of the path is not a UID.`);
}
