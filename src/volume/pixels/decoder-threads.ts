import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DecodeReply, DecodeRequest, DecoderThreadData } from './decoder-thread.js';
import { FrameError } from './frame-error.js';

/** A frame takes less than half a second; a decoder that damaged data drove into a loop is ended after this (ms). */
const FRAME_LIMIT = 30_000;

/** One thread with codecs of its own. It decodes one frame at a time. */
export class DecoderThread {
  readonly #worker: Worker;
  readonly #frameLimit: number;

  constructor(data: DecoderThreadData, frameLimit = FRAME_LIMIT) {
    this.#worker = startThread(data);
    this.#worker.unref();
    this.#frameLimit = frameLimit;
  }

  /** The frame is in the shared volume afterwards. `encoded` is given away. Throws FrameError. */
  async decode(frame: number, encoded: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#worker.ref();
    const timeout = AbortSignal.timeout(this.#frameLimit);
    try {
      const answer = once(this.#worker, 'message', { signal: timeout });
      const request: DecodeRequest = { frame, encoded };
      this.#worker.postMessage(request, [encoded.buffer]);
      const [{ defect }] = (await answer) as [DecodeReply];
      if (defect !== undefined) throw new FrameError(defect);
    } catch (error) {
      if (timeout.aborted) throw new FrameError('the decoder did not come to an end');
      throw error;
    } finally {
      this.#worker.unref();
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

function startThread(workerData: DecoderThreadData): Worker {
  const name = 'frame decoder';
  if (import.meta.url.endsWith('.js'))
    return new Worker(new URL('decoder-thread.js', import.meta.url), { name, workerData });
  // Tests run the sources under tsx, whose hooks a thread of Node 20 does not inherit.
  const thread = new URL('decoder-thread.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${thread}'); })`;
  return new Worker(start, { name, workerData, eval: true });
}
