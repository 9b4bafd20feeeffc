/** Values that are made once and kept while they are in use: the most recent `most`, each `idleMs` after its last use. */
export class RecentValues<T> {
  readonly #kept = new Map<string, { readonly value: Promise<T>; timer?: NodeJS.Timeout }>();

  constructor(
    private readonly most: number,
    private readonly idleMs?: number,
  ) {}

  /** What cannot be made is not kept: the next one who asks tries again. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    clearTimeout(known?.timer);
    this.#kept.delete(key);
    const value = known?.value ?? make();
    const entry: { readonly value: Promise<T>; timer?: NodeJS.Timeout } = { value };
    this.#kept.set(key, entry);
    if (known === undefined) {
      value.catch(() => {
        if (this.#kept.get(key)?.value === value) this.#forget(key);
      });
    }
    if (this.idleMs !== undefined) {
      entry.timer = setTimeout(() => {
        this.#forget(key);
      }, this.idleMs).unref();
    }
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.most && oldest !== undefined) this.#forget(oldest);
    return value;
  }

  #forget(key: string): void {
    clearTimeout(this.#kept.get(key)?.timer);
    this.#kept.delete(key);
  }
}
