import { expect } from 'chai';
import { temporaryFolder } from '../support/temporary-folder.js';
import { killAssociations } from './associations.js';

const ASSOCIATIONS = 10_000;

describe('R13: associations killed in every state', () => {
  const folder = temporaryFolder();

  it(`${ASSOCIATIONS} leave no socket, timer, handle, reception, file or open row`, async () => {
    const left = await killAssociations(ASSOCIATIONS, folder('data'), 20_261_123);
    const { accepted, recorded, seconds, ...open } = left;
    expect(open).to.deep.equal({ associations: 0, connections: 0, handles: [], incoming: [] });
    expect(accepted).to.be.greaterThan(ASSOCIATIONS / 4);
    expect(recorded, 'each accepted association is on record, ended').to.equal(accepted);
    expect(seconds).to.be.greaterThan(0);
  }).timeout(300_000);
});
