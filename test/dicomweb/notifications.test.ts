import { expect } from 'chai';
import { connect } from 'node:net';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { hashPassword } from '../../src/config/user.js';
import { randomUid } from '../../src/dicom/uid.js';
import { WORKLIST_UIDS } from '../../src/values/procedure-step.js';
import { scheduleScan } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { startService, type TestService } from './service.js';
import { asked, claimOf, textAt } from './steps.js';

const LEASE = 60_000;
type Json = Record<string, { vr: string; Value?: unknown[] }>;

/** Events as `uid: what`, as they come over a WebSocket. */
class Listener {
  readonly heard: string[] = [];
  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.heard.push(words(JSON.parse(data.toString('utf8')) as Json));
    });
  }

  static async open(url: string, authorization: string): Promise<Listener> {
    const socket = new WebSocket(url, { headers: { authorization } });
    const listener = new Listener(socket);
    await once(socket, 'open');
    return listener;
  }

  /** Waits for so many, and no more than a while. */
  async wait(count: number): Promise<readonly string[]> {
    for (let i = 0; i < 200 && this.heard.length < count; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return this.heard.splice(0);
  }

  close(): void {
    this.socket.close();
  }
}

function words(event: Json): string {
  const type = event['00001002']?.Value?.[0];
  const [progress] = (event['00741002']?.Value ?? []) as Json[];
  const what =
    type === 1
      ? textAt(event, '00741000')
      : type === 2
        ? `cancel: ${textAt(event, '00741238')}`
        : `${String(progress?.['00741004']?.Value?.[0])} %`;
  return `${textAt(event, '00001000').slice(-6)} ${what}`;
}

