import { expect } from 'chai';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import type { OptFileSpecification } from '../../fixtures/opt/opt-file.js';
import { readPart10 } from '../../src/dicom/part10.js';
import {
  SOP_CLASSES,
  SOP_CLASSES_ACCEPTED,
  TRANSFER_SYNTAXES_ACCEPTED,
} from '../../src/dicom/uids.js';
import { startListener, type Listener } from '../../src/dimse/listener.js';
import { sendInstances, type SendOutcome } from '../../src/dimse/sender.js';
import { CANARY, CANARY_PATTERN, columnsWithCanary, filesWithCanary } from '../support/canary.js';
import { OtlpCollector } from '../support/otlp-collector.js';

/** Peers may say what they like: this one tells the patient's name. */
const INDISCREET = 'Zzcanary^Kanarienvogel CANARY-4711-ID is not known here';

/** A destination that refuses everything and names the patient in its Error Comment. */
function startIndiscreet(): Promise<Listener> {
  return startListener({
    bind: '127.0.0.1',
    port: 0,
    aeTitle: 'INDISCREET',
    accepted: { sopClasses: SOP_CLASSES_ACCEPTED, transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED },
    maxPduLength: 131_072,
    maxAssociations: 4,
    admit: () => ({ admitted: true }),
    store: {
      begin: () =>
        Promise.resolve({
          write: () => Promise.resolve(),
          abandon: () => Promise.resolve(),
          finish: () => Promise.resolve({ status: 0xc000, comment: INDISCREET }),
        }),
    },
    onEvent: () => undefined,
  });
}

