import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/problem.js';
import { readSettings } from '../../src/config/read-settings.js';

describe('the tables file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'octriage-tables-'));
    path = join(folder, 'tables.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function read(content: string) {
    writeFileSync(path, content);
    return readSettings({ OCTRIAGE_TABLES: path, OCTRIAGE_CALLERS: 'FIRST' });
  }

  it('adds to the tables of the environment', () => {
    const settings = read(
      JSON.stringify({
        callers: [{ aeTitle: 'SECOND', from: '10.0.0.0/8' }],
        destinations: [
          {
            name: 'PACS',
            aeTitle: 'P',
            host: 'pacs.example',
            port: 104,
            commitment: 'same-association',
          },
        ],
        aeAddresses: [{ aeTitle: 'SECOND', host: '10.0.0.9', port: 104 }],
      }),
    );
    expect(settings.destinations[0]).to.include({ commitment: 'same-association' });
    expect(settings.aeAddresses.map(({ aeTitle }) => aeTitle)).to.deep.equal(['SECOND']);
    expect(settings.callers.map(({ aeTitle }) => aeTitle)).to.deep.equal(['FIRST', 'SECOND']);
    expect(settings.destinations).to.have.length(1);
  });

  it('holds device profiles as the site writes them', () => {
    const entry = { id: 'our-scanner', basedOn: 'nidek', match: { models: ['x'] } };
    expect(read(JSON.stringify({ deviceProfiles: [entry] })).profilesOfTables).to.deep.equal([
      entry,
    ]);
  });

  const wrong: Readonly<Record<string, readonly [content: string, says: RegExp]>> = {
    'not JSON': ['{', /is not JSON/],
    'an unknown table': ['{"caller": []}', /[Uu]nrecognized key/],
    'a port that is none': [
      '{"destinations":[{"name":"A","aeTitle":"B","host":"c","port":0}]}',
      /destinations\.0\.port/,
    ],
    'an object that is none': [
      '{"destinations":[{"name":"A","aeTitle":"B","host":"c","port":1,"objects":["pdf"]}]}',
      /destinations\.0\.objects\.0: the objects are of segmentation,/,
    ],
    'no object at all': [
      '{"destinations":[{"name":"A","aeTitle":"B","host":"c","port":1,"objects":[]}]}',
      /at least one kind/,
    ],
    'a network that is none': ['{"callers":[{"aeTitle":"A","from":"10.0"}]}', /callers\.0\.from/],
    'a device profile without an id': [
      '{"deviceProfiles":[{"basedOn":"nidek"}]}',
      /deviceProfiles\.0\.id/,
    ],
    'an AE title that is too long': ['{"callers":[{"aeTitle":"ABCDEFGHIJKLMNOPQ"}]}', /callers\.0/],
  };
  for (const [what, [content, says]] of Object.entries(wrong)) {
    it(`refuses ${what} and says where`, () => {
      expect(() => read(content)).to.throw(ConfigError, says);
    });
  }

  it('refuses a file that is not there', () => {
    expect(() => readSettings({ OCTRIAGE_TABLES: path })).to.throw(ConfigError, /cannot be read/);
  });
});
