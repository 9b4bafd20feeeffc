import type { PdvSlice } from './pdu-reader.js';
import type { MemoryBlock } from './receive-memory.js';

/** Above this many bytes waiting or lent, the socket is paused; below three quarters of it, it is read again. */
export const PDV_QUEUE_HIGH_WATER = 1024 * 1024;
/** More than half, so that a reader who gives back half has it read again (each slice weighs more than its payload). */
const LOW_WATER = (PDV_QUEUE_HIGH_WATER * 3) / 4;
/** What one slice costs us beside its payload: it counts, so that empty PDVs cannot fill the memory. */
const SLICE_OVERHEAD = 128;

/** A slice, and the memory in which it lies where that is to be used again. */
interface Waiting {
  readonly slice: PdvSlice;
  readonly block: MemoryBlock | undefined;
}

/**
 * The PDV slices of one association in the order of their arrival, between the socket and the one reader who takes
 * them. Bounded: `onFull` pauses the socket, `onRoom` resumes it.
 */
export class PdvQueue {
  #slices: Waiting[] = [];
  #lent: MemoryBlock[] = [];
  #lentBytes = 0;
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

  /** @param block where the slice lies, held until it was taken and given back */
  push(slice: PdvSlice, block?: MemoryBlock): void {
    if (this.#failure) return;
    block?.hold();
    this.#slices.push({ slice, block });
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
    for (const { block } of this.#slices.slice(this.#taken)) block?.letGo();
    this.#slices = [];
    this.#taken = 0;
    this.#bytes = 0;
    this.#lentBytes = 0;
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
    return this.#slices[this.#taken]?.slice;
  }

  /** Takes the slice that `peek` showed. */
  take(): void {
    const waiting = this.#slices[this.#taken];
    if (!waiting) return;
    const { slice, block } = waiting;
    if (block) this.#lent.push(block);
    this.#taken += 1;
    this.#lentBytes += slice.payload.length + SLICE_OVERHEAD;
    if (this.#taken === this.#slices.length || this.#taken >= 1024) {
      this.#slices = this.#slices.slice(this.#taken);
      this.#taken = 0;
    }
  }

  /**
   * The reader is done with everything that it took: the memory is read into again. To be called before it waits:
   * what is lent counts.
   */
  giveBack(): void {
    for (const block of this.#lent) block.letGo();
    this.#lent = [];
    this.#bytes -= this.#lentBytes;
    this.#lentBytes = 0;
    if (this.#full && !this.#failure && this.#bytes <= LOW_WATER) {
      this.#full = false;
      this.onRoom();
    }
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
