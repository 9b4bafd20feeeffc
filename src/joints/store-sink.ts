import type { Archive } from '../archive/archive.js';
import type { ReceptionOutcome, ReceptionRequest } from '../archive/reception.js';
import { formatStatus } from '../dimse/status.js';
import { log } from '../operations/log.js';

/** What both doors, C-STORE and STOW-RS, give an object to. */
export interface ArchiveSink {
  begin(request: ReceptionRequest): Promise<{
    write(chunks: readonly Uint8Array[]): Promise<void>;
    abandon(reason: string): Promise<void>;
    finish(): Promise<Pick<ReceptionOutcome, 'status' | 'comment' | 'instance'>>;
  }>;
}

/** Received objects go to the archive; what was stored anew is looked at by the assembly. */
export function storeSink(archive: Archive, onStored: () => void): ArchiveSink {
  return {
    async begin(request) {
      const reception = await archive.receive(request);
      const { sopInstanceUid, associationId } = request;
      return {
        write: (chunks) => reception.write(chunks),
        abandon: (reason) => reception.abandon(reason),
        async finish() {
          const { status, comment, instance, duplicate } = await reception.finish();
          const fields = { sopInstanceUid, associationId, status: formatStatus(status) };
          if (instance === undefined) {
            log('warn', 'instance refused', { ...fields, ...(comment && { reason: comment }) });
          } else {
            log('info', duplicate ? 'instance received again' : 'instance stored', {
              ...fields,
              bytes: instance.byteLength,
              studyInstanceUid: instance.studyInstanceUid,
            });
            onStored();
          }
          return {
            status,
            ...(comment !== undefined && { comment }),
            ...(instance && { instance }),
          };
        },
      };
    },
  };
}
