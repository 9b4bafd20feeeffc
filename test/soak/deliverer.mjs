/**
 * The child of the delivery run: archive, outbox and sender as the node joins them, until it is killed or nothing is
 * left to deliver. Runs what `npm run build` made. Arguments: data folder, port of the destination.
 */
import { writeSync } from 'node:fs';
import { openArchive } from '../../dist/archive/archive.js';
import { DeliveryRunner } from '../../dist/delivery/delivery-runner.js';
import { sendInstances } from '../../dist/dimse/sender.js';
import { setLogLevel } from '../../dist/operations/log.js';

setLogLevel('error');
const [, , dataDir, port] = process.argv;
const archive = openArchive({ dataDir, minimumFreeBytes: 0, maxAttempts: 3 });
await archive.recover();
const peer = {
  host: '127.0.0.1',
  port: Number(port),
  calledAeTitle: 'PACS',
  callingAeTitle: 'OCTRIAGE',
};
const runner = new DeliveryRunner({
  destinations: [{ name: 'PACS', associations: 2 }],
  outbox: archive.outbox,
  send: (_, instances) => sendInstances(peer, instances),
  backOff: { initialMs: 20, factor: 2, maxMs: 200, jitter: 0.2, maxAttempts: 1000 },
});
runner.start();
writeSync(1, 'sends\n');
const look = setInterval(async () => {
  const { pending, sending } = await archive.outbox.counts();
  if (pending + sending > 0) return;
  clearInterval(look);
  await runner.stop();
  await archive.close();
}, 50);
