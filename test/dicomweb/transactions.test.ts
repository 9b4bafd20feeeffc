import { expect } from 'chai';
import { hashPassword } from '../../src/config/user.js';
import { WEB_TRANSACTIONS } from '../../src/dicomweb/transactions.js';
import { permits, ROLE_NAMES } from '../../src/values/role.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { startService, type TestService } from './service.js';

describe('DICOMweb: what is served, and to whom', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let service: TestService;
  const path = (template: string) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'aetitle' ? 'WATCHER' : name === 'frames' ? '1' : '1.2.3',
    );
  const basic = (name: string) => `Basic ${Buffer.from(`${name}:secret`).toString('base64')}`;

  before(async () => {
    const passwordHash = await hashPassword('secret');
    service = await startService(folder('data'), {
      users: ROLE_NAMES.map((role) => ({ name: role, role, passwordHash })),
      settings: { maxWebRate: 400 },
    });
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  for (const { name, method, resources, permission } of WEB_TRANSACTIONS)
    it(`${name}: asks for '${permission}'`, async () => {
      for (const resource of resources) {
        const url = service.url + path(resource);
        // Twenty of these in a minute, and the address waits.
        if (resource === resources[0])
          expect((await fetch(url, { method })).status, resource).to.equal(401);
        for (const role of ROLE_NAMES) {
          const headers = { Authorization: basic(role) };
          const { status } = await fetch(url, { method, headers });
          if (permits(role, permission)) expect(status, `${role} ${resource}`).not.to.equal(403);
          else expect(status, `${role} ${resource}`).to.equal(403);
        }
      }
    });

  it('a page of a known origin may ask, also by methods that need asking first; another may not', async () => {
    const ask = async (origin: string, method: string) => {
      const response = await fetch(`${service.url}/workitems/1.2.3/state`, {
        method,
        headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT' },
      });
      return [response.status, response.headers.get('access-control-allow-methods')];
    };
    const known = 'https://viewer.example.org';
    expect(await ask(known, 'OPTIONS')).to.deep.equal([204, 'GET, POST, PUT, DELETE']);
    expect(await ask(known, 'PUT')).to.deep.equal([401, null]);
    expect(await ask('https://elsewhere.example.org', 'PUT')).to.deep.equal([403, null]);
  });

  it('429 for who asks more often than is set', async () => {
    const headers = { Authorization: basic('operator') };
    let [asked, status] = [0, 0];
    while (status !== 429 && asked < 500) {
      ({ status } = await fetch(`${service.url}/studies/1.2.3`, { headers }));
      asked += 1;
    }
    expect(asked).to.be.within(300, 401);
    const other = { Authorization: basic('machine') };
    expect((await fetch(`${service.url}/studies/1.2.3`, { headers: other })).status).to.equal(404);
  });
});
