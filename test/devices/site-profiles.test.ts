import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { ConfigError } from '../../src/config/problem.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { siteProfiles } from '../../src/devices/site-profiles.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const phantom = { seed: 1, laterality: 'R', pathologies: [] } as const;

describe('devices: profiles of a site', () => {
  const folder = temporaryFolder();

  function written(name: string, content: unknown): string {
    const path = folder(name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  function problemsOf(path: string): string {
    try {
      siteProfiles(path);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return '';
  }

  it('without a path there are the profiles of the program', () => {
    expect(siteProfiles('')).to.equal(PROFILES);
  });

  it('adds a device that is based on a known one, and the match names the file', () => {
    const path = written('acme.json', {
      id: 'acme-eyescan',
      basedOn: 'topcon-3doct-2000',
      family: 'Acme Eyescan',
      name: 'Acme Eyescan, macula',
      match: { manufacturers: ['acme*'], models: ['eyescan 3000'] },
      geometry: {
        limits: {
          depth: { from: 2, to: 2.2 },
          width: { from: 5, to: 7 },
          frameSpacing: { from: 0.02, to: 1 },
        },
      },
    });
    const profiles = siteProfiles(path);
    expect(profiles).to.have.length(PROFILES.length + 1);
    const match = matchProfile(makeOptFile({ dress: 'unknown', phantom }).header, profiles);
    expect(match.matched && match.profile).to.deep.include({ id: 'acme-eyescan' });
    expect(match.matched && match.profile.geometry.trust).to.include('planes');
    expect(match.because).to.include('(profile of this site: acme.json)');
  });

  it('reads the entries of the tables file beside the files, and the match names it', () => {
    const file = '/data/tables.json';
    const path = written('nidek.json', { id: 'our-nidek', basedOn: 'nidek' });
    const own = { id: 'our-canon', basedOn: 'canon', evidence: 'documents' };
    const profiles = siteProfiles(path, { file, entries: [own] });
    expect(profiles.slice(PROFILES.length).map(({ id, siteFile }) => [id, siteFile])).to.deep.equal(
      [
        ['our-nidek', 'nidek.json'],
        ['our-canon', 'tables.json'],
      ],
    );
    const twice = { file, entries: [{ id: 'our-nidek', basedOn: 'canon' }] };
    expect(() => siteProfiles(path, twice)).to.throw(
      ConfigError,
      '/data/tables.json: our-nidek: is written twice; see nidek.json',
    );
  });

  it('overrides a profile in its place, from a folder of files', () => {
    mkdirSync(folder('site'));
    const { id } = PROFILES[1]!;
    const change = { id, basedOn: id, match: { rows: { from: 400, to: 600 } } };
    writeFileSync(join(folder('site'), 'b.json'), JSON.stringify([change]));
    writeFileSync(join(folder('site'), 'notes.txt'), 'not read');
    const profiles = siteProfiles(folder('site'));
    expect(profiles.map((profile) => profile.id)).to.deep.equal(PROFILES.map((one) => one.id));
    expect(profiles[1]).to.deep.include({ siteFile: 'b.json' });
    expect(profiles[1]?.match.rows).to.deep.equal({ from: 400, to: 600 });
    expect(profiles[1]?.match.models).to.deep.equal(PROFILES[1]?.match.models);
  });

  it('R11: writes the least number of B-scans of a protocol, beside the limits that the profile has', () => {
    const id = 'heidelberg-spectralis-volume';
    const change = { id, basedOn: id, quality: { Q03: { acceptable: 19, assessable: 15 } } };
    const profiles = siteProfiles(written('frames.json', change));
    const { quality } = profiles.find((profile) => profile.id === id)!;
    expect(quality?.Q03).to.deep.equal({ acceptable: 19, assessable: 15 });
    expect(quality?.Q01).to.deep.equal({ acceptable: 86 });
  });

  for (const [what, content, expected] of [
    [
      'a criterion that does not exist',
      { id: 'abc', basedOn: 'nidek', quality: { Q99: {} } },
      'Q99',
    ],
    ['no JSON', '{', 'is not JSON'],
    ['no profile', [7], '0: is not a profile'],
    ['an unknown base', { id: 'abc', basedOn: 'nothing' }, 'abc.basedOn: names no profile'],
    ['a whole profile with gaps', { id: 'abc' }, 'abc.family'],
    [
      'an inverted range and a wrong word',
      {
        id: 'abc',
        basedOn: 'nidek',
        scanPattern: 'star',
        match: { rows: { from: 9, to: 1 } },
      },
      'abc.match.rows: "from" is greater than "to"',
    ],
    ['a key that does not exist', { id: 'abc', basedOn: 'nidek', frames: 3 }, 'frames'],
    [
      'the same id twice',
      [
        { id: 'abc', basedOn: 'nidek' },
        { id: 'abc', basedOn: 'canon' },
      ],
      'abc: is written twice',
    ],
    [
      'another SOP class',
      { id: 'abc', basedOn: 'nidek', match: { sopClassUid: '1.2.840.10008.5.1.4.1.1.7' } },
      'abc.match.sopClassUid',
    ],
  ] as const) {
    it(`refuses ${what}, with the place and a code`, () => {
      const problems = problemsOf(written('wrong.json', content));
      expect(problems).to.include(expected);
      expect(problems).to.match(/\[OCT_CONFIG_(INVALID_PROFILE|UNREADABLE_FILE)\]$/);
    });
  }

  it('refuses a path that is not there', () => {
    expect(problemsOf(folder('missing')))
      .to.include('cannot be read')
      .and.include('OCT_CONFIG');
  });
});
