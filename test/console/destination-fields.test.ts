import { expect } from 'chai';
import { RETRY_SCHEMA } from '../../src/config/delivery-terms.js';
import { ROUTING_RULE_SCHEMA } from '../../src/config/routing-rule.js';
import { DESTINATION_FORMS, parseTables } from '../../src/config/tables-file.js';
import {
  DESTINATION_KINDS,
  destinationOf,
  fieldsOf,
  type DestinationKind,
} from '../../src/console/page/destination-fields.js';

const kinds = Object.keys(DESTINATION_KINDS) as DestinationKind[];

function filled(values: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [path, value] of Object.entries(values)) form.append(path, value);
  return form;
}

/** What is read back from the tables file that such a form makes. */
function readBack(kind: DestinationKind, values: Readonly<Record<string, string>>): unknown {
  const row = destinationOf(kind, filled(values));
  const parsed = parseTables(JSON.stringify({ destinations: [row] }), 'tables');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ what }) => what).join());
  return parsed.tables.destinations[0];
}

describe('console: the form of a destination is the table’s own schema', () => {
  for (const kind of kinds) {
    it(`has a field for every key, and none besides: ${kind}`, () => {
      const heads = fieldsOf(kind).map(({ path }) => path.split('.')[0]!);
      if (kind === 'toSender') heads.push('toSender');
      const keys = Object.keys(DESTINATION_FORMS[kind].shape);
      expect([...new Set(heads)].sort()).to.deep.equal(keys.sort());
    });
  }

  it('and for every key of a rule and of the retries', () => {
    const parts = (head: string) =>
      fieldsOf('aeTitle').flatMap(({ path }) =>
        path.startsWith(`${head}.`) ? [path.split('.').at(-1)!] : [],
      );
    expect(parts('when').sort()).to.deep.equal(Object.keys(ROUTING_RULE_SCHEMA.shape).sort());
    expect(parts('retry').sort()).to.deep.equal(Object.keys(RETRY_SCHEMA.shape).sort());
  });

  it('a web service with its secret in a file, hours and a rule', () => {
    expect(
      readBack('url', {
        name: 'CLOUD',
        url: 'https://pacs.example.org/dicom-web',
        'authentication.bearerTokenFile': '/run/secrets/token',
        objects: 'report',
        hours: '20:00-06:30, 12:00-13:00',
        'when.0.decisions': 'urgent, not-assessed',
        'when.0.attributes': 'StationName=EYE*',
        'retry.attempts': '5',
      }),
    ).to.deep.equal({
      name: 'CLOUD',
      url: 'https://pacs.example.org/dicom-web',
      authentication: { bearerTokenFile: '/run/secrets/token' },
      objects: ['report'],
      hours: ['20:00-06:30', '12:00-13:00'],
      when: [{ decisions: ['urgent', 'not-assessed'], attributes: { StationName: 'EYE*' } }],
      retry: { attempts: 5 },
    });
  });

  it('a node with TLS, and one that answers the sender', () => {
    const pacs = { name: 'PACS', aeTitle: 'ORTHANC', host: 'pacs', port: '104', tls: 'on' };
    expect(readBack('aeTitle', { ...pacs, serverName: 'pacs.example.org' })).to.deep.equal({
      ...pacs,
      port: 104,
      tls: true,
      serverName: 'pacs.example.org',
    });
    expect(
      readBack('toSender', { name: 'BACK', fallbacks: 'report=enhanced-report' }),
    ).to.deep.equal({ name: 'BACK', toSender: true, fallbacks: { report: 'enhanced-report' } });
  });
});
