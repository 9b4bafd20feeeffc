// This node's sender, as built, in a process that goes on, as in the gateway. Takes { peer, instances }, answers with
// the seconds, and with the delay of its event loop in ms.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sendInstances } from '../../../dist/dimse/sender.js';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', ({ peer, instances }) => {
  void (async () => {
    delay.reset();
    const start = performance.now();
    const outcomes = await sendInstances(peer, instances);
    const seconds = (performance.now() - start) / 1000;
    const failed = outcomes.find(({ kind, status }) => kind !== 'answered' || status !== 0);
    process.send({ seconds, failed, p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 });
  })();
});
