import type { DataSet } from '../dicom/data-set.js';
import type { Acquisition } from '../values/acquisition.js';
import type { AssemblyOutcome, OpenGroup } from '../values/assembly-outcome.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { DicomError } from '../dicom/errors.js';
import { deterministicUid } from '../dicom/uid.js';
import { sopClass } from '../dicom/uids.js';
import { assemble } from './assemble.js';
import {
  completeness,
  inOrder,
  partFacts,
  type Part,
  type PartFacts,
  type Surroundings,
} from './completeness.js';
import { looksLikeOwnResult } from './own-result.js';
import { pairLocalizer, type LocalizerPair } from './pair-localizer.js';
import { NOT_INPUT_REASONS } from './reasons.js';

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
  /** Scans in parts of which an instance waits, with all their instances. */
  readonly openGroups: () => Promise<readonly OpenGroup[]>;
  /** Puts a scan in parts on record, and its workitem; a known content is nothing new. Returns the workitem's UID. */
  readonly recordGroup: (
    acquisition: Omit<Acquisition, 'revision'>,
    reason: string,
  ) => Promise<string | undefined>;
  /** Says why a scan in parts still waits. */
  readonly explainWaiting: (group: OpenGroup, reason: string) => Promise<void>;
  /** The scans of a study, and the fundus pictures that may be their localizers. */
  readonly imagesOfStudy: (studyInstanceUid: string) => Promise<{
    readonly scans: readonly Acquisition[];
    readonly pictures: readonly StoredInstance[];
  }>;
  readonly recordLocalizer: (acquisitionId: string, pair: LocalizerPair) => Promise<void>;
  /** B-scans that the device's profile expects of a scan like this one, if it says so. */
  readonly expectedFrames: (header: DataSet) => number | undefined;
  readonly surroundings: () => Surroundings;
  /** Has anyone asked for storage commitment of all of these instances? */
  readonly isCommitmentRequested: (sopInstanceUids: readonly string[]) => Promise<boolean>;
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
  /** What the parts of waiting scans say, so that each header is read once and not at every arrival. */
  private readonly facts = new Map<string, PartFacts>();
  /** Studies in which a scan or a fundus picture is new. */
  private readonly studiesToPair = new Set<string>();
  /** Why each waiting scan waited when it was last looked at. */
  private readonly waiting = new Map<string, string>();

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
      made += await this.completeGroups();
      await this.pairLocalizers();
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
      const isPicture = sopClass(instance.sopClassUid)?.use === 'localizer';
      if (workitem !== undefined || isPicture) this.studiesToPair.add(instance.studyInstanceUid);
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
      // The bytes themselves are damaged: another attempt would read the same, and the rest of its scan goes on.
      if (error instanceof DicomError)
        return { kind: 'not-input', reason: NOT_INPUT_REASONS.unreadable };
      return undefined;
    }
    const ownResult =
      (await isResult(instance.sopInstanceUid)) || looksLikeOwnResult(header, ownManufacturer);
    return assemble({ instance, header, ownResult });
  }

  /** Makes acquisitions of the scans in parts that are complete now. */
  private async completeGroups(): Promise<number> {
    let made = 0;
    for (const open of await this.ports.openGroups()) {
      const parts = await this.partsOf(open);
      if (parts === undefined) continue;
      const uids = parts.map(({ instance }) => instance.sopInstanceUid);
      const isCommitmentRequested = await this.ports.isCommitmentRequested(uids);
      const state = completeness(parts, this.ports.surroundings(), isCommitmentRequested);
      if ('waitFor' in state) {
        if (this.waiting.get(open.group) === state.waitFor) continue;
        this.waiting.set(open.group, state.waitFor);
        await this.ports.explainWaiting(open, state.waitFor);
        continue;
      }
      const instances = inOrder(parts).map(({ instance }) => instance);
      const workitem = await this.ports.recordGroup(
        {
          id: deterministicUid('acquisition', open.group),
          studyInstanceUid: instances[0]!.studyInstanceUid,
          instances,
          completeBecause: state.because,
        },
        state.reason,
      );
      this.waiting.delete(open.group);
      for (const { sopInstanceUid } of instances) this.facts.delete(sopInstanceUid);
      if (workitem === undefined) continue;
      made += 1;
      this.studiesToPair.add(instances[0]!.studyInstanceUid);
    }
    return made;
  }

  /** Joins each scan of the studies that have something new with its localizer, whichever came first. */
  private async pairLocalizers(): Promise<void> {
    for (const study of this.studiesToPair) {
      const { scans, pictures } = await this.ports.imagesOfStudy(study);
      const candidates = await this.headersOf(pictures);
      for (const scan of candidates.length === 0 ? [] : scans) {
        const [header] = await this.headersOf(scan.instances.slice(0, 1));
        const pair = header && pairLocalizer(header.header, candidates);
        if (pair !== undefined) await this.ports.recordLocalizer(scan.id, pair);
      }
      this.studiesToPair.delete(study);
    }
  }

  private async headersOf(
    instances: readonly StoredInstance[],
  ): Promise<{ readonly sopInstanceUid: string; readonly header: DataSet }[]> {
    const read = [];
    for (const { sopInstanceUid, path } of instances) {
      try {
        read.push({ sopInstanceUid, header: await this.ports.readHeader(path) });
      } catch (error) {
        this.ports.onUnreadable(sopInstanceUid, error);
      }
    }
    return read;
  }

  private async partsOf({ parts }: OpenGroup): Promise<readonly Part[] | undefined> {
    const read: Part[] = [];
    for (const part of parts) {
      const { sopInstanceUid, path } = part.instance;
      let facts = this.facts.get(sopInstanceUid);
      if (facts === undefined) {
        try {
          facts = partFacts(await this.ports.readHeader(path), this.ports.expectedFrames);
        } catch (error) {
          this.ports.onUnreadable(sopInstanceUid, error);
          return undefined;
        }
        this.facts.set(sopInstanceUid, facts);
      }
      read.push({ ...part, facts });
    }
    return read;
  }
}
