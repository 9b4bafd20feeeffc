import { expect } from 'chai';
import { Fhir } from 'fhir';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../../src/archive/archive.js';
import type { NotificationTarget } from '../../src/config/notification.js';
import { NotificationRunner } from '../../src/delivery/notification/notification-runner.js';
import { sendNotification } from '../../src/delivery/notification/send.js';
import type { NotifiedEvent } from '../../src/values/notification.js';
import { bestScan } from '../../src/referral/best-scan.js';
import { CANARY_PATTERN } from '../support/canary.js';
import { Authority, credentials, type CertificateFiles } from '../support/certificates.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openTestArchive, resultObject, scheduleScan } from '../archive/objects.js';

const SECRET = 'a secret of the test, long enough';
const BACK_OFF = { initialMs: 20, factor: 2, maxMs: 80, jitter: 0.2, maxAttempts: 1000 };
const ALL: readonly NotifiedEvent[] = [
  ...(['urgent', 'other-decision', 'not-assessed'] as const),
  ...(['workitem-held', 'delivery-failed'] as const),
];

interface Got {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url: string;
  readonly body: string;
}

/** A receiver with a certificate of the test's authority; what it answers is the test's word. */
class Receiver {
  readonly got: Got[] = [];
  answer: (got: Got) => number | 'hang up' = () => 200;
  private server: Server | undefined;
  port = 0;

  constructor(private readonly files: CertificateFiles) {}

  async start(): Promise<void> {
    const { certificate, key } = this.files;
    const options = { cert: readFileSync(certificate), key: readFileSync(key) };
    this.server = createServer(options, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const got = { headers: request.headers, url: request.url ?? '', body };
        this.got.push(got);
        const answer = this.answer(got);
        if (answer === 'hang up') request.socket.destroy();
        else response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => {
      this.server!.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (this.server)
        this.server.close(() => {
          resolve();
        });
      else resolve();
    });
    this.server = undefined;
  }
}

