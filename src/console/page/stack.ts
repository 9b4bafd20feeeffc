/** How many are fetched at a time: a browser has six connections to a node, of which one tells of changes. */
const PARALLEL = 4;
/** How far ahead of the reader, in the direction in which the stack is turned, and how far behind. */
const AHEAD = 24;
const BEHIND = 4;

/**
 * Something of each B-scan of a scan, fetched as the reader turns the stack: what he looks at first, then what comes next.
 * What he has passed before it could be begun is not fetched.
 */
export class Stack<T> {
  readonly #loaded = new Map<number, T>();
  readonly #underway = new Set<number>();
  readonly #failed = new Set<number>();
  #at = 0;
  #direction = 1;

  /**
   * @param kept how many stay in memory, those that were looked at last
   * @param load is tried again when the reader moves
   */
  constructor(
    private readonly count: number,
    private readonly kept: number,
    private readonly load: (frame: number) => Promise<T>,
    private readonly onLoaded: (loaded: T) => void,
  ) {}

  /** The reader is there now. What is known of the frame; where nothing is, `onLoaded` tells. */
  turnTo(frame: number): T | undefined {
    if (frame !== this.#at) this.#direction = Math.sign(frame - this.#at);
    this.#at = frame;
    this.#failed.clear();
    this.#begin();
    const known = this.#loaded.get(frame);
    if (known !== undefined) this.#keep(frame, known);
    return known;
  }

  #begin(): void {
    while (this.#underway.size < PARALLEL) {
      const frame = this.#next();
      if (frame === undefined) return;
      this.#underway.add(frame);
      this.load(frame)
        .then(
          (loaded) => {
            this.#keep(frame, loaded);
            this.onLoaded(loaded);
          },
          () => this.#failed.add(frame),
        )
        .finally(() => {
          this.#underway.delete(frame);
          this.#begin();
        });
    }
  }

  /** The nearest to the reader that is missing, those ahead before those behind. */
  #next(): number | undefined {
    for (let step = 0; step <= AHEAD; step++) {
      const behind = step <= BEHIND ? [this.#at - step * this.#direction] : [];
      for (const frame of [this.#at + step * this.#direction, ...behind]) {
        if (frame >= 0 && frame < this.count && this.#isMissing(frame)) return frame;
      }
    }
    return undefined;
  }

  #isMissing(frame: number): boolean {
    return ![this.#loaded, this.#underway, this.#failed].some((known) => known.has(frame));
  }

  #keep(frame: number, loaded: T): void {
    this.#loaded.delete(frame);
    this.#loaded.set(frame, loaded);
    const [oldest] = this.#loaded.keys();
    if (this.#loaded.size > this.kept && oldest !== undefined) this.#loaded.delete(oldest);
  }
}
