// The node's listener and archive, as built, without inference. `files`: a sink that writes the data set and neither
// hashes, checks, syncs nor records it, which is what the peers do. argv: files | durable, port, folder, PDU length.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openArchive } from '../../../dist/archive/archive.js';
import { encodeFileMeta } from '../../../dist/dicom/part10.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../../dist/dicom/uids.js';
import { startListener } from '../../../dist/dimse/listener.js';

const [mode, port, folder, pduLength] = process.argv.slice(2);

function filesSink() {
  return {
    begin({ sopClassUid, sopInstanceUid, transferSyntaxUid }) {
      const file = openSync(join(folder, `${randomUUID()}.dcm`), 'wx');
      let head = encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid });
      const reception = {
        write(chunks) {
          const parts = head ? [head, ...chunks] : chunks;
          head = undefined;
          writevSync(file, parts);
          return Promise.resolve();
        },
        finish() {
          closeSync(file);
          return Promise.resolve({ status: 0 });
        },
        abandon() {
          closeSync(file);
          return Promise.resolve();
        },
      };
      return Promise.resolve(reception);
    },
  };
}

async function durableSink() {
  const archive = openArchive({ dataDir: folder, minimumFreeBytes: 0, maxAttempts: 3 });
  await archive.recover();
  return {
    async begin(request) {
      const reception = await archive.receive(request);
      return {
        write: (chunks) => reception.write(chunks),
        abandon: (reason) => reception.abandon(reason),
        async finish() {
          const { status } = await reception.finish();
          return { status };
        },
      };
    },
  };
}

// From the first 'reset' on: a clock that ticks each millisecond costs what is measured otherwise.
const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('SIGINT', () => process.exit(0));
process.on('message', (what) => {
  if (what === 'reset') {
    delay.enable();
    delay.reset();
  }
  process.send({ p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 });
});

await startListener({
  bind: '127.0.0.1',
  port: Number(port),
  aeTitle: 'BENCH',
  accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
  maxPduLength: Number(pduLength),
  maxAssociations: 1000,
  admit: () => ({ admitted: true }),
  store: mode === 'files' ? filesSink() : await durableSink(),
  onEvent() {},
});
