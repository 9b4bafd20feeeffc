import type { DataSet } from '../dicom/data-set.js';
import type { AssemblyOutcome } from '../values/assembly-outcome.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { assemble } from './assemble.js';
import { looksLikeOwnResult } from './own-result.js';

/** What the assembly needs of the archive; `node.ts` joins them. */
export interface AssemblyPorts {
  /** Acknowledged instances that are not decided upon, oldest first. */
  readonly unassembled: () => Promise<readonly StoredInstance[]>;
  /** The elements before Pixel Data of the file at `path`. */
  readonly readHeader: (path: string) => Promise<DataSet>;
  /** Is this UID one of our results, as the ledger knows them? */
  readonly isResult: (sopInstanceUid: string) => Promise<boolean>;
  /** Puts the outcome on record, and with an acquisition its workitem; returns the workitem's UID if it is new. */
  readonly record: (
    sopInstanceUid: string,
    outcome: AssemblyOutcome,
  ) => Promise<string | undefined>;
  /** Manufacturer (0008,0070) in the objects that this node makes. */
  readonly ownManufacturer: string;
  /** Told of an instance whose file cannot be read now. */
  readonly onUnreadable: (sopInstanceUid: string, error: unknown) => void;
}

/**
 * Decides upon everything that waits, after each reception and at start alike: what a crash left undecided is found
 * the same way as what has just come in. Calls of `run` while it runs join into one more round.
 */
export class Assembler {
  private running: Promise<number> | undefined;
  private again = false;

  constructor(private readonly ports: AssemblyPorts) {}

  /** Resolves with the number of new workitems, once nothing waits that was there when `run` was called. */
  run(): Promise<number> {
    if (this.running !== undefined) {
      this.again = true;
      return this.running;
    }
    this.running = this.drain();
    return this.running;
  }

  private async drain(): Promise<number> {
    let made = 0;
    try {
      let more = true;
      while (more) {
        this.again = false;
        const page = await this.decideUponPage();
        made += page.made;
        more = page.decided > 0 || this.calledAgain();
      }
      return made;
    } finally {
      // In the same turn as the last look at `again`: a call in between would be lost.
      this.running = undefined;
    }
  }

  /** A method, because the compiler does not see that `run` may have set it meanwhile. */
  private calledAgain(): boolean {
    return this.again;
  }

  private async decideUponPage(): Promise<{ decided: number; made: number }> {
    let decided = 0;
    let made = 0;
    for (const instance of await this.ports.unassembled()) {
      const outcome = await this.decide(instance);
      if (outcome === undefined) continue;
      const workitem = await this.ports.record(instance.sopInstanceUid, outcome);
      decided += 1;
      if (workitem !== undefined) made += 1;
    }
    return { decided, made };
  }

  /**
   * `undefined` where the file, which could be read when it was received, cannot be read now: the instance goes on
   * waiting for the next run and does not keep the others waiting (R11).
   */
  private async decide(instance: StoredInstance): Promise<AssemblyOutcome | undefined> {
    const { isResult, readHeader, ownManufacturer, onUnreadable } = this.ports;
    let header: DataSet;
    try {
      header = await readHeader(instance.path);
    } catch (error) {
      onUnreadable(instance.sopInstanceUid, error);
      return undefined;
    }
    const ownResult =
      (await isResult(instance.sopInstanceUid)) || looksLikeOwnResult(header, ownManufacturer);
    return assemble({ instance, header, ownResult });
  }
}
