// This node's sender, as built, in a process that goes on, as in the gateway. Takes { peer, instances, watched }, answers
// with the seconds, and, where watched, with the delay of its event loop in ms (a clock that ticks each millisecond).
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sendInstances } from '../../../dist/dimse/sender.js';

const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('message', ({ peer, instances, watched }) => {
  void (async () => {
    if (watched) {
      delay.enable();
      delay.reset();
    }
    const start = performance.now();
    const outcomes = await sendInstances(peer, instances);
    const seconds = (performance.now() - start) / 1000;
    const failed = outcomes.find(({ kind, status }) => kind !== 'answered' || status !== 0);
    process.send({ seconds, failed, p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 });
  })();
});
