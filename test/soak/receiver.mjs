/**
 * The child of the kill run: listener and archive as the node joins them, until it is killed. Prints its port. Runs what
 * `npm run build` made, since two hundred starts through a compiler take most of an hour.
 */
import { writeSync } from 'node:fs';
import { openArchive } from '../../dist/archive/archive.js';
import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../dist/dicom/uids.js';
import { startListener } from '../../dist/dimse/listener.js';
import { associationObserver } from '../../dist/operations/association-observer.js';
import { setLogLevel } from '../../dist/operations/log.js';
import { storeSink } from '../../dist/joints/store-sink.js';

setLogLevel('error');
const archive = openArchive({ dataDir: process.argv[2], minimumFreeBytes: 0, maxAttempts: 3 });
const { missing } = await archive.recover();
if (missing.length > 0) throw new Error(`missing after a kill: ${missing.join(', ')}`);
const listener = await startListener({
  bind: '127.0.0.1',
  port: 0,
  aeTitle: 'OCT',
  accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
  maxPduLength: 131072,
  maxAssociations: 16,
  admit: () => ({ admitted: true }),
  store: storeSink(archive, () => undefined),
  onEvent: associationObserver(archive.associations),
});
writeSync(1, `${listener.port}\n`);
