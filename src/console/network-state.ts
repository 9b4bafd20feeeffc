import { isAdmitted, parseCaller, type Caller } from '../config/caller.js';
import type { Destination, SenderDestination } from '../config/destination.js';
import { isAeDestination, showDestination } from '../config/destination.js';
import type { Tables } from '../config/tables-file.js';
import { sopClass } from '../dicom/uids.js';
import type {
  CallerRow,
  DeadLetter,
  DestinationRow,
  NetworkState,
  Origin,
  RefusalRow,
} from './model.js';
import type { DeliveryRecord } from './records.js';
import { hex } from './steps.js';

export interface CallerStatistics {
  readonly callingAeTitle: string;
  readonly associations: number;
  readonly lastAssociationAt: number;
  readonly lastAddress: string;
  readonly objects: number;
  readonly lastObjectAt: number | undefined;
}

export interface RefusalRecord {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peerAddress: string;
  readonly lack: string;
  readonly sopClassUid: string;
  readonly why: string;
  readonly count: number;
  readonly lastAt: number;
}

/** What is asked to tell how the network is. */
export interface NetworkSources {
  readonly node: Pick<NetworkState, 'aeTitle' | 'calledAeTitles' | 'dimsePort' | 'tlsPort'>;
  /** The tables in use, of the environment and of the file: each destination with an address of its own. */
  readonly current: () => Pick<Tables, 'callers' | 'aeAddresses'> & {
    readonly destinations: readonly Destination[];
  };
  /** Those of the file. */
  readonly inFile: () => Tables;
  readonly callers: () => Promise<readonly CallerStatistics[]>;
  readonly destinations: () => Promise<
    readonly {
      readonly destination: string;
      readonly counts: Readonly<Record<DeliveryRecord['state'], number>>;
      readonly lastDeliveredAt: number | undefined;
      readonly waitsBecause: string | undefined;
    }[]
  >;
  readonly deadLetters: () => Promise<readonly DeliveryRecord[]>;
  readonly refusals: () => Promise<readonly RefusalRecord[]>;
  readonly silent: () => readonly {
    readonly callingAeTitle: string;
    readonly since: number;
    readonly missedHours: number;
  }[];
}

/**
 * Who may come in, where results go, who was refused, and what did not arrive.
 * @param withComments Error Comments of peers may hold anything, so they are not shown everywhere
 */
export async function networkState(
  ports: NetworkSources,
  withComments: boolean,
): Promise<NetworkState> {
  const { callers, destinations, aeAddresses } = ports.current();
  const file = ports.inFile();
  const statistics = await ports.callers();
  const health = await ports.destinations();
  return {
    ...ports.node,
    callers: callers.map((caller) => callerRow(caller, origin(file.callers, caller), statistics)),
    destinations: destinations.map((destination) => {
      const own = health.find((one) => one.destination === destination.name);
      return destinationRow(destination, originOf(file.destinations, destination), {
        health: own,
        withComments,
      });
    }),
    aeAddresses: aeAddresses.map((one) => ({
      aeTitle: one.aeTitle,
      host: one.host,
      port: one.port,
      tls: one.tls === true,
      origin: origin(file.aeAddresses, one),
    })),
    refusals: (await ports.refusals()).map((refusal) => refusalRow(refusal, callers)),
    silent: ports.silent().map(({ callingAeTitle, since, missedHours }) => ({
      callingAeTitle,
      since: iso(since),
      missedHours: Math.round(missedHours * 10) / 10,
    })),
    deadLetters: (await ports.deadLetters()).map((one) => deadLetter(one, withComments)),
  };
}

function origin<T extends object>(inFile: readonly T[], entry: T): Origin {
  const text = JSON.stringify(Object.entries(entry).sort());
  return inFile.some((one) => JSON.stringify(Object.entries(one).sort()) === text)
    ? 'file'
    : 'environment';
}

