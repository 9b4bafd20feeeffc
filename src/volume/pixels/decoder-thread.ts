import { parentPort, workerData } from 'node:worker_threads';
import { decodeFrame, type FrameFormat } from './decode-frame.js';
import type { Codec } from './codecs.js';
import { FrameError } from './frame-error.js';
import { WasmCodecs } from './wasm-codecs.js';

/** A thread of `DecoderThreads`: frames in, samples into the shared volume, one answer for each. */

export interface DecoderThreadData {
  readonly module: WebAssembly.Module;
  readonly codec: Codec;
  readonly format: FrameFormat;
  /** All frames, one after the other. */
  readonly volume: SharedArrayBuffer;
}

export interface DecodeRequest {
  /** From 0. */
  readonly frame: number;
  readonly encoded: Uint8Array;
}

/** Without `defect` the frame is in the volume. */
export interface DecodeReply {
  readonly defect?: string;
}

const { module, codec, format, volume } = workerData as DecoderThreadData;
const codecs = new WasmCodecs(module);
const samples = new Uint8Array(volume);

parentPort?.on('message', ({ frame, encoded }: DecodeRequest) => {
  parentPort?.postMessage(decode(frame, encoded));
});

function decode(frame: number, encoded: Uint8Array): DecodeReply {
  try {
    const decoded = decodeFrame(codecs, codec, encoded, format);
    samples.set(decoded, frame * decoded.length);
    return {};
  } catch (error) {
    if (error instanceof FrameError) return { defect: error.message };
    throw error;
  }
}
