import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { SendOutcome } from '../../src/delivery/outcome-table.js';
import { stow } from '../../src/delivery/web/stow.js';
import type { WebPeer } from '../../src/delivery/web/web-request.js';
import { Authority, credentials } from '../support/certificates.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

const [ONE, TWO] = ['1.2.3.1', '1.2.3.2'] as const;
const said = (tag: string, uid: string, reason: number) => ({
  [tag]: {
    vr: 'SQ',
    Value: [{ '00081155': { Value: [uid] }, '00081197': { Value: [reason] } }],
  },
});

describe('delivery: what a STOW-RS answer means', () => {
  const folder = temporaryFolder();
  let server: Server | undefined;
  let objects: { path: string; sopInstanceUid: string }[];
  before(() => {
    objects = [ONE, TWO].map((sopInstanceUid) => {
      const path = folder(sopInstanceUid);
      writeFileSync(path, `object ${sopInstanceUid} `.repeat(50_000));
      return { path, sopInstanceUid };
    });
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function serve(made: Server): Promise<number> {
    server = made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    return (made.address() as AddressInfo).port;
  }

  async function send(
    listener: RequestListener,
    service: Partial<WebPeer['service']> = {},
  ): Promise<readonly SendOutcome[]> {
    const port = await serve(createServer(listener));
    return stow(
      {
        service: { url: `http://127.0.0.1:${port}/base/`, ...service },
        credentials: {},
        timeouts: { connect: 2000, idle: 500 },
      },
      objects,
    );
  }

  /** Reads the whole request, then answers. */
  const answer =
    (status: number, body: object | string = ''): RequestListener =>
    (request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    };

  it('streams the files as they are, in one request with a length', async () => {
    const seen: Buffer[] = [];
    let headers: Record<string, unknown> = {};
    const outcomes = await send((request, response) => {
      ({ headers } = request);
      expect(`${request.method ?? ''} ${request.url ?? ''}`).to.equal('POST /base/studies');
      request.on('data', (chunk: Buffer) => seen.push(chunk));
      request.on('end', () => response.writeHead(200).end());
    });
    expect(outcomes).to.deep.equal(objects.map(() => ({ kind: 'answered', status: 0 })));
    const body = Buffer.concat(seen);
    expect(Number(headers['content-length'])).to.equal(body.length);
    for (const { path } of objects) expect(body.includes(readFileSync(path))).to.be.true;
  });

  const whole: readonly [number, Partial<SendOutcome>][] = [
    [409, { kind: 'answered', status: 0x0111 }],
    [401, { code: 'OCT_STOW_CREDENTIALS', failure: 'transient' }],
    [404, { code: 'OCT_STOW_REFUSED', failure: 'permanent' }],
    [429, { code: 'OCT_STOW_BUSY', failure: 'transient' }],
    [503, { code: 'OCT_STOW_BUSY', failure: 'transient' }],
    [202, { code: 'OCT_STOW_ANSWER', failure: 'ambiguous' }],
    [415, { code: 'OCT_STOW_MEDIA_TYPE', failure: 'permanent' }],
    [302, { code: 'OCT_STOW_REFUSED', failure: 'permanent' }],
  ];
  for (const [status, outcome] of whole) {
    it(`R34: HTTP ${status} without a word on the objects`, async () => {
      for (const one of await send(answer(status))) expect(one).to.include(outcome);
    });
  }

  it('takes what it says of each object', async () => {
    const body = { ...said('00081199', ONE, 0), ...said('00081198', TWO, 0x0122) };
    expect(await send(answer(202, body))).to.deep.equal([
      { kind: 'answered', status: 0 },
      { kind: 'answered', status: 0x0122 },
    ]);
  });

  it('sends one by one what was too much together', async () => {
    let requests = 0;
    const outcomes = await send((request, response) => {
      requests += 1;
      answer(requests === 3 ? 413 : requests === 1 ? 413 : 200)(request, response);
    });
    expect(outcomes[0]).to.deep.equal({ kind: 'answered', status: 0 });
    expect(outcomes[1]).to.include({ code: 'OCT_STOW_TOO_LARGE', failure: 'permanent' });
  });

  it('takes an answer that comes before the end of the request', async () => {
    const outcomes = await send((_, response) => {
      response.writeHead(403, { connection: 'close' }).end();
    });
    expect(outcomes[0]).to.include({ code: 'OCT_STOW_CREDENTIALS' });
  });

  it('is ambiguous where the connection ends before the answer', async () => {
    const outcomes = await send((request) => {
      request.resume().on('end', () => request.socket.destroy());
    });
    expect(outcomes[0]).to.include({ code: 'OCT_STOW_NO_RESPONSE', failure: 'ambiguous' });
  });

  it('is ambiguous where no answer comes in time', async () => {
    const outcomes = await send((request) => {
      request.resume();
    });
    expect(outcomes[0]).to.include({ code: 'OCT_STOW_NO_RESPONSE', failure: 'ambiguous' });
  });

  it('shows a bearer token from its file, as it is at that moment', async () => {
    const bearerTokenFile = folder('token');
    writeFileSync(bearerTokenFile, 'first\n');
    let shown: string | undefined;
    const listen: RequestListener = (request, response) => {
      shown = request.headers.authorization;
      answer(200)(request, response);
    };
    await send(listen, { authentication: { bearerTokenFile } });
    expect(shown).to.equal('Bearer first');
  });

  it('over TLS shows our certificate and judges its', async function () {
    requireTool(this, 'openssl');
    const ca = Authority.make(folder('.'));
    const files = ca.issue('web');
    const us = ca.issue('octriage');
    const tls = {
      cert: readFileSync(files.certificate),
      key: readFileSync(files.key),
      ca: readFileSync(ca.certificate),
      requestCert: true,
    };
    const port = await serve(createTlsServer(tls, answer(200)));
    const post = (shown: WebPeer['credentials']) =>
      stow(
        {
          service: { url: `https://127.0.0.1:${port}` },
          credentials: shown,
          timeouts: { connect: 2000, idle: 2000 },
        },
        objects,
      );
    expect((await post(credentials(us, ca.certificate)))[0]).to.include({ status: 0 });
    const [unknownAuthority] = await post(credentials(us, undefined));
    expect(unknownAuthority).to.include({ failure: 'transient', code: 'OCT_STOW_UNREACHABLE' });
    const [nothingShown] = await post(credentials(undefined, ca.certificate));
    expect(nothingShown).to.include({ kind: 'failed' });
  });
});