describe('UPS-RS: subscriptions and events', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let service: TestService;
  const users = ['machine', 'viewer'] as const;
  const basic = (name: string) => `Basic ${Buffer.from(`${name}:secret`).toString('base64')}`;
  const ask = (method: string, path: string, body?: object, who = 'machine') =>
    asked(`${service.url}${path}`, method, body, { Authorization: basic(who) });
  const channel = (subscriber: string) =>
    `${service.url.replace('http', 'ws')}/subscribers/${subscriber}`;
  const short = (uid: string, ...whats: readonly string[]) =>
    whats.map((what) => `${uid.slice(-6)} ${what}`);
  /** Two looks at the ledger and more. */
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1200));
  const claim = () => service.archive.workitems.claim({ owner: 'worker', leaseMs: LEASE });

  before(async () => {
    service = await startService(folder('data'), {
      users: await Promise.all(
        users.map(async (role) => ({
          name: role,
          role,
          passwordHash: await hashPassword('secret'),
        })),
      ),
    });
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  it('who subscribes to the worklist hears each state once and in order, and progress', async () => {
    const path = `/workitems/${WORKLIST_UIDS.all}/subscribers/WATCHER`;
    const listener = await Listener.open(channel('WATCHER'), basic('machine'));
    const subscribed = await fetch(`${service.url}${path}?deletionlock=true`, {
      method: 'POST',
      headers: { Authorization: basic('machine') },
    });
    expect(subscribed.status).to.equal(201);
    expect(subscribed.headers.get('content-location')).to.equal(channel('WATCHER'));
    const uid = await scheduleScan(service.archive, 'one');
    expect(await listener.wait(1)).to.deep.equal(short(uid, 'SCHEDULED'));
    const item = (await claim())!;
    expect(await listener.wait(2)).to.deep.equal(short(uid, 'IN PROGRESS', '0 %'));
    await service.archive.workitems.heartbeat(item, LEASE, { percent: 85, description: 'x' });
    expect(await listener.wait(1)).to.deep.equal(short(uid, '85 %'));
    await service.archive.workitems.complete(item, { results: [], destinations: [] });
    expect(await listener.wait(1)).to.deep.equal(short(uid, 'COMPLETED'));

    const other = await scheduleScan(service.archive, 'two');
    await ask('POST', `/workitems/${other}/cancelrequest`);
    // Before it is CANCELED it is IN PROGRESS (PS3.4 CC.2.2.3).
    expect(await listener.wait(3)).to.deep.equal(
      short(other, 'SCHEDULED', 'IN PROGRESS', 'CANCELED'),
    );
    const again = await ask('DELETE', path);
    expect(again.status).to.equal(200);
    await scheduleScan(service.archive, 'three');
    await service.archive.workitems.cancel((await claim())!.workitemUid, 'end');
    await pause();
    expect(await listener.wait(0)).to.deep.equal([]);
    listener.close();
  });

  it('a filtered worklist tells of what matches; one that is suspended only of what it knew', async () => {
    const path = `/workitems/${WORKLIST_UIDS.filtered}/subscribers/FILTER`;
    expect((await ask('POST', path)).status).to.equal(400);
    const filter = encodeURIComponent('PatientName=Canary*,ProcedureStepState=SCHEDULED');
    expect((await ask('POST', `${path}?filter=${filter}`)).status).to.equal(201);
    const listener = await Listener.open(channel('FILTER'), basic('machine'));
    const known = await scheduleScan(service.archive, 'known');
    await scheduleScan(service.archive, 'stranger', {
      PatientName: 'Other',
      StudyInstanceUID: '2.25.77',
    });
    await pause();
    expect(await listener.wait(1)).to.deep.equal(short(known, 'SCHEDULED'));
    expect((await ask('POST', `${path}/suspend`)).status).to.equal(200);
    const late = await scheduleScan(service.archive, 'late');
    await service.archive.workitems.cancel(late, 'end');
    await service.archive.workitems.cancel(known, 'end');
    expect(await listener.wait(2)).to.deep.equal(short(known, 'IN PROGRESS', 'CANCELED'));
    expect((await ask('POST', `${path}/suspend`)).status).to.equal(404);
    listener.close();
  });

  it('who performs a step is told that it should be cancelled, over the subscription to that step', async () => {
    const uid = await scheduleScan(service.archive, 'theirs');
    await ask('PUT', `/workitems/${uid}/state`, claimOf('IN PROGRESS', randomUid()));
    const listener = await Listener.open(channel('PERFORMER'), basic('machine'));
    expect((await ask('POST', `/workitems/${uid}/subscribers/PERFORMER`)).status).to.equal(201);
    expect(await listener.wait(1)).to.include(`${uid.slice(-6)} IN PROGRESS`);
    const why = { '00741238': { vr: 'LT', Value: ['wrong eye'] } };
    expect((await ask('POST', `/workitems/${uid}/cancelrequest`, why)).status).to.equal(202);
    expect(await listener.wait(1)).to.include(`${uid.slice(-6)} cancel: wrong eye`);
    listener.close();
  });

  it('a WebSocket needs the same name and password, and the same permission', async () => {
    const refusal = async (url: string, headers: Record<string, string>) => {
      const socket = new WebSocket(url, { headers });
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [
        unknown,
        { statusCode: number },
      ];
      return response.statusCode;
    };
    const url = channel('WATCHER');
    expect(await refusal(url, {})).to.equal(401);
    expect(await refusal(url, { authorization: `Basic ${btoa('machine:wrong')}` })).to.equal(401);
    expect(await refusal(url, { authorization: basic('viewer') })).to.equal(403);
    expect(await refusal(`${url}/x`, { authorization: basic('machine') })).to.equal(404);
    expect((await ask('GET', '/subscribers/WATCHER')).status).to.equal(426);
  });

  it('a viewer sees the worklist without patients, and may not change it', async () => {
    const uid = await scheduleScan(service.archive, 'seen');
    const seen = await ask('GET', `/workitems/${uid}`, undefined, 'viewer');
    expect(seen.status).to.equal(200);
    expect(JSON.stringify(seen.json)).to.not.match(/Canary/);
    const named = await ask('GET', '/workitems?PatientName=Canary*', undefined, 'viewer');
    expect(named.status).to.equal(204);
    const state = `/workitems/${uid}/state`;
    expect((await ask('PUT', state, claimOf('IN PROGRESS', '1.2'), 'viewer')).status).to.equal(403);
  });

  it('a client that asks for HTTP/2 in passing is answered as any other, its body included', async () => {
    const body = JSON.stringify({ '00741000': { vr: 'CS', Value: ['SCHEDULED'] } });
    const socket = connect(service.port, '127.0.0.1');
    socket.write(
      `POST /dicom-web/workitems HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nAuthorization: ${basic('machine')}\r\nContent-Type: application/dicom+json\r\nContent-Length: ${String(body.length)}\r\n\r\n`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1'))
      .to.match(/^HTTP\/1.1 400 /)
      .and.include('Scheduled Workitem Code');
    socket.destroy();
  });
});
