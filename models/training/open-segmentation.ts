import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { Network } from '../../src/inference/sessions.js';

/** A segmentation network that is in no manifest yet. */
export async function openSegmentation(path: string, threads = 1): Promise<Network> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: threads });
  return {
    identity: { role: 'segmentation', file: path, sha256: '' },
    run: (input, shape) => session.run({ bscans: new Tensor('float32', input, shape) }),
    release: () => session.release(),
  };
}
