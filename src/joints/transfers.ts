/** The part of an association's events that tells whether more may be under way. */
interface TransferEvent {
  readonly type: string;
  readonly associationId: string;
  readonly callingAeTitle?: string;
}

const ENDINGS: ReadonlySet<string> = new Set(['released', 'aborted', 'disconnected']);

/** So many releases are remembered; an older one is no hint any more, and its scans wait for the quiet time. */
const REMEMBERED_RELEASES = 1000;

/** Who is sending now, and which associations ended in order: hints for whether a scan in parts is complete (R9). */
export class Transfers {
  readonly #open = new Map<string, string>();
  readonly #released = new Set<string>();

  /** Takes an event of the listener; true if an association has ended, so that a scan may be complete now. */
  observe({ type, associationId, callingAeTitle = '' }: TransferEvent): boolean {
    if (type === 'accepted') this.#open.set(associationId, callingAeTitle);
    if (!ENDINGS.has(type) || !this.#open.delete(associationId)) return false;
    if (type === 'released') {
      this.#released.add(associationId);
      const [oldest] = this.#released;
      if (this.#released.size > REMEMBERED_RELEASES && oldest !== undefined)
        this.#released.delete(oldest);
    }
    return true;
  }

  isSending(callingAeTitle: string): boolean {
    return [...this.#open.values()].includes(callingAeTitle);
  }

  wasReleased(associationId: string): boolean {
    return this.#released.has(associationId);
  }
}
