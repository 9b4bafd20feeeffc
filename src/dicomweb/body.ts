import type { Readable } from 'node:stream';
import { HttpProblem } from '../http/problem.js';

/** More than this does not wait in memory for the disk. */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * A request's body in batches: all that has come while the batch before was dealt with, so that the disk gets scatter
 * writes instead of one write for each read of the socket. The sender is held back while 4 MiB wait.
 *
 * @throws HttpProblem OCT_HTTP_TOO_LARGE beyond `limit` bytes, OCT_HTTP_BAD_REQUEST where the body is cut off.
 */
export async function* bodyBatches(
  body: Readable,
  limit: number,
): AsyncGenerator<readonly Buffer[], void> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let received = 0;
  const progress: { state: 'open' | 'ended' | 'broken' } = { state: 'open' };
  let wake = (): void => undefined;
  const onData = (chunk: Buffer): void => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    received += chunk.length;
    if (waitingBytes >= MOST_WAITING || received > limit) body.pause();
    wake();
  };
  const onEnd = (): void => {
    progress.state = 'ended';
    wake();
  };
  const onBroken = (): void => {
    if (progress.state === 'open') progress.state = 'broken';
    wake();
  };
  body.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onBroken);
  try {
    for (;;) {
      if (received > limit) throw new HttpProblem('OCT_HTTP_TOO_LARGE');
      if (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        waitingBytes = 0;
        body.resume();
        yield batch;
      } else if (progress.state === 'ended') return;
      else if (progress.state === 'broken')
        throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'The body is cut off.');
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    body.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    body.on('error', () => undefined); // an aborted request reports itself once more
  }
}
