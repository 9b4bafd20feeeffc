import { readPart10Header, type Part10Header } from '../dicom/part10.js';

/** A viewer asks for the frames of one object one by one, and the header of 2048 frames takes a while to read. */
const KEPT = 8;

/** Headers of files that never change, read once as long as they are asked for. */
export class Headers {
  readonly #byPath = new Map<string, Promise<Part10Header>>();

  read(path: string): Promise<Part10Header> {
    const known = this.#byPath.get(path);
    const reading = known ?? readPart10Header(path);
    this.#byPath.delete(path);
    this.#byPath.set(path, reading); // the newest is last
    if (known === undefined) {
      reading.catch(() => this.#byPath.delete(path));
      const [oldest] = this.#byPath.keys();
      if (this.#byPath.size > KEPT && oldest !== undefined) this.#byPath.delete(oldest);
    }
    return reading;
  }
}
