import type { PdvSlice } from './pdu-reader.js';

/** Above this many bytes waiting, the socket is paused; below half of it, it is read again. */
export const PDV_QUEUE_HIGH_WATER = 4 * 1024 * 1024;
/** What one slice costs us beside its payload: it counts, so that empty PDVs cannot fill the memory. */
const SLICE_OVERHEAD = 128;

/**
 * The PDV slices of one association in the order of their arrival, between the socket and the one reader who takes
 * them. Bounded: `onFull` pauses the socket, `onRoom` resumes it.
 */
export class PdvQueue {
  #slices: PdvSlice[] = [];
  #taken = 0;
  #bytes = 0;
  #full = false;
  #ended = false;
  #failure: Error | undefined;
  #waiting: (() => void) | undefined;

  constructor(
    private readonly onFull: () => void,
    private readonly onRoom: () => void,
  ) {}

  get isFull(): boolean {
    return this.#full;
  }

  push(slice: PdvSlice): void {
    if (this.#failure) return;
    this.#slices.push(slice);
    this.#bytes += slice.payload.length + SLICE_OVERHEAD;
    if (!this.#full && this.#bytes >= PDV_QUEUE_HIGH_WATER) {
      this.#full = true;
      this.onFull();
    }
    this.#wake();
  }

  /** Nothing more will come; what waits may still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What waits is dropped; the reader gets `error`. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#slices = [];
    this.#taken = 0;
    this.#bytes = 0;
    this.#wake();
  }

  /** Resolves when `peek` has an answer. */
  async ready(): Promise<void> {
    while (!this.#failure && !this.#ended && this.#taken === this.#slices.length) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  /** The next slice without taking it; undefined where none waits. @throws what `fail` was given */
  peek(): PdvSlice | undefined {
    if (this.#failure) throw this.#failure;
    return this.#slices[this.#taken];
  }

  /** Takes the slice that `peek` showed. */
  take(): void {
    const slice = this.#slices[this.#taken];
    if (!slice) return;
    this.#taken += 1;
    this.#bytes -= slice.payload.length + SLICE_OVERHEAD;
    if (this.#taken === this.#slices.length || this.#taken >= 1024) {
      this.#slices = this.#slices.slice(this.#taken);
      this.#taken = 0;
    }
    if (this.#full && this.#bytes <= PDV_QUEUE_HIGH_WATER / 2) {
      this.#full = false;
      this.onRoom();
    }
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