/** The name of the entry that a destination was made of: a `toSender` entry makes one for each AE address. */
function entryOf(destination: Destination): string {
  const { name } = destination;
  return isAeDestination(destination) && destination.sender !== undefined
    ? name.slice(0, -destination.sender.length - 1)
    : name;
}

function originOf(
  inFile: readonly (Destination | SenderDestination)[],
  destination: Destination,
): Origin {
  const entry = entryOf(destination);
  return inFile.some(({ name }) => name === entry) ? 'file' : 'environment';
}

function callerRow(
  { aeTitle, from }: Caller,
  where: Origin,
  statistics: readonly CallerStatistics[],
): CallerRow {
  const seen = statistics.find(({ callingAeTitle }) => callingAeTitle === aeTitle);
  return {
    aeTitle,
    ...(from !== undefined && { from }),
    origin: where,
    ...(seen && {
      seen: {
        associations: seen.associations,
        lastAt: iso(seen.lastAssociationAt),
        lastAddress: seen.lastAddress,
        objects: seen.objects,
        ...(seen.lastObjectAt !== undefined && { lastObjectAt: iso(seen.lastObjectAt) }),
      },
    }),
  };
}

function destinationRow(
  destination: Destination,
  where: Origin,
  {
    health,
    withComments,
  }: {
    readonly health: Awaited<ReturnType<NetworkSources['destinations']>>[number] | undefined;
    readonly withComments: boolean;
  },
): DestinationRow {
  const dimse = isAeDestination(destination);
  const commitment = dimse ? destination.commitment : undefined;
  return {
    name: destination.name,
    entry: entryOf(destination),
    address: showDestination(destination),
    dimse,
    ...(commitment && { commitment }),
    origin: where,
    pending: (health?.counts.pending ?? 0) + (health?.counts.sending ?? 0),
    delivered: health?.counts.delivered ?? 0,
    failed: health?.counts.failed ?? 0,
    ...(health?.lastDeliveredAt !== undefined && { lastDeliveredAt: iso(health.lastDeliveredAt) }),
    ...(withComments &&
      health?.waitsBecause !== undefined && { waitsBecause: health.waitsBecause }),
  };
}

/** A refusal, and the entry that would let it in: only an AE title that was not known can be admitted. */
export function refusalRow(refusal: RefusalRecord, callers: readonly Caller[]): RefusalRow {
  const { callingAeTitle, calledAeTitle, peerAddress, why, sopClassUid, count, lastAt } = refusal;
  const admit = entryThatAdmits(refusal, callers);
  return {
    callingAeTitle,
    calledAeTitle,
    peerAddress,
    why,
    what: sopClassUid === '' ? '' : (sopClass(sopClassUid)?.name ?? sopClassUid),
    count,
    lastAt: iso(lastAt),
    ...(admit && { admit }),
  };
}

function entryThatAdmits(
  { lack, callingAeTitle, peerAddress }: RefusalRecord,
  callers: readonly Caller[],
): RefusalRow['admit'] {
  if (lack !== 'callingAeTitleNotRecognised') return undefined;
  const from = peerAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isAdmitted(callers, callingAeTitle, from)) return undefined;
  const parsed = parseCaller(`${callingAeTitle}@${from}`);
  return 'value' in parsed && parsed.value.aeTitle === callingAeTitle
    ? { aeTitle: callingAeTitle, from }
    : undefined;
}

function deadLetter(delivery: DeliveryRecord, withComments: boolean): DeadLetter {
  const { id, destination, sopInstanceUid, studyInstanceUid, attempts, status, comment } = delivery;
  const { commitmentReason, verification, verificationReason } = delivery;
  const cause =
    delivery.commitment === 'failed'
      ? `not committed: ${commitmentReason ?? ''}`
      : verification === 'failed'
        ? `not found there: ${verificationReason ?? ''}`
        : [status === undefined ? '' : `status ${hex(status)}`, withComments ? (comment ?? '') : '']
            .filter((part) => part !== '')
            .join(': ');
  return { id, destination, sopInstanceUid, studyInstanceUid, attempts, cause };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
