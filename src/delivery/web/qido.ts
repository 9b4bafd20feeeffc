import { DeliveryError } from '../errors.js';
import type { HeldObject } from '../ports.js';
import { webRequest, type WebPeer } from './web-request.js';

/**
 * QIDO-RS (PS3.18 10.6): which of these objects the service holds, by SOP Instance UID. A request for each: matching a
 * list of UIDs is not offered everywhere.
 * @throws DeliveryError where it does not answer
 */
export async function qidoHeld(
  peer: WebPeer,
  objects: readonly HeldObject[],
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } of objects) {
    const { status, body } = await webRequest(peer, {
      method: 'GET',
      path: `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances?SOPInstanceUID=${sopInstanceUid}`,
      headers: { accept: 'application/dicom+json' },
    });
    if (status === 204 || status === 404) continue;
    if (status !== 200) throw new DeliveryError(errorOf(status), `QIDO-RS, HTTP ${status}`);
    // A service that does not know the key gives the whole series: our UID must be in the answer.
    if (body.includes(`"${sopInstanceUid}"`)) held.add(sopInstanceUid);
  }
  return held;
}

function errorOf(status: number) {
  if (status === 401 || status === 403) return 'OCT_STOW_CREDENTIALS';
  return status >= 500 || status === 429 ? 'OCT_STOW_BUSY' : 'OCT_STOW_REFUSED';
}
