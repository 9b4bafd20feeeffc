import { expect } from 'chai';
import { Router } from 'express';
import { Passwords } from '../../src/http/passwords.js';
import { requestIdOf } from '../../src/http/request-id.js';
import { startHttpServer, type HttpServer } from '../../src/http/server.js';
import { Sessions } from '../../src/http/sessions.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('every HTTP request has an id', () => {
  let http: HttpServer;
  const reported: string[] = [];

  before(async () => {
    const router = Router();
    router.get('/failing', () => {
      throw new Error('ours');
    });
    const open = Router();
    open.get('/healthz', (_request, response) => {
      response.json({ id: requestIdOf(response) });
    });
    http = await startHttpServer({
      bind: '127.0.0.1',
      port: 0,
      allowedOrigins: [],
      open: [open],
      routers: [router],
      authentication: {
        passwords: new Passwords([]),
        sessions: new Sessions(),
        configured: false,
      },
      onError: (_error, requestId) => reported.push(requestId),
    });
  });
  after(() => http.close());

  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${http.port}${path}`, { headers });

  it('which the answer tells, another for each, and none that the client brings', async () => {
    const headers = { 'x-request-id': 'Zzcanary^Kanarienvogel' };
    const ids = [];
    for (const answer of [await ask('/healthz', headers), await ask('/healthz', headers)]) {
      const id = answer.headers.get('x-request-id');
      expect(id).to.match(UUID);
      expect(await answer.json()).to.deep.equal({ id });
      ids.push(id);
    }
    expect(ids[0]).not.to.equal(ids[1]);
  });

  it('under which the log hears of a failure', async () => {
    const answer = await ask('/failing');
    expect(answer.status).to.equal(500);
    expect(reported).to.deep.equal([answer.headers.get('x-request-id')]);
    expect((await ask('/nowhere')).headers.get('x-request-id')).to.match(UUID);
  });
});
