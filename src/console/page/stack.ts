/** How many B-scans are fetched at a time, beside the one that is asked for. */
const PARALLEL = 4;
/** How far ahead of the reader, in the direction in which the stack is turned, and how far behind. */
const AHEAD = 24;
const BEHIND = 6;
/** In memory; the browser's own cache holds the compressed ones. */
const KEPT = 160;

/** Something of each B-scan of a scan: fetched once, and what comes next before it is asked for. */
export class Stack<T> {
  readonly #kept = new Map<number, Promise<T>>();
  #at = 0;
  #direction = 1;
  #underway = 0;

  constructor(
    private readonly count: number,
    private readonly load: (frame: number) => Promise<T>,
  ) {}

  get(frame: number): Promise<T> {
    if (frame !== this.#at) this.#direction = Math.sign(frame - this.#at);
    this.#at = frame;
    const wanted = this.#fetch(frame);
    wanted.then(
      () => {
        this.#fetchAhead();
      },
      () => undefined,
    );
    return wanted;
  }

  #fetchAhead(): void {
    const next = this.#underway < PARALLEL ? this.#nextMissing() : undefined;
    if (next === undefined) return;
    this.#underway++;
    const again = () => {
      this.#underway--;
      this.#fetchAhead();
    };
    this.#fetch(next).then(again, again);
    this.#fetchAhead();
  }

  #nextMissing(): number | undefined {
    for (let step = 1; step <= AHEAD; step++) {
      const behind = step <= BEHIND ? [this.#at - step * this.#direction] : [];
      for (const frame of [this.#at + step * this.#direction, ...behind]) {
        if (frame >= 0 && frame < this.count && !this.#kept.has(frame)) return frame;
      }
    }
    return undefined;
  }

  #fetch(frame: number): Promise<T> {
    const known = this.#kept.get(frame);
    this.#kept.delete(frame);
    const made = known ?? this.load(frame);
    this.#kept.set(frame, made);
    if (known === undefined) {
      made.catch(() => this.#kept.delete(frame));
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    }
    return made;
  }
}
