import type { Request } from 'express';
import { TRANSFER_SYNTAXES, transferSyntax } from '../dicom/uids.js';
import { HttpProblem } from '../http/problem.js';
import { acceptedBy } from './answer.js';
import { matches } from './media-type.js';

export const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
export const OBJECT = 'application/dicom';
export const OCTETS = 'application/octet-stream';

/** The media types of compressed frames (PS3.18 Table 8.7.3-5), by transfer syntax. */
const FRAME_TYPES: Readonly<Record<string, string>> = {
  [TRANSFER_SYNTAXES.jpegBaseline.uid]: 'image/jpeg',
  [TRANSFER_SYNTAXES.jpegExtended.uid]: 'image/jpeg',
  [TRANSFER_SYNTAXES.jpegLosslessProcess14.uid]: 'image/jpeg',
  [TRANSFER_SYNTAXES.jpegLossless.uid]: 'image/jpeg',
  [TRANSFER_SYNTAXES.rleLossless.uid]: 'image/dicom-rle',
  [TRANSFER_SYNTAXES.jpegLsLossless.uid]: 'image/jls',
  [TRANSFER_SYNTAXES.jpegLsNearLossless.uid]: 'image/jls',
  [TRANSFER_SYNTAXES.jpeg2000Lossless.uid]: 'image/jp2',
  [TRANSFER_SYNTAXES.jpeg2000.uid]: 'image/jp2',
  [TRANSFER_SYNTAXES.htj2kLossless.uid]: 'image/jphc',
  [TRANSFER_SYNTAXES.htj2kLosslessRpcl.uid]: 'image/jphc',
  [TRANSFER_SYNTAXES.htj2k.uid]: 'image/jphc',
};

/** How to give something out. */
export interface Representation {
  readonly multipart: boolean;
  readonly form: 'stored' | 'explicit';
}

/** One media range, as far as it concerns objects and frames. */
interface Wanted {
  readonly multipart: boolean;
  /** Media type of a part, or of the body where it is a single one. */
  readonly type: string;
  /** A UID, `*` for whatever is stored, or undefined: the default. */
  readonly syntax: string | undefined;
}

function wantedBy(request: Request): readonly Wanted[] {
  return acceptedBy(request).flatMap(({ name, parameters }): Wanted[] => {
    const { type = '*/*', 'transfer-syntax': syntax } = parameters;
    if (name === '*/*' || name === 'multipart/*')
      return [{ multipart: true, type: '*/*', syntax: '*' }];
    if (name === 'multipart/related')
      return [{ multipart: true, type: type.toLowerCase(), syntax }];
    return [{ multipart: false, type: name, syntax }];
  });
}

/**
 * How to give out objects that are stored in these transfer syntaxes. Without `transfer-syntax` it is Explicit VR Little
 * Endian (PS3.18 8.7.3.5.2); who takes anything gets what is stored.
 * @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE
 */
export function representObjects(request: Request, stored: readonly string[]): Representation {
  for (const { multipart, type, syntax } of wantedBy(request)) {
    if (!matches(type, OBJECT) || (!multipart && stored.length > 1)) continue;
    if (syntax === '*' || stored.every((uid) => uid === (syntax ?? EXPLICIT)))
      return { multipart, form: 'stored' };
    if (syntax === undefined || syntax === EXPLICIT) return { multipart, form: 'explicit' };
  }
  throw notAcceptable(`multipart/related; type="${OBJECT}"; transfer-syntax=*`);
}

/**
 * The same for frames of an object: `application/octet-stream` is native pixels, the media types of images are what is
 * stored. Viewers ask for octets in any transfer syntax and read from the part what it is (OHIF): they get what is stored.
 * @throws HttpProblem OCT_HTTP_NOT_ACCEPTABLE
 */
export function representFrames(
  request: Request,
  stored: string,
  count: number,
): Representation & { readonly type: string } {
  const native = transferSyntax(stored)?.encapsulated === false;
  const storedType = native ? OCTETS : (FRAME_TYPES[stored] ?? OCTETS);
  for (const { multipart, type, syntax } of wantedBy(request)) {
    if (!multipart && count > 1) continue;
    const octets = matches(type, OCTETS);
    const image = type !== OCTETS && matches(type, storedType);
    if (
      !native &&
      (syntax === '*' || (image && (syntax ?? stored) === stored)) &&
      (octets || image)
    )
      return { multipart, form: 'stored', type: `${storedType}; transfer-syntax=${stored}` };
    if (octets && (syntax === undefined || syntax === '*' || syntax === EXPLICIT))
      return { multipart, form: 'explicit', type: `${OCTETS}; transfer-syntax=${EXPLICIT}` };
  }
  throw notAcceptable(`multipart/related; type="${OCTETS}" or "${storedType}"`);
}

function notAcceptable(offer: string): HttpProblem {
  return new HttpProblem('OCT_HTTP_NOT_ACCEPTABLE', `There is ${offer}.`);
}
