/** Decoded frames in memory; the browser's own cache holds the compressed ones. */
const KEPT = 40;
/** How far ahead of the reader frames are fetched. */
const AHEAD = 6;

export interface Frame {
  readonly picture: ImageBitmap;
  /** Rows × columns, indices of TISSUES. */
  readonly tissues: Uint8Array;
}

/** The frames of one scan, fetched once, and those around the reader before they are asked for. */
export class Frames {
  readonly #frames = new Map<number, Promise<Frame>>();

  constructor(
    private readonly id: string,
    private readonly version: string,
    private readonly count: number,
  ) {}

  get(frame: number): Promise<Frame> {
    const wanted = this.#fetch(frame);
    void wanted.then(async () => {
      for (let step = 1; step <= AHEAD; step++) {
        for (const near of [frame + step, frame - step]) {
          if (near >= 0 && near < this.count) await this.#fetch(near).catch(() => undefined);
        }
      }
    });
    return wanted;
  }

  #fetch(frame: number): Promise<Frame> {
    const known = this.#frames.get(frame);
    this.#frames.delete(frame);
    const made = known ?? this.#load(frame);
    this.#frames.set(frame, made);
    if (known === undefined) {
      made.catch(() => this.#frames.delete(frame));
      const [oldest] = this.#frames.keys();
      if (this.#frames.size > KEPT && oldest !== undefined) this.#frames.delete(oldest);
    }
    return made;
  }

  async #load(frame: number): Promise<Frame> {
    const base = `/api/scans/${encodeURIComponent(this.id)}/volume`;
    const get = async (what: string): Promise<Response> => {
      const response = await fetch(`${base}/${what}/${frame}?v=${this.version}`);
      if (!response.ok) throw new Error(`the node answers ${response.status}`);
      return response;
    };
    const [picture, tissues] = await Promise.all([get('frames'), get('tissues')]);
    return {
      picture: await createImageBitmap(await picture.blob()),
      tissues: new Uint8Array(await tissues.arrayBuffer()),
    };
  }
}