/** A receiver of notifications that keeps every word of them. */
async function startListening(told: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => told.push(chunk.toString()));
    request.on('end', () => {
      told.push(JSON.stringify([request.url, request.headers]));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('R36: a canary patient on every path and in every failure', function () {
  this.timeout(180_000);
  let node: NodeProcess;
  let pacs: Receiver;
  let indiscreet: Listener;
  let temporary: string;
  let listening: Server;
  let collector: OtlpCollector;
  const told: string[] = [];
  /** Whatever the node answered to anybody, in words. */
  const answers: string[] = [];

  before(async () => {
    node = await NodeProcess.prepare();
    temporary = join(node.folder, 'tmp');
    mkdirSync(temporary);
    pacs = await startReceiver('PACS', join(node.folder, 'pacs'));
    indiscreet = await startIndiscreet();
    listening = await startListening(told);
    collector = await OtlpCollector.start();
    const { port } = listening.address() as AddressInfo;
    const events = ['urgent', 'other-decision', 'not-assessed', 'workitem-held', 'delivery-failed'];
    const secretVariable = 'WEBHOOK_SECRET';
    const url = `http://127.0.0.1:${port}/told`;
    const target = { name: 'ONCALL', kind: 'webhook', url, events, secretVariable };
    const ehr = { name: 'EHR', kind: 'fhir', url, events: events.slice(0, 3) };
    writeFileSync(
      join(node.folder, 'tables.json'),
      JSON.stringify({ notifications: [target, ehr] }),
    );
    node = await NodeProcess.prepare(
      {
        TMPDIR: temporary,
        OCTRIAGE_LOG_LEVEL: 'debug',
        OCTRIAGE_TABLES: 'tables.json',
        OCTRIAGE_TRACES_ENDPOINT: collector.endpoint,
        WEBHOOK_SECRET: 'Zzcanary is no secret to sign with',
        OCTRIAGE_CALLERS: 'SCANNER@127.0.0.1',
        OCTRIAGE_DESTINATIONS: [
          `PACS=PACS@127.0.0.1:${pacs.port}`,
          `DEAD=DEAD@127.0.0.1:${await freePort()}`,
          `INDISCREET=INDISCREET@127.0.0.1:${indiscreet.port}`,
        ].join(),
      },
      node.folder,
    );
    await node.start();
  });
  after(async () => {
    await (pacs as Receiver | undefined)?.close();
    await (indiscreet as Listener | undefined)?.close();
    (listening as Server | undefined)?.close();
    (collector as OtlpCollector | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  const base = {
    dress: 'heidelberg-spectralis',
    phantom: { seed: 36, laterality: 'R', pathologies: ['cnv'] },
    patient: CANARY,
  } as const satisfies OptFileSpecification;

  function scan(more: Partial<OptFileSpecification> = {}) {
    const uidSeed = `canary ${JSON.stringify(more)}`;
    const [file] = writeOptFiles(join(node.folder, 'scans'), [{ ...base, uidSeed, ...more }]);
    return file!;
  }

  interface Sending {
    readonly callingAeTitle?: string;
    readonly sopClassUid?: string;
    readonly sopInstanceUid?: string;
  }

  /** Sends a file as it is, under the UIDs of its header or under others. */
  async function send(path: string, sending: Sending = {}): Promise<SendOutcome> {
    const { callingAeTitle = 'SCANNER', ...claimed } = sending;
    const { dataSet, dataSetOffset, transferSyntaxUid } = readPart10(original(path));
    const instance = {
      path,
      dataSetOffset,
      transferSyntaxUid,
      sopClassUid: dataSet.text('SOPClassUID')!,
      sopInstanceUid: dataSet.text('SOPInstanceUID')!,
      ...claimed,
    };
    const peer = {
      host: '127.0.0.1',
      port: node.dimsePort,
      calledAeTitle: NodeProcess.aeTitle,
      callingAeTitle,
    };
    const [outcome] = await sendInstances(peer, [instance], {});
    answers.push(JSON.stringify(outcome));
    return outcome!;
  }

  const originals = new Map<string, Buffer>();
  function original(path: string): Buffer {
    return originals.get(path) ?? readFileSync(path);
  }
  /** Writes changed bytes over a file whose header is still known. */
  function spoil(path: string, change: (bytes: Buffer) => Buffer): string {
    const bytes = readFileSync(path);
    originals.set(path, bytes);
    writeFileSync(path, change(Buffer.from(bytes)));
    return path;
  }

  async function ask(path: string, init: RequestInit = {}): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${node.httpPort}${path}`, init);
    answers.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  }

  it('read and delivered, to one destination; two others fail', async () => {
    expect(await send(scan().path)).to.include({ status: 0 });
    await node.waitUntil('delivered', () => Promise.resolve(pacs.received.length >= 2), 90);
    await node.waitUntil('both failures', () =>
      Promise.resolve(/0xC000/.test(node.output) && /OCT_DIMSE_UNREACHABLE/.test(node.output)),
    );
    const [report] = pacs.received;
    expect(readFileSync(report!.path, 'latin1'), 'it was the canary').to.match(CANARY_PATTERN);
  });

  it('not assessed: unknown device, odd header, pixels that cannot be read', async () => {
    const before = pacs.received.length;
    const files = [
      scan({ dress: 'unknown' }),
      scan({ variations: ['both-eyes'] }),
      scan({ variations: ['swapped-spacing'] }),
      scan({ variations: ['private-block'], patient: { ...CANARY, ImageLaterality: 'ZZCANARY' } }),
    ];
    for (const { path } of files) expect(await send(path)).to.include({ status: 0 });
    await node.waitUntil('reports', () => Promise.resolve(pacs.received.length >= before + 4), 90);
  });

  it('refused: truncated, not parsed, wrong UIDs, conflict, pixels missing', async () => {
    const statuses = [
      await send(spoil(scan({ uidSeed: 'a' }).path, (bytes) => bytes.subarray(0, -1001))),
      await send(spoil(scan({ uidSeed: 'b' }).path, (bytes) => bytes.subarray(0, 900))),
      await send(
        spoil(scan({ uidSeed: 'c' }).path, (bytes) => bytes.fill('Zzcanary^', 700, 900, 'latin1')),
      ),
      await send(scan({ uidSeed: 'd' }).path, { sopInstanceUid: '1.2.3.4' }),
      await send(scan({ uidSeed: 'e' }).path, { sopClassUid: SOP_CLASSES.secondaryCapture.uid }),
      await send(scan({ variations: ['fewer-pixels'] }).path),
      await send(
        spoil(scan().path, (bytes) => {
          bytes.fill(7, bytes.length - 64);
          return bytes;
        }),
      ),
    ].map((outcome) => (outcome.kind === 'answered' ? outcome.status : 0));
    for (const status of statuses) expect(status).to.be.greaterThan(0xa000);
    expect(await send(scan().path, { callingAeTitle: 'STRANGER' })).to.include({ kind: 'failed' });
    expect(await send(scan().path, { sopClassUid: '1.2.840.10008.5.1.4.1.1.2' })).to.include({
      code: 'OCT_DIMSE_NO_CONTEXT',
    });
  });

  it('asked over HTTP, also for what is not there and in bodies that are wrong', async () => {
    const name = 'Zzcanary%5EKanarienvogel';
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect(await ask(path), path).to.equal(200);
    }
    const studies = '/dicom-web/studies';
    for (const path of [`/${name}`, `${studies}?${name}=1`, `${studies}/${name}/metadata`]) {
      expect(await ask(path), path).to.be.within(400, 499);
    }
    const json = { 'content-type': 'application/json' };
    await ask('/api/session', {
      method: 'POST',
      headers: json,
      body: '{"name":"Zzcanary^Kanarien',
    });
    await ask('/api/session', {
      method: 'POST',
      headers: json,
      body: '{"name":"Zzcanary","password":1}',
    });
    const whole = scan({ uidSeed: 'stow' });
    const bodies = [whole.bytes, whole.bytes.subarray(0, 900), Buffer.from('Zzcanary')];
    const statuses: number[] = [];
    for (const bytes of bodies) {
      const status = await ask(studies, {
        method: 'POST',
        headers: {
          'content-type': 'multipart/related; type="application/dicom"; boundary=canary',
          accept: 'application/dicom+json',
        },
        body: Buffer.concat([
          Buffer.from('--canary\r\nContent-Type: application/dicom\r\n\r\n'),
          bytes,
          Buffer.from('\r\n--canary--\r\n'),
        ]),
      });
      statuses.push(status);
    }
    expect(statuses[0], 'the whole one is stored').to.equal(200);
    for (const status of statuses.slice(1)) expect(status).to.be.within(400, 499);
  });

  it('a worker that is killed over the scan, a node that is killed in a transfer', async () => {
    const before = pacs.received.length;
    const large = { size: { frames: 24, rows: 248, columns: 256 } } as const;
    await send(scan(large).path);
    const workers = [...node.output.matchAll(/"message":"worker ready".*"processId":(\d+)/g)];
    process.kill(Number(workers.at(-1)?.[1]), 'SIGKILL');
    await node.waitUntil('read again', () => Promise.resolve(pacs.received.length > before), 90);
    const sending = send(scan({ ...large, uidSeed: 'killed' }).path);
    await node.kill();
    await sending;
    await node.start();
  });

  it('is found in no line of the log, no answer and no file but those of the archive', async () => {
    // Of the decisions, and of what two of three destinations did not take.
    const events = ['not-assessed', 'delivery-failed', 'DiagnosticReport'];
    const toldOf = () => events.every((event) => told.some((words) => words.includes(event)));
    await node.waitUntil('told', () => Promise.resolve(toldOf()), 30);
    expect(told.filter((words) => CANARY_PATTERN.test(words))).to.deep.equal([]);
    await node.stop();
    expect(node.output.length, 'a log').to.be.greaterThan(10_000);
    expect(node.output.split('\n').filter((line) => CANARY_PATTERN.test(line))).to.deep.equal([]);
    expect(collector.bodies.filter((body) => CANARY_PATTERN.test(body))).to.deep.equal([]);
    const failed = collector.spans.filter(({ status }) => status?.code === 2);
    expect(failed.map(({ name }) => name)).to.include.members(['instance', 'workitem', 'delivery']);
    expect(collector.spans.map(({ name }) => name)).to.include('STOW-RS request');
    expect(answers.length).to.be.greaterThan(20);
    expect(answers.filter((answer) => CANARY_PATTERN.test(answer))).to.deep.equal([]);
    const data = join(node.folder, 'data');
    const bytes = ['archive', 'incoming', 'quarantine', 'results'].map((name) => join(data, name));
    expect(filesWithCanary(bytes[0]!), 'the search finds it where it is').not.to.deep.equal([]);
    expect(filesWithCanary(temporary)).to.deep.equal([]);
    // What a peer said of a failed delivery is kept for the operator, and shown to who may see patients.
    const ledger = join(data, 'ledger.sqlite');
    // The index holds what queries (QIDO-RS) ask for, and answers who may see patients.
    const columns = ['delivery.comment', 'indexed_study.attributes'];
    expect(columnsWithCanary(ledger)).to.have.members(columns);
    const searched = [...bytes, ledger, `${ledger}-wal`, `${ledger}-shm`];
    expect(filesWithCanary(data, searched)).to.deep.equal([]);
  });
});
