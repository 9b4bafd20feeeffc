import { expect } from 'chai';
import { Router } from 'express';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashPassword, parseUser, type User } from '../../src/config/user.js';
import { identityOf, requirePermission } from '../../src/http/identity.js';
import { Passwords } from '../../src/http/passwords.js';
import { startHttpServer, type HttpServer } from '../../src/http/server.js';
import { Sessions } from '../../src/http/sessions.js';
import { tokenVerifier } from '../../src/http/token.js';
import { PERMISSIONS, ROLE_NAMES, permits, type Permission } from '../../src/values/role.js';

const PASSWORD = 'correct horse battery';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** One route for each permission, one that is open, one that fails. */
function routers(): { open: Router[]; routers: Router[] } {
  const open = Router();
  open.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  const router = Router();
  for (const permission of Object.keys(PERMISSIONS) as Permission[]) {
    router.all(`/${permission}`, requirePermission(permission), (_request, response) => {
      response.json(identityOf(response));
    });
  }
  router.get('/failing', () => {
    throw new Error('DOE^JANE is in this text');
  });
  return { open: [open], routers: [router] };
}

describe('who may use the HTTP side', function () {
  this.timeout(20_000);
  const servers: { close(): unknown }[] = [];
  const errors: unknown[] = [];
  let users: User[];

  before(async () => {
    const passwordHash = await hashPassword(PASSWORD);
    users = ROLE_NAMES.map((role) => ({ name: role, role, passwordHash }));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  async function start(known: readonly User[] = users, issuer?: string): Promise<HttpServer> {
    const server = await startHttpServer({
      bind: '127.0.0.1',
      port: 0,
      authentication: {
        passwords: new Passwords(known),
        sessions: new Sessions(),
        configured: known.length > 0 || issuer !== undefined,
        ...(issuer !== undefined && {
          verifyToken: tokenVerifier({ issuer, audience: 'octriage', roleClaim: 'roles' }),
        }),
      },
      allowedOrigins: ['https://viewer.example.org'],
      ...routers(),
      onError: (error) => errors.push(error),
    });
    servers.push(server);
    return server;
  }

  async function ask(server: HttpServer, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, headers: response.headers, body };
  }

  const basic = (name: string, password = PASSWORD): RequestInit => ({
    headers: { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
  });

  it('nobody configured: this machine is administrator, health is open', async () => {
    const server = await start([]);
    expect((await ask(server, '/configure')).body).to.include({ role: 'administrator' });
    expect((await ask(server, '/healthz')).status).to.equal(200);
  });

  for (const [what, headers] of [
    ['a request that a proxy passed on', { 'X-Forwarded-For': '10.1.2.3' }],
    ['a name that was resolved to this machine', { Host: 'evil.example.org' }],
  ] as const) {
    it(`nobody configured: ${what} is not from this machine`, async () => {
      const { port } = await start([]);
      const status = await new Promise((resolve, reject) => {
        // fetch does not let a caller choose Host.
        request({ port, host: '127.0.0.1', path: '/see-scans', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).to.equal(403);
    });
  }

  it('each role may do what the table says, and nothing else', async () => {
    const server = await start();
    for (const role of ROLE_NAMES) {
      for (const permission of Object.keys(PERMISSIONS) as Permission[]) {
        const { status } = await ask(server, `/${permission}`, basic(role));
        expect(status, `${role} ${permission}`).to.equal(permits(role, permission) ? 200 : 403);
      }
    }
    expect(permits('viewer', 'see-patients')).to.equal(false);
    expect(permits('viewer', 'configure')).to.equal(false);
  });

  it('no credentials, a wrong password and an unknown name: 401 with a code, health stays open', async () => {
    const server = await start();
    for (const init of [
      {},
      basic('operator', 'wrong'),
      basic('nobody'),
      { headers: { Authorization: 'Bearer x' } },
    ]) {
      const { status, body } = await ask(server, '/see-scans', init);
      expect(status).to.equal(401);
      expect(body).to.include({ code: 'OCT_HTTP_UNAUTHENTICATED' });
    }
    expect((await ask(server, '/healthz')).status).to.equal(200);
  });

  it('guessing is slowed down, and only for who guesses wrong', async () => {
    const server = await start();
    for (let i = 0; i < 20; i += 1) await ask(server, '/see-scans');
    expect((await ask(server, '/see-scans')).status).to.equal(429);
  });

  it('a session: log in, be known by the cookie, log out', async () => {
    const server = await start();
    const wrong = { name: 'operator', password: 'wrong' };
    const post = (body: unknown): RequestInit => ({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect((await ask(server, '/api/session', post(wrong))).status).to.equal(401);
    const login = await ask(server, '/api/session', post({ ...wrong, password: PASSWORD }));
    const cookie = login.headers.get('set-cookie') ?? '';
    expect(cookie)
      .to.match(/HttpOnly/)
      .and.match(/SameSite=Strict/);
    const known = { headers: { Cookie: cookie.split(';')[0] ?? '' } };
    expect((await ask(server, '/operate', known)).body).to.include({ via: 'session' });
    expect((await ask(server, '/api/session', { ...known, method: 'DELETE' })).status).to.equal(
      204,
    );
    expect((await ask(server, '/operate', known)).status).to.equal(401);
  });

  it('a page of another origin changes nothing, whoever asks', async () => {
    const server = await start();
    const from = (origin: string): RequestInit => ({
      method: 'POST',
      headers: { ...(basic('administrator').headers as object), Origin: origin },
    });
    expect((await ask(server, '/configure', from('https://evil.example.org'))).status).to.equal(
      403,
    );
    expect(
      (await ask(server, '/configure', from(`http://127.0.0.1:${server.port}`))).status,
    ).to.equal(200);
    const allowed = await ask(server, '/store', from('https://viewer.example.org'));
    expect(allowed.headers.get('access-control-allow-origin')).to.equal(
      'https://viewer.example.org',
    );
  });

  it('R36: an error of ours is reported, and answered without its text', async () => {
    const server = await start();
    const { status, body } = await ask(server, '/failing', basic('viewer'));
    expect(status).to.equal(500);
    expect(JSON.stringify(body)).not.to.match(/DOE/);
    expect(errors.pop()).to.be.instanceOf(Error);
  });

  describe('bearer tokens of an OpenID Connect issuer', () => {
    let issuer: string;
    let privateKey: CryptoKey;
    let server: HttpServer;

    beforeEach(async () => {
      const pair = await generateKeyPair('RS256');
      privateKey = pair.privateKey;
      const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: '1', alg: 'RS256' }] };
      const listening: Server = createServer((question, response) => {
        response.setHeader('Content-Type', 'application/json');
        const discovery = { issuer, jwks_uri: `${issuer}/keys` };
        response.end(JSON.stringify(question.url === '/keys' ? keys : discovery));
      });
      await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
      servers.push(listening);
      issuer = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
      server = await start([], issuer);
    });

    const token = (
      claims: object,
      { audience = 'octriage', key = privateKey, expiry = '5m' } = {},
    ) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: '1' })
        .setIssuer(issuer)
        .setSubject('somebody')
        .setAudience(audience)
        .setExpirationTime(expiry)
        .sign(key);
    const bearing = async (text: Promise<string>): Promise<Answer> =>
      ask(server, '/operate', { headers: { Authorization: `Bearer ${await text}` } });

    it('the mightiest of the roles that the claim lists holds', async () => {
      const { body } = await bearing(token({ roles: ['viewer', 'octriage:operator', 'other'] }));
      expect(body).to.deep.equal({ name: 'somebody', role: 'operator', via: 'token' });
    });

    it('another audience, another key, an old token, no role: refused', async () => {
      const other = await generateKeyPair('RS256');
      const roles = ['administrator'];
      expect((await bearing(token({ roles }, { audience: 'else' }))).status).to.equal(401);
      expect((await bearing(token({ roles }, { key: other.privateKey }))).status).to.equal(401);
      expect((await bearing(token({ roles }, { expiry: '-1m' }))).status).to.equal(401);
      expect((await bearing(token({ roles: ['janitor'] }))).status).to.equal(401);
      expect((await bearing(token({}))).status).to.equal(401);
    });
  });

  it('a user is written as octriage password prints it; anything else is refused', async () => {
    const hash = await hashPassword(PASSWORD);
    expect(parseUser(`anna:viewer:${hash}`)).to.have.property('value');
    for (const text of ['anna', `anna:king:${hash}`, 'anna:viewer:secret', `a b:viewer:${hash}`]) {
      const parsed = parseUser(text);
      expect(parsed).to.have.property('problem');
      expect(JSON.stringify(parsed)).not.to.match(/secret/);
    }
  });
});
