import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { encodeFileMeta } from '../dicom/part10.js';
import { isUid } from '../dicom/uid.js';
import type { StoredInstance } from '../values/stored-instance.js';
import type { DataFolder, FreeBytes } from './data-folder.js';
import { checkDataSet } from './data-set-check.js';
import { HashingFileWriter, moveDurably } from './durable-file.js';
import { isOutOfSpace } from './errors.js';
import type { Events, EventName } from './events.js';
import type { Instances } from './instances.js';
import { RECEPTION_STATUSES, type ReceptionRefusal } from './reception-status.js';

/** What a C-STORE request and its association, or a STOW-RS request, say before the first byte of the data set. */
export interface ReceptionRequest {
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** The study that it must belong to, where the request names one (STOW-RS). */
  readonly studyInstanceUid?: string;
}

/** What the sender is answered, and what is on record if it is good. */
export interface ReceptionOutcome {
  readonly status: number;
  readonly comment?: string;
  readonly instance?: StoredInstance;
  /** The same content was there before: nothing new to do. */
  readonly duplicate?: boolean;
}

/** One object on its way in. Either `finish` or `abandon` ends it. */
export interface Reception {
  /** Takes the next bytes of the data set, which must not change until this resolves. Never rejects: `finish` tells of a failure. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** Success exactly when file, name and ledger row are durable (R4). Never rejects. */
  finish(): Promise<ReceptionOutcome>;
  /** The transfer ended early: nothing of it is kept. */
  abandon(reason: string): Promise<void>;
}

export interface ReceptionParts {
  readonly folder: DataFolder;
  readonly instances: Instances;
  readonly events: Events;
  readonly freeBytes: FreeBytes;
  /** Watermark: nothing is taken that would leave less. */
  readonly minimumFreeBytes: number;
  readonly now: () => number;
}

/** Free space is asked for again each time so much has come in: one object may be larger than what is left. */
const WATERMARK_INTERVAL = 64 * 1024 * 1024;

