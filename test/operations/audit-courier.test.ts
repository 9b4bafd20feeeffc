import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import { AuditCourier, type CourierEvent } from '../../src/operations/audit/courier.js';
import { AuditSpool } from '../../src/operations/audit/spool.js';
import { syslogFrame } from '../../src/operations/audit/syslog.js';
import { Authority } from '../support/certificates.js';
import { Rsyslog } from '../support/rsyslog.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

const MIB = 1024 * 1024;
const message = (text: string) =>
  syslogFrame(`<m>${text}</m>`, 'notice', new Date(), { hostname: 'node', processId: 1 });

describe('operations: audit messages on their way (RFC 5425)', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  it('rsyslog over TLS gets each message once and whole, also those of while it was away', async function () {
    requireTool(this, 'rsyslogd', 'rsyslog-openssl', 'openssl');
    const rsyslog = await Rsyslog.make(folder('rsyslog'));
    const spool = new AuditSpool(folder('spool'), MIB);
    const ca = readFileSync(rsyslog.authority.certificate, 'utf8');
    const seen: CourierEvent['type'][] = [];
    const courier = new AuditCourier(
      spool,
      () => ({ host: '127.0.0.1', port: rsyslog.port, ca }),
      ({ type }) => seen.push(type),
    );
    spool.add(message('while it was away: é'));
    await courier.flush();
    expect(seen).to.deep.equal(['unreachable']);

    await rsyslog.start();
    try {
      spool.add(message(`long ${'x'.repeat(100_000)}`));
      await courier.flush();
      expect(spool.bytes).to.equal(0);
      expect(seen).to.deep.equal(['unreachable', 'again']);
      const messages = await rsyslog.waitFor((all) => all.length >= 2);
      expect(messages).to.have.length(2);
      expect(messages[0]).to.match(/^<85>1 \S+ node octriage 1 DICOM\+RFC3881 - \uFEFF?<m>/);
      expect(messages[0]).to.contain('while it was away: é');
      expect(messages[1]!.length).to.be.greaterThan(100_000);
    } finally {
      await rsyslog.stop();
    }
  });

  describe('where the receiver is a strange one', () => {
    let server: Server;
    let authority: Authority;
    /** The connections under TLS, by the port of the other side. */
    const open = new Map<number | undefined, Socket>();
    let refuse: (text: string) => boolean = () => false;

    before(async () => {
      authority = Authority.make(folder('.'));
      const { certificate, key } = authority.issue('server');
      const [cert, pem] = [readFileSync(certificate), readFileSync(key)];
      server = createServer({ cert, key: pem, allowHalfOpen: true }, (socket) => {
        let text = '';
        const { remotePort } = socket;
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (refuse(text)) open.get(remotePort)?.resetAndDestroy();
        });
        socket.on('end', () => socket.end());
        socket.on('error', () => undefined);
      });
      server.on('connection', (socket: Socket) => {
        const { remotePort } = socket;
        open.set(remotePort, socket);
        socket.once('close', () => open.delete(remotePort));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => server.close());

    const courierTo = (spool: AuditSpool, ca: string | undefined, seen: CourierEvent[]) =>
      new AuditCourier(
        spool,
        () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca }),
        (event) => seen.push(event),
      );

    it('nothing is said to one whose certificate is not known', async () => {
      const spool = new AuditSpool(folder('unknown'), MIB);
      const seen: CourierEvent[] = [];
      spool.add(message('secret'));
      await courierTo(spool, undefined, seen).flush();
      expect(seen.map(({ type }) => type)).to.deep.equal(['unreachable']);
      expect(spool.bytes).to.be.greaterThan(0);
    });

    it('R38: a segment that it breaks off three times is set aside once the next is taken', async () => {
      const spool = new AuditSpool(folder('aside'), 4 * MIB);
      // Longer than what is read at a time: where all of it was read, the end may come before the reset and look clean.
      const poison = message(`poison ${'x'.repeat(2 * MIB)}`);
      const ca = readFileSync(authority.certificate, 'utf8');
      const seen: CourierEvent[] = [];
      const courier = courierTo(spool, ca, seen);
      refuse = (text) => text.includes('poison');
      spool.add(poison);
      for (let times = 0; times < 4; times += 1) await courier.flush();
      expect(
        seen.map(({ type }) => type),
        'alone it waits',
      ).to.deep.equal(['unreachable']);
      spool.add(message('good'));
      await courier.flush();
      expect(seen.at(-1)!.type).to.equal('aside');
      expect(spool.next()).to.equal(undefined);
      expect(spool.bytes, 'what is aside counts').to.equal(poison.length);
    });
  });
});
