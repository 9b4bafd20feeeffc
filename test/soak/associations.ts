import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import {
  SOP_CLASSES,
  SOP_CLASSES_ACCEPTED,
  TRANSFER_SYNTAXES_ACCEPTED,
} from '../../src/dicom/uids.js';
import { echo } from '../../src/dimse/sender.js';
import { startListener } from '../../src/dimse/listener.js';
import type { Listener } from '../../src/dimse/listener.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import { encodePdu } from '../../src/dimse/upper-layer/pdu-encode.js';
import { associationObserver } from '../../src/operations/association-observer.js';
import { setLogLevel } from '../../src/operations/log.js';
import { storeSink } from '../../src/joints/store-sink.js';
import { Random } from '../../fixtures/phantom/random.js';
import type { Archive } from '../../src/archive/archive.js';
import { openTestArchive, optDataSet } from '../archive/objects.js';
import {
  EXPLICIT_LE,
  ScriptedPeer,
  associateRq,
  pData,
  storeRq,
} from '../dimse/support/scripted-peer.js';
import { scriptedScp } from '../dimse/support/scripted-scp.js';

const OPT = SOP_CLASSES.ophthalmicTomography.uid;
const RQ = encodePdu(
  associateRq({
    presentationContexts: [{ id: 3, abstractSyntax: OPT, transferSyntaxes: [EXPLICIT_LE] }],
  }),
);
const REFUSED_RQ = encodePdu(associateRq({ calledAeTitle: 'NOBODY' }));
const RELEASE_RQ = encodePdu({ type: 'A-RELEASE-RQ' });

const dataSet = optDataSet('association killed');
const bytes = Buffer.from(encodeDataSet(dataSet));
const command = storeRq({
  affectedSopClassUid: OPT,
  affectedSopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
});
const COMMAND = pData(3, command, { command: true });
const FIRST_HALF = pData(3, bytes.subarray(0, 500), { last: false });
const SECOND_HALF = pData(3, bytes.subarray(500));

/** How far our acceptor is when its peer dies: the states that a peer can bring it to. */
const AS_ACCEPTOR: Readonly<Record<string, readonly Buffer[]>> = {
  'Sta2, nothing came': [],
  'Sta2, half a request': [RQ.subarray(0, 50)],
  'Sta6, idle': [RQ],
  'Sta6, half a command': [RQ, COMMAND.subarray(0, 40)],
  'Sta6, a command and no data set': [RQ, COMMAND],
  'Sta6, half a data set': [RQ, COMMAND, FIRST_HALF],
  'Sta6, being stored': [RQ, COMMAND, FIRST_HALF, SECOND_HALF],
  'Sta8, release requested while storing': [RQ, COMMAND, FIRST_HALF, SECOND_HALF, RELEASE_RQ],
  'Sta13, rejected': [REFUSED_RQ],
  'Sta13, aborted by us': [RQ, Buffer.from('990000000000', 'hex')],
  'Sta13, released': [RQ, RELEASE_RQ],
};

type Kill = (peer: ScriptedPeer) => void;
const KILLS: readonly Kill[] = [
  ({ socket }) => socket.resetAndDestroy(),
  ({ socket }) => socket.destroy(),
  ({ socket }) => socket.end(encodePdu({ type: 'A-ABORT', source: 0, reason: 0 })),
];

/** Where the peer that we call dies: the states of the requestor. */
const AS_REQUESTOR: readonly ((peer: ScriptedPeer) => Promise<void>)[] = [
  () => Promise.resolve(), // Sta5
  async (peer) => {
    await peer.acceptAssociation(); // Sta6
  },
  async (peer) => {
    await peer.acceptAssociation();
    await peer.next(); // Sta6, a request unanswered
  },
  async (peer) => {
    await peer.acceptAssociation();
    await peer.next();
    peer.respond(1, { commandField: 0x8030, messageIdBeingRespondedTo: 1, status: 0 });
    await peer.next(); // Sta7
  },
];
/** One in so many associations is one that we open. */
const REQUESTOR_EVERY = 8;
const AT_ONCE = 32;

export interface LeftOpen {
  readonly associations: number;
  readonly connections: number;
  /** Timers, sockets and other handles of the process, more than before. */
  readonly handles: readonly string[];
  readonly incoming: readonly string[];
  /** Associations that were accepted, and those on record. */
  readonly accepted: number;
  readonly recorded: number;
  readonly seconds: number;
}

/** R13: opens `count` associations in both roles, kills each in some state, and says what is left when all are dead. */
export async function killAssociations(
  count: number,
  dataDir: string,
  seed: number,
): Promise<LeftOpen> {
  setLogLevel('error');
  const random = new Random(seed, 'associations');
  const archive = openTestArchive(dataDir);
  await archive.recover();
  let accepted = 0;
  const listener = await listen(archive, () => (accepted += 1));
  let kill: Kill = KILLS[0]!;
  let script = AS_REQUESTOR[0]!;
  const scp = await scriptedScp(async (peer) => {
    const [mine, how] = [script, kill];
    await mine(peer);
    how(peer);
  });
  const { port: scpPort } = scp.address() as { port: number };

  const before = process.getActiveResourcesInfo();
  const started = performance.now();
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      kill = random.choose(KILLS);
      if (left % REQUESTOR_EVERY === 0) {
        script = random.choose(AS_REQUESTOR);
        const to = {
          host: '127.0.0.1',
          port: scpPort,
          calledAeTitle: 'SCP',
          callingAeTitle: 'OCT',
        };
        await echo(to, { timers: { ...DEFAULT_TIMERS, associationRequest: 2000, response: 2000 } });
      } else {
        const mine = kill;
        const peer = new ScriptedPeer(connect(listener.port, '127.0.0.1'));
        peer.send(...random.choose(Object.values(AS_ACCEPTOR)));
        await pause(random.choose([0, 1, 5, 20]));
        mine(peer);
        await peer.closed;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (let tries = 0; listener.connections > 0 && tries < 200; tries += 1) await pause(50);
  // What the last ones were storing is finished, and put on record.
  await pause(200);
  const found = {
    associations: listener.associations,
    connections: listener.connections,
    handles: more(before, process.getActiveResourcesInfo()),
    incoming: readdirSync(archive.folder.folder('incoming')),
    accepted,
    recorded: (await archive.ledger.reader.selectFrom('association').select('id').execute()).length,
    seconds: (performance.now() - started) / 1000,
  };
  await listener.close();
  await new Promise((resolve) => scp.close(resolve));
  await archive.close();
  setLogLevel('info');
  return found;
}

function listen(archive: Archive, accepted: () => void): Promise<Listener> {
  const observe = associationObserver(archive.associations);
  return startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'OCT',
    accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
    maxPduLength: 32768,
    maxAssociations: 2 * AT_ONCE,
    admit: () => ({ admitted: true }),
    store: storeSink(archive, () => undefined),
    onEvent(event) {
      if (event.type === 'accepted') accepted();
      observe(event);
    },
  });
}

/** The resources of `after` beyond those of `before`, each kind as often as it is too many. */
function more(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((kind) => {
    const at = rest.indexOf(kind);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
