import { COMMAND_FIELDS, NO_DATA_SET } from './command-set.js';
import { DimseError } from './errors.js';
import { MAX_CONTEXTS, describeContextResult } from './negotiation.js';
import type { WantedContext } from './negotiation.js';
import { answered, failed } from './outcome.js';
import type { SendOutcome } from './outcome.js';
import { Requestor } from './requestor.js';
import type { Peer, RequestorOptions } from './requestor.js';
import { StoreScu } from './services/store-scu.js';
import type { OutgoingInstance } from './services/store-scu.js';
import { SOP_CLASSES, TRANSFER_SYNTAXES, sopClass, transferSyntax } from '../dicom/uids.js';

export type { Answered, Failed, SendOutcome } from './outcome.js';
export type { Peer, RequestorOptions } from './requestor.js';
export type { PeerTls } from './upper-layer/tls.js';
export type { OutgoingInstance } from './services/store-scu.js';

/**
 * Sends instances by C-STORE over one association (R19), or several where they need more than 128 presentation
 * contexts. The contexts are made from the batch: each instance goes as it lies in its file, never transcoded.
 * Never rejects; the outcomes come in the order of the instances.
 * @param onOutcome told of each as soon as it is known
 */
export async function sendInstances(
  peer: Peer,
  instances: readonly OutgoingInstance[],
  options: RequestorOptions = {},
  onOutcome: Settle = () => undefined,
): Promise<SendOutcome[]> {
  const outcomes = new Map<OutgoingInstance, SendOutcome>();
  const settle: Settle = (instance, outcome) => {
    outcomes.set(instance, outcome);
    onOutcome(instance, outcome);
  };
  for (const batch of batches(instances)) await sendBatch(peer, batch, options, settle);
  return instances.map(
    (instance) =>
      outcomes.get(instance) ?? failed(new DimseError('OCT_DIMSE_INTERRUPTED', 'not attempted')),
  );
}

/**
 * C-ECHO: is the peer there, does it know us, does it answer? Opens and releases an association of its own. Never
 * rejects.
 */
export async function echo(peer: Peer, options: RequestorOptions = {}): Promise<SendOutcome> {
  const wanted: WantedContext = {
    sopClassUid: SOP_CLASSES.verification.uid,
    transferSyntaxUid: TRANSFER_SYNTAXES.implicitVrLittleEndian.uid,
  };
  try {
    const association = await Requestor.open(peer, [wanted], options);
    try {
      const response = await association.request(contextId(association, wanted), {
        commandField: COMMAND_FIELDS['C-ECHO-RQ'],
        affectedSopClassUid: wanted.sopClassUid,
        commandDataSetType: NO_DATA_SET,
      });
      return answered(response);
    } finally {
      await association.release();
    }
  } catch (error) {
    return failed(error);
  }
}

type Settle = (instance: OutgoingInstance, outcome: SendOutcome) => void;

interface Batch {
  readonly wanted: readonly WantedContext[];
  readonly instances: readonly OutgoingInstance[];
}

/** Distinct pairs of SOP class and transfer syntax, at most 128 a batch (R25). */
function batches(instances: readonly OutgoingInstance[]): Batch[] {
  const made: { wanted: WantedContext[]; instances: OutgoingInstance[] }[] = [];
  const home = new Map<string, { wanted: WantedContext[]; instances: OutgoingInstance[] }>();
  for (const instance of instances) {
    const key = `${instance.sopClassUid} ${instance.transferSyntaxUid}`;
    let batch = home.get(key);
    if (!batch) {
      batch = made.at(-1);
      if (!batch || batch.wanted.length === MAX_CONTEXTS) {
        batch = { wanted: [], instances: [] };
        made.push(batch);
      }
      home.set(key, batch);
      const { sopClassUid, transferSyntaxUid } = instance;
      batch.wanted.push({ sopClassUid, transferSyntaxUid });
    }
    batch.instances.push(instance);
  }
  return made;
}

async function sendBatch(
  peer: Peer,
  batch: Batch,
  options: RequestorOptions,
  settle: Settle,
): Promise<void> {
  let association: Requestor;
  try {
    association = await Requestor.open(peer, batch.wanted, options);
  } catch (error) {
    for (const instance of batch.instances) settle(instance, failed(error));
    return;
  }
  const store = new StoreScu(association);
  for (const [i, instance] of batch.instances.entries()) {
    const next = batch.instances[i + 1];
    settle(instance, await sendOne(association, store, instance, next));
  }
  await store.close();
  await association.release();
}

async function sendOne(
  association: Requestor,
  store: StoreScu,
  instance: OutgoingInstance,
  next: OutgoingInstance | undefined,
): Promise<SendOutcome> {
  try {
    const id = contextId(association, instance);
    if (!association.isOpen) {
      throw new DimseError('OCT_DIMSE_INTERRUPTED', 'the association ended at an earlier object');
    }
    return answered(await store.send(id, instance, next));
  } catch (error) {
    return failed(error);
  }
}

function contextId(association: Requestor, wanted: WantedContext): number {
  const context = association.acceptedContext(wanted);
  if (context) return context.id;
  throw new DimseError('OCT_DIMSE_NO_CONTEXT', whatWasProposed(association, wanted));
}

/** R24: the SOP class, what we proposed for it, and what the peer accepted. */
function whatWasProposed(association: Requestor, wanted: WantedContext): string {
  const own = association.contexts.find(
    (context) =>
      context.sopClassUid === wanted.sopClassUid &&
      context.proposedTransferSyntaxes.includes(wanted.transferSyntaxUid),
  );
  const accepted = association.contexts.filter(({ result }) => result === 'acceptance');
  const list = accepted.map(
    (c) => `${named(c.sopClassUid)} in ${named(c.transferSyntaxUid ?? '')}`,
  );
  return [
    `${named(wanted.sopClassUid)} proposed in ${named(wanted.transferSyntaxUid)}: ` +
      describeContextResult(own?.result ?? 'noReason'),
    list.length === 0 ? 'the peer accepted no context' : `the peer accepted ${list.join('; ')}`,
  ].join('; ');
}

function named(uid: string): string {
  const name = sopClass(uid)?.name ?? transferSyntax(uid)?.name;
  return name === undefined ? uid : `${name} (${uid})`;
}