describe('delivery: notifications', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let authority: Authority;
  let certificate: CertificateFiles;
  let receiver: Receiver;
  let archive: Archive;
  let runner: NotificationRunner | undefined;
  let run = 0;

  before(() => {
    authority = Authority.make(folder('.'));
    certificate = authority.issue('receiver');
    writeFileSync(folder('secret.txt'), `${SECRET}\n`);
  });
  beforeEach(async () => {
    run += 1;
    archive = openTestArchive(folder(`data ${run}`), { maxAttempts: 1 });
    receiver = new Receiver(certificate);
    await receiver.start();
  });
  afterEach(async () => {
    await runner?.stop();
    runner = undefined;
    await receiver.stop();
    await archive.close();
  });

  const webhook = (more: Partial<NotificationTarget> = {}): NotificationTarget => ({
    name: 'ONCALL',
    kind: 'webhook',
    url: `https://127.0.0.1:${receiver.port}/hook/`,
    events: ALL,
    secretFile: folder('secret.txt'),
    ...(more as object),
  });
  const fhir = (): NotificationTarget => ({
    name: 'EHR',
    kind: 'fhir',
    url: `https://127.0.0.1:${receiver.port}/fhir`,
    events: ['urgent', 'other-decision', 'not-assessed'],
    include: ['PatientID', 'PatientName', 'AccessionNumber', 'StudyInstanceUID'],
  });

  function start(...targets: readonly NotificationTarget[]): void {
    const ca = credentials(undefined, authority.certificate);
    runner = new NotificationRunner({
      notifications: archive.notifications,
      backOff: BACK_OFF,
      policy: (name) => targets.find((target) => target.name === name)?.retry,
      send: (name, fact) => {
        const target = targets.find((one) => one.name === name)!;
        const timeouts = { connect: 2000, idle: 2000 };
        return sendNotification(target, { service: target, credentials: ca, timeouts }, fact, {});
      },
      onOutcome: () => undefined,
    });
    runner.notify();
  }

  async function tell(...targets: readonly NotificationTarget[]): Promise<number> {
    const made = await archive.notifications.gather(targets);
    if (runner === undefined) start(...targets);
    else runner.notify();
    return made;
  }

  async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
    for (let waited = 0; !(await holds()); waited += 10) {
      if (waited > 15_000) throw new Error('waited in vain');
      await sleep(10);
    }
  }
  const rows = (...states: Parameters<Archive['notifications']['list']>[0]) =>
    archive.notifications.list(states);
  const allSent = async () => (await rows('pending', 'failed')).length === 0;

  async function scanReadAs(name: string, decision: string): Promise<void> {
    await scheduleScan(archive, name, {
      PatientName: 'Zzcanary^Kanarienvogel',
      PatientID: 'CANARY-4711-ID',
      AccessionNumber: 'A1',
    });
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const { id: acquisitionId, instances } = claim.acquisition;
    const results = [await archive.results.admit(resultObject(`${name} report`))];
    await archive.workitems.complete(claim, {
      results,
      destinations: ['PACS'],
      reading: {
        choose: bestScan,
        scan: {
          acquisitionId,
          revision: 1,
          laterality: 'R',
          decision,
          device: 'matched',
          grade: 'acceptable',
          signal: 1,
          frames: 3,
          ...instances[0]!,
        },
      },
    });
  }
  /** One of each event that can be told. */
  async function everything(): Promise<void> {
    await scanReadAs('urgent', 'urgent');
    await scanReadAs('routine', 'routine');
    await scanReadAs('poor', 'LOW_SIGNAL');
    await scheduleScan(archive, 'held');
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    await archive.workitems.fail(claim, 'its file is damaged [OCT_SOURCE_UNREADABLE]');
    for (const { id } of await archive.outbox.claim('PACS')) {
      const failed = { state: 'failed', errorClass: 'permanent', cause: '0x0122' } as const;
      await archive.outbox.settle([{ id, ...failed, status: 0x0122, comment: 'Zzcanary' }]);
    }
  }

  it('R36: tells each event once, signed, as openssl says too, and nothing of the patient', async () => {
    await everything();
    await tell(webhook());
    await until(async () => receiver.got.length > 0 && (await allSent()));
    const told = receiver.got.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(new Set(told.map(({ event }) => event))).to.deep.equal(new Set(ALL));
    expect(new Set(told.map(({ id }) => id)).size).to.equal(receiver.got.length);
    expect(told.find(({ event }) => event === 'urgent')).to.include({ decision: 'urgent' });
    expect(told.find(({ event }) => event === 'delivery-failed')).to.include({
      destination: 'PACS',
      cause: '0x0122',
    });
    expect(told.find(({ event }) => event === 'workitem-held')).to.include({
      cause: 'OCT_SOURCE_UNREADABLE',
    });
    for (const { headers, body, url } of receiver.got) {
      expect(url).to.equal('/hook/');
      expect(body + JSON.stringify(headers))
        .to.not.match(CANARY_PATTERN)
        .and.not.contain(SECRET);
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const args = ['dgst', '-sha256', '-hmac', SECRET, '-binary'];
      const digest = execFileSync('openssl', args, { input: signed }).toString('base64');
      expect(headers['webhook-signature']).to.equal(`v1,${digest}`);
    }
    expect(await archive.notifications.gather([webhook()]), 'and not again').to.equal(0);
  });

  it('each target gets the events of its row, with the attributes that it lists', async () => {
    await everything();
    const urgent = webhook({ name: 'URGENT', events: ['urgent'], include: ['AccessionNumber'] });
    const failures = webhook({ name: 'IT', events: ['workitem-held', 'delivery-failed'] });
    await tell(urgent, failures);
    await until(allSent);
    const sent = await rows('sent');
    const of = (name: string) =>
      sent.filter(({ target }) => target === name).map(({ event }) => event);
    expect(of('URGENT')).to.deep.equal(['urgent']);
    expect(new Set(of('IT'))).to.deep.equal(new Set(['workitem-held', 'delivery-failed']));
    const bodies = receiver.got.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    for (const { event, attributes } of bodies) {
      expect(attributes).to.deep.equal(event === 'urgent' ? { AccessionNumber: 'A1' } : undefined);
    }
  });

  it('R28: a receiver that is down is tried again over a restart of the node, and gets each once', async () => {
    await receiver.stop();
    await everything();
    const made = await tell(webhook());
    await until(async () => (await rows('pending')).some(({ attempts }) => attempts > 1));
    const [waiting] = await rows('pending');
    expect(waiting?.cause ?? 'OCT_NOTIFICATION_UNREACHABLE').to.contain('UNREACHABLE');
    await runner!.stop();
    runner = undefined;
    await archive.close();
    archive = openTestArchive(folder(`data ${run}`), { maxAttempts: 1 });
    await receiver.start();
    await tell(webhook());
    await until(allSent);
    expect(receiver.got).to.have.length(made);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).to.equal(made);
  });

  it('an answer that was lost is asked for again under the same key, with the same bytes', async () => {
    await scanReadAs('urgent', 'urgent');
    receiver.answer = () => (receiver.got.length === 1 ? 'hang up' : 200);
    await tell(webhook());
    await until(async () => receiver.got.length === 2 && (await allSent()));
    const [first, second] = receiver.got;
    expect(second!.headers['webhook-id']).to.equal(first!.headers['webhook-id']);
    expect(second!.body).to.equal(first!.body);
  });

  it('R28, R32: what is refused fails with its reason and keeps no other back; replay and cancel', async () => {
    await everything();
    receiver.answer = ({ body }) => (body.includes('"urgent"') ? 400 : 200);
    await tell(webhook());
    await until(async () => (await rows('pending')).length === 0);
    const [failed, ...others] = await rows('failed');
    expect(others).to.deep.equal([]);
    expect(failed).to.include({ event: 'urgent', cause: 'OCT_NOTIFICATION_REFUSED', status: 400 });
    expect(failed!.reason).to.contain('HTTP 400');
    receiver.answer = () => 200;
    expect(await archive.notifications.replay({ target: 'ONCALL' })).to.equal(1);
    runner!.notify();
    await until(allSent);
    expect(await archive.notifications.cancel({}, 'test'), 'what was sent stays so').to.equal(0);
  });

  it('gives up after the attempts of its row; a busy one keeps no other from being told', async () => {
    await everything();
    receiver.answer = ({ body }) => (body.includes('"urgent"') ? 503 : 200);
    await tell(webhook({ retry: { initialMs: 10, maximumMs: 20, attempts: 3 } }));
    await until(async () => (await rows('pending')).length === 0);
    expect((await rows('failed')).map(({ event, attempts }) => [event, attempts])).to.deep.equal([
      ['urgent', 3],
    ]);
  });

  it('without a usable secret nothing leaves', async () => {
    writeFileSync(folder('short.txt'), 'short');
    await scanReadAs('urgent', 'urgent');
    await tell(webhook({ secretFile: folder('short.txt') }));
    await until(async () => (await rows('pending')).some(({ attempts }) => attempts > 0));
    await until(async () => (await rows('pending'))[0]?.cause === 'OCT_NOTIFICATION_SECRET');
    expect(receiver.got).to.deep.equal([]);
  });

  it('what happened before a target was named is not told', async () => {
    await everything();
    expect(await archive.notifications.gather([])).to.equal(0);
    expect(await archive.notifications.gather([webhook()])).to.equal(0);
  });

  it('a FHIR server gets a valid R4 DiagnosticReport for each decision, made only where it has none', async () => {
    const validator = new Fhir();
    await everything();
    await tell(fhir());
    await until(async () => receiver.got.length === 3 && (await allSent()));
    for (const { url, headers, body } of receiver.got) {
      expect(url).to.equal('/fhir/DiagnosticReport');
      expect(headers['content-type']).to.equal('application/fhir+json');
      const report = JSON.parse(body) as {
        identifier: { system: string; value: string }[];
        subject: unknown;
        conclusion: string;
      };
      const { valid, messages } = validator.validate(report, { errorOnUnexpected: true });
      expect(valid, JSON.stringify(messages)).to.equal(true);
      const [{ system, value }] = report.identifier as [{ system: string; value: string }];
      const asked = decodeURIComponent(String(headers['if-none-exist']));
      expect(asked).to.equal(`identifier=${system}|${value}`);
      expect(report.subject).to.have.property('display', 'Zzcanary^Kanarienvogel');
      expect(report.conclusion).to.contain('RESEARCH USE ONLY');
    }
    const [first] = receiver.got;
    const wrong = { ...(JSON.parse(first!.body) as object), status: 'perhaps', conclusions: 'x' };
    expect(
      validator.validate(wrong, { errorOnUnexpected: true }).valid,
      'it would say it of a defect',
    ).to.equal(false);
  });
});
