import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { CodecFamily } from './codecs.js';
import { FrameError } from './frame-error.js';

/** What of a picture the codecs must be told: one sample per pixel, unsigned. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  /** Bits of a sample in the codestream. */
  readonly precision: number;
}

/**
 * The functions of dcmjs-codecs' WebAssembly module that we call (its src/Decoders.cpp, CodecsContext.cpp). Its own
 * JavaScript is not used: it drops the codecs' warnings, which are the only sign of damaged data, and loads dcmjs.
 */
interface CodecExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  CreateCodecsContext(): number;
  ReleaseCodecsContext(context: number): void;
  CreateDecoderParameters(): number;
  SetRows(context: number, rows: number): void;
  SetColumns(context: number, columns: number): void;
  SetBitsAllocated(context: number, bits: number): void;
  SetBitsStored(context: number, bits: number): void;
  SetSamplesPerPixel(context: number, samples: number): void;
  SetPixelRepresentation(context: number, representation: number): void;
  SetPlanarConfiguration(context: number, configuration: number): void;
  SetPhotometricInterpretation(context: number, index: number): void;
  SetEncodedBufferSize(context: number, size: number): void;
  GetEncodedBuffer(context: number): number;
  GetDecodedBuffer(context: number): number;
  GetDecodedBufferSize(context: number): number;
  DecodeJpeg(context: number, parameters: number): void;
  DecodeJpegLs(context: number, parameters: number): void;
  DecodeJpeg2000(context: number, parameters: number): void;
  DecodeHtJpeg2000(context: number, parameters: number): void;
}

const DECODERS = {
  jpeg: 'DecodeJpeg',
  'jpeg-ls': 'DecodeJpegLs',
  'jpeg-2000': 'DecodeJpeg2000',
  htj2k: 'DecodeHtJpeg2000',
} as const satisfies Partial<Record<CodecFamily, keyof CodecExports>>;

export type WasmFamily = keyof typeof DECODERS;

/** Index of MONOCHROME2 in the module's PhotometricInterpretationEnum. */
const MONOCHROME2 = 1;

/** What a decoder says when it carries on over damaged data (messages of libjpeg and OpenJPEG). */
const DAMAGE =
  /MessageCallbackWarning|corrupt|premature|extraneous|invalid|inconsistent|unsupported|not enough/i;

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled module, once per process: threads share it and what the engine has optimised of it. */
export function compileCodecs(): Promise<WebAssembly.Module> {
  compiled ??= readFile(
    createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm'),
  ).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}

/**
 * DCMTK's libijg, CharLS, OpenJPEG and OpenJPH in one sandbox. A frame that fails may leave the sandbox's memory in any
 * state, so it is thrown away and the next frame gets a new one.
 */
export class WasmCodecs {
  readonly #module: WebAssembly.Module;
  #exports: CodecExports | undefined;
  #parameters = 0;
  /** What the codecs said of the frame in hand, if it means damage. */
  readonly #warnings: string[] = [];

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * Decodes one frame whose header was read and found fit. Returns little-endian samples of one byte up to 8 bits of
   * precision, else of two. Throws FrameError.
   */
  decode(family: WasmFamily, encoded: Uint8Array, picture: Picture): Uint8Array {
    try {
      return this.#decode(family, encoded, picture);
    } catch (error) {
      this.#exports = undefined;
      throw new FrameError(
        error instanceof FrameError
          ? error.message
          : `the ${family} decoder gave up on damaged data`,
        { cause: error },
      );
    }
  }

  #decode(family: WasmFamily, encoded: Uint8Array, picture: Picture): Uint8Array {
    const codecs = (this.#exports ??= this.#instantiate());
    this.#warnings.length = 0;
    const { rows, columns, precision } = picture;
    const bytesPerSample = precision <= 8 ? 1 : 2;
    const context = codecs.CreateCodecsContext();
    codecs.SetRows(context, rows);
    codecs.SetColumns(context, columns);
    codecs.SetBitsAllocated(context, 8 * bytesPerSample);
    codecs.SetBitsStored(context, precision);
    codecs.SetSamplesPerPixel(context, 1);
    codecs.SetPixelRepresentation(context, 0);
    codecs.SetPlanarConfiguration(context, 0);
    codecs.SetPhotometricInterpretation(context, MONOCHROME2);
    codecs.SetEncodedBufferSize(context, encoded.length);
    new Uint8Array(codecs.memory.buffer).set(encoded, codecs.GetEncodedBuffer(context));
    codecs[DECODERS[family]](context, this.#parameters);
    if (this.#warnings.length > 0) throw new FrameError(`the ${family} data are damaged`);
    const size = codecs.GetDecodedBufferSize(context);
    if (size !== rows * columns * bytesPerSample)
      throw new FrameError(`decoded to ${String(size)} bytes, not to the image matrix`);
    const from = codecs.GetDecodedBuffer(context);
    const decoded = new Uint8Array(codecs.memory.buffer, from, size).slice();
    codecs.ReleaseCodecsContext(context);
    return decoded;
  }

  #instantiate(): CodecExports {
    const text = (at: number, length: number) =>
      Buffer.from(memory().buffer, at, length).toString('latin1');
    const instance = new WebAssembly.Instance(this.#module, {
      env: {
        onCodecsException: (at: number, length: number) => {
          throw new Error(text(at, length));
        },
        onCodecsInfo: (at: number, length: number) => {
          const message = text(at, length);
          if (DAMAGE.test(message)) this.#warnings.push(message);
        },
        onCodecsTrace: () => undefined,
        emscripten_notify_memory_growth: () => undefined,
      },
      // WASI with nothing behind it: no files, no environment, a clock that stands still.
      wasi_snapshot_preview1: {
        proc_exit: () => {
          throw new Error('the codecs gave up');
        },
        clock_time_get: () => 0,
        // OpenJPH writes its warnings to standard error.
        fd_write: (_file: number, list: number, count: number, written: number) => {
          this.#warnings.push('on standard error');
          const view = new DataView(memory().buffer);
          let length = 0;
          for (let i = 0; i < count; i++) length += view.getUint32(list + 8 * i + 4, true);
          view.setUint32(written, length, true);
          return 0;
        },
        fd_close: () => 0,
        fd_seek: () => 0,
        environ_sizes_get: (count: number, size: number) => {
          const view = new DataView(memory().buffer);
          view.setUint32(count, 0, true);
          view.setUint32(size, 0, true);
          return 0;
        },
        environ_get: () => 0,
      },
    });
    const exports = instance.exports as unknown as CodecExports;
    const memory = () => exports.memory;
    exports._initialize();
    this.#parameters = exports.CreateDecoderParameters();
    return exports;
  }
}
