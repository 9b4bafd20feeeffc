/** So much is read at once, if so much is there. */
const BLOCK_LENGTH = 256 * 1024;
/** A shorter rest of a block is not read into any more. */
const SHORTEST_SPACE = 64 * 1024;
/** What was given back beyond 16 MiB is left to the garbage collector. */
const MOST_FREE = 64;

/** A block of memory that is in use as long as someone holds it. Who never lets go costs a block, not correctness. */
export class MemoryBlock {
  readonly bytes = Buffer.allocUnsafeSlow(BLOCK_LENGTH);
  #holders = 0;

  constructor(private readonly unused: (block: MemoryBlock) => void) {}

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.unused(this);
  }
}

/**
 * What the connections of a server read into, again and again. Node's own way, a new buffer for each read, made the
 * garbage collector the largest consumer of CPU while objects came in (decision 7).
 */
export class ReceiveMemory {
  readonly #free: MemoryBlock[] = [];

  take(): MemoryBlock {
    const block =
      this.#free.pop() ??
      new MemoryBlock((unused) => {
        this.#keep(unused);
      });
    block.hold();
    return block;
  }

  #keep(block: MemoryBlock): void {
    if (this.#free.length < MOST_FREE) this.#free.push(block);
  }
}

/** Where one connection reads into: the block in use, filled from its beginning. */
export class ReceiveSpace {
  #block: MemoryBlock;
  #filled = 0;

  constructor(private readonly memory: ReceiveMemory) {
    this.#block = memory.take();
  }

  /** Where the next read goes. */
  get next(): Buffer {
    return this.#block.bytes.subarray(this.#filled);
  }

  /** Hands over the `length` bytes that came; who wants them longer than the call holds the block. */
  filled(length: number, use: (chunk: Buffer, block: MemoryBlock) => void): void {
    const block = this.#block;
    const chunk = block.bytes.subarray(this.#filled, this.#filled + length);
    this.#filled += length;
    use(chunk, block);
    if (BLOCK_LENGTH - this.#filled >= SHORTEST_SPACE) return;
    block.letGo();
    this.#block = this.memory.take();
    this.#filled = 0;
  }

  /** The connection is closed: nothing is read any more. */
  close(): void {
    this.#block.letGo();
  }
}
