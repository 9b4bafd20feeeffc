import { expect } from 'chai';
import { ConfigError } from '../../src/config/problem.js';
import { objectsFor } from '../../src/config/destination.js';
import { isAeDestination } from '../../src/config/destination.js';
import { readSettings, type Environment } from '../../src/config/read-settings.js';
import { SETTINGS } from '../../src/config/settings-manifest.js';

function problemsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ code, where }) => `${where} ${code}`);
    throw error;
  }
  return [];
}

describe('reading settings', () => {
  it('needs nothing: every default is valid', () => {
    const settings = readSettings({});
    expect(settings.aeTitle).to.equal('OCTRIAGE');
    expect(settings.dimsePort).to.equal(11112);
    expect(settings.httpPort).to.equal(8080);
    expect(settings.callers, 'nobody may come in unasked').to.deep.equal([]);
  });

  it('gives every setting its own variable', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable);
    expect(new Set(variables).size).to.equal(variables.length);
  });

  it('reads what the environment says', () => {
    const settings = readSettings({
      OCTRIAGE_CALLERS: 'SPECTRALIS1, MAESTRO@10.1.2.0/24',
      OCTRIAGE_DESTINATIONS: 'PACS=ORTHANC@127.0.0.1:4242,VNA=ARCHIVE@[::1]:104',
      OCTRIAGE_WORKERS: '2',
    });
    expect(settings.workers).to.equal(2);
    expect(settings.callers).to.deep.equal([
      { aeTitle: 'SPECTRALIS1' },
      { aeTitle: 'MAESTRO', from: '10.1.2.0/24' },
    ]);
    expect(settings.destinations).to.deep.equal([
      { name: 'PACS', aeTitle: 'ORTHANC', host: '127.0.0.1', port: 4242 },
      { name: 'VNA', aeTitle: 'ARCHIVE', host: '::1', port: 104 },
    ]);
  });

  it('a destination gets the objects that it names, else segmentation and report', () => {
    const { destinations } = readSettings({
      OCTRIAGE_DESTINATIONS: 'PACS=P@h:1,LAB=tls:L@h:2?objects=label-map + report',
    });
    expect(destinations[1]).to.deep.equal({
      name: 'LAB',
      aeTitle: 'L',
      host: 'h',
      port: 2,
      tls: true,
      objects: ['label-map', 'report'],
    });
    expect(destinations.map(objectsFor)).to.deep.equal([
      ['segmentation', 'report'],
      ['label-map', 'report'],
    ]);
  });

  it('refuses an object that is none, and an empty list', () => {
    for (const objects of ['pdf', 'report+', '']) {
      const settings = { OCTRIAGE_DESTINATIONS: `PACS=P@h:1?objects=${objects}` };
      expect(problemsOf(settings), objects).to.deep.equal([
        'OCTRIAGE_DESTINATIONS OCT_CONFIG_INVALID_VALUE',
      ]);
    }
  });

  const wrong: Readonly<Record<string, string>> = {
    OCTRIAGE_DIMSE_PORT: '99999',
    OCTRIAGE_AE_TITLE: 'SEVENTEEN_LETTERS',
    OCTRIAGE_CALLERS: 'MAESTRO@10.1.2.0/33',
    OCTRIAGE_DESTINATIONS: 'PACS=ORTHANC@localhost',
    OCTRIAGE_WORKERS: '-1',
    OCTRIAGE_LOG_LEVEL: 'verbose',
    OCTRIAGE_EXECUTION_PROVIDERS: 'cuda,gpu',
    OCTRIAGE_DATA_DIR: ' ',
  };
  for (const [variable, value] of Object.entries(wrong)) {
    it(`refuses ${variable}=${JSON.stringify(value)} by name`, () => {
      expect(problemsOf({ [variable]: value })).to.deep.equal([
        `${variable} OCT_CONFIG_INVALID_VALUE`,
      ]);
    });
  }

  it('names all problems at once', () => {
    expect(problemsOf({ ...wrong })).to.have.length(Object.keys(wrong).length);
  });

  it('refuses a setting that does not exist and says which one is meant', () => {
    expect(() => readSettings({ OCTRIAGE_DIMSEPORT: '104' })).to.throw(
      ConfigError,
      /did you mean OCTRIAGE_DIMSE_PORT\?/,
    );
  });

  it('reads whether and how a destination is asked for storage commitment', () => {
    const { destinations } = readSettings({
      OCTRIAGE_DESTINATIONS:
        'A=X@h:1,B=tls:Y@h:2?commitment=same-association,C=Z@h:3?commitment=another-association',
    });
    expect(destinations.map((one) => isAeDestination(one) && one.commitment)).to.deep.equal([
      undefined,
      'same-association',
      'another-association',
    ]);
    expect(problemsOf({ OCTRIAGE_DESTINATIONS: 'A=X@h:1?commitment=perhaps' })).to.have.length(1);
  });

  it('refuses two destinations of one name', () => {
    expect(problemsOf({ OCTRIAGE_DESTINATIONS: 'A=X@h:1,A=Y@h:2' })).to.deep.equal([
      'OCTRIAGE_DESTINATIONS OCT_CONFIG_DUPLICATE_DESTINATION',
    ]);
  });
});