/** PS3.5 6.2, VR AE. */
const AE_TITLE = /^(?=.*[^ ])[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** Begins to receive one object. What is wrong from the start is told by `finish`, after the data set has passed by. */
export async function openReception(
  parts: ReceptionParts,
  request: ReceptionRequest,
): Promise<Reception> {
  const reception = new FileReception(parts, request);
  await reception.open();
  return reception;
}

interface Fault {
  readonly refusal: ReceptionRefusal;
  readonly reason: string;
}

class FileReception implements Reception {
  private readonly receipt = randomUUID();
  private readonly incoming: string;
  private writer: HashingFileWriter | undefined;
  private fault: Fault | undefined;
  private faultOnRecord = false;
  private nextWatermarkCheck = WATERMARK_INTERVAL;

  constructor(
    private readonly parts: ReceptionParts,
    private readonly request: ReceptionRequest,
  ) {
    this.incoming = parts.folder.incoming(this.receipt);
  }

  async open(): Promise<void> {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle } = this.request;
    if (!isUid(sopClassUid) || !isUid(sopInstanceUid)) {
      this.fault = { refusal: 'illegalUid', reason: 'illegal UID in the command' };
      return;
    }
    await this.attempt(async () => {
      const head = encodeFileMeta({
        sopClassUid,
        sopInstanceUid,
        transferSyntaxUid,
        // Optional (PS3.10 7.1): left out where what the peer called itself cannot be written.
        ...(AE_TITLE.test(callingAeTitle) && { sourceApplicationEntityTitle: callingAeTitle }),
      });
      const creating = HashingFileWriter.create(this.incoming, head);
      // Asked side by side: where there is too little room, `finish` removes the empty file again.
      await Promise.all([
        creating.then((writer) => (this.writer = writer)),
        this.checkWatermark(0),
      ]);
    });
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const { writer } = this;
    if (writer === undefined || this.fault !== undefined) return;
    await this.attempt(async () => {
      await writer.write(chunks);
      if (writer.byteLength < this.nextWatermarkCheck) return;
      this.nextWatermarkCheck = writer.byteLength + WATERMARK_INTERVAL;
      await this.checkWatermark(WATERMARK_INTERVAL);
    });
  }

  async finish(): Promise<ReceptionOutcome> {
    const outcome = await this.attempt(() => this.store());
    return (
      outcome ??
      (await this.refuse(this.fault ?? { refusal: 'processingFailure', reason: 'finished twice' }))
    );
  }

  async abandon(reason: string): Promise<void> {
    await this.discardIncoming();
    await this.record('abandoned', reason).catch(() => undefined);
  }

  /** Runs a step; an error becomes the fault that `finish` answers. */
  private async attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.fault ??= {
        refusal: isOutOfSpace(error) ? 'outOfResources' : 'processingFailure',
        reason: error instanceof Error && 'code' in error ? String(error.code) : 'internal error',
      };
      return undefined;
    }
  }

  private async checkWatermark(about: number): Promise<void> {
    const free = await this.parts.freeBytes(this.parts.folder.root);
    if (free - about >= this.parts.minimumFreeBytes) return;
    this.fault = { refusal: 'outOfResources', reason: 'free disk space is below the watermark' };
  }

  private async store(): Promise<ReceptionOutcome | undefined> {
    const { writer, parts, request } = this;
    if (writer === undefined || this.fault !== undefined) return undefined;
    const { digest, byteLength } = await writer.finish();
    const { headLength } = writer;
    const checked = await checkDataSet(
      { path: this.incoming, start: writer.start(), dataSetOffset: headLength, byteLength },
      request,
    );
    if ('refusal' in checked) {
      await this.quarantine(this.incoming, checked, { digest });
      return undefined;
    }
    const known = await parts.instances.find(request.sopInstanceUid);
    if (known !== undefined) return await this.answerKnown(known, digest, this.incoming);

    await writer.sync();
    await writer.close();
    const at = parts.now();
    const path = await parts.folder.place('archive', this.receipt, at);
    await moveDurably(this.incoming, path);
    return await this.commit({
      ...checked,
      sopInstanceUid: request.sopInstanceUid,
      sopClassUid: request.sopClassUid,
      transferSyntaxUid: request.transferSyntaxUid,
      digest,
      path,
      byteLength,
      callingAeTitle: request.callingAeTitle,
      peerAddress: request.peerAddress,
      receivedAt: new Date(at).toISOString(),
    });
  }

  private async commit(stored: StoredInstance): Promise<ReceptionOutcome | undefined> {
    const { instances } = this.parts;
    try {
      const { calledAeTitle, associationId } = this.request;
      const admission = await instances.admit({ instance: stored, calledAeTitle, associationId });
      if (admission.kind === 'new') return success(admission.stored, false);
      // Another reception of the same UID was committed in between.
      return await this.answerKnown(admission.stored, stored.digest, stored.path);
    } catch (error) {
      // Whether a failed commit reached the disk is asked, not guessed. If the ledger cannot say, the file stays for
      // recovery to judge.
      const known = await instances.find(stored.sopInstanceUid);
      if (known?.path === stored.path) return success(known, false);
      await rm(stored.path, { force: true });
      throw error;
    }
  }

  /** The UID is on record: same content is success, other content is kept aside and refused (R3). */
  private async answerKnown(
    known: StoredInstance,
    digest: string,
    path: string,
  ): Promise<ReceptionOutcome | undefined> {
    if (known.digest === digest) {
      await this.discard(path);
      await this.record('duplicate', undefined, { digest });
      return success(known, true);
    }
    const reason = 'SOP Instance UID is on record with another digest';
    await this.quarantine(
      path,
      { refusal: 'conflict', reason },
      { digest, storedDigest: known.digest },
    );
    return undefined;
  }

  /** Sets the bytes aside and says why; not synced, because the sender is told that they are not kept. */
  private async quarantine(
    path: string,
    fault: Fault,
    digests: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.fault = fault;
    const { folder } = this.parts;
    await this.writer?.close();
    this.writer = undefined;
    const target = folder.quarantined(this.receipt);
    await moveDurably(path, target);
    const { status } = RECEPTION_STATUSES[fault.refusal];
    await this.record(fault.refusal === 'conflict' ? 'conflict' : 'quarantined', fault.reason, {
      ...digests,
      status,
      file: folder.relative(target),
    });
    this.faultOnRecord = true;
  }

  private async refuse({ refusal, reason }: Fault): Promise<ReceptionOutcome> {
    const { status, comment } = RECEPTION_STATUSES[refusal];
    await this.discardIncoming();
    if (!this.faultOnRecord)
      await this.record('refused', reason, { status }).catch(() => undefined);
    return { status, comment };
  }

  private record(
    what: EventName,
    reason?: string,
    detail?: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const { sopInstanceUid, associationId } = this.request;
    const legal = isUid(sopInstanceUid);
    return this.parts.events.record({
      subjectKind: legal ? 'instance' : 'association',
      subjectUid: legal ? sopInstanceUid : associationId,
      what,
      reason,
      detail: { ...detail, association: associationId },
    });
  }

  private discardIncoming(): Promise<void> {
    return this.discard(this.incoming);
  }

  private async discard(path: string): Promise<void> {
    await this.writer?.close().catch(() => undefined);
    this.writer = undefined;
    await rm(path, { force: true }).catch(() => undefined); // recovery discards what stays
  }
}

function success(instance: StoredInstance, duplicate: boolean): ReceptionOutcome {
  return { status: RECEPTION_STATUSES.success.status, instance, duplicate };
}
