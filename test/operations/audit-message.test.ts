import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as events from '../../src/operations/audit/events.js';
import { AUDIT_EVENTS, AUDIT_ROLES, AUDIT_TYPES } from '../../src/operations/audit/codes.js';
import { auditXml, type AuditMessage } from '../../src/operations/audit/message.js';
import { syslogFrame } from '../../src/operations/audit/syslog.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { PYTHON, requireTool } from '../support/tools.js';

const SCHEMA = fileURLToPath(new URL('audit-message.rng', import.meta.url));
const AT = new Date('2026-03-01T10:00:00.000Z');
const US = { userId: '4711', aeTitles: ['OCTRIAGE'], address: 'node.example.org' };
const SCANNER = { userId: 'SCANNER', aeTitles: ['SCANNER'], address: '10.1.2.3' };
const STUDY = {
  studyInstanceUid: '1.2.3',
  sopClasses: [{ uid: '1.2.840.10008.5.1.4.1.1.77.1.5.4', instances: 2 }],
};
const TRANSFER = {
  source: SCANNER,
  destination: US,
  requestor: 'source' as const,
  studies: [STUDY, { ...STUDY, studyInstanceUid: '1.2.4', patientId: 'P<&"\u0001\n1' }],
};

const MESSAGES: Readonly<Record<string, Omit<AuditMessage, 'at'>>> = {
  'Application Activity': events.applicationActivity(US, 'start'),
  'Begin Transferring DICOM Instances': events.beginTransferring(TRANSFER),
  'DICOM Instances Transferred': events.instancesTransferred(TRANSFER, true),
  'DICOM Instances Transferred, and failed': events.instancesTransferred(
    { ...TRANSFER, studies: [] },
    false,
  ),
  'DICOM Instances Accessed': events.instancesAccessed({ userId: 'ada' }, US, STUDY),
  Query: events.query({ userId: 'ada', address: '::1' }, US, 0, {
    sopClassUid: '1.2.840.10008.5.1.4.1.2.2.1',
    asked: '',
  }),
  'Security Alert': events.securityAlert(US, AUDIT_TYPES.nodeAuthentication, 4, {
    by: SCANNER,
    node: 'OCTRIAGE',
    description: 'association rejected',
  }),
  'User Authentication': events.userAuthentication({ userId: 'ada' }, US, 'login', 0),
};

describe('operations: audit messages (PS3.15 A.5)', () => {
  const folder = temporaryFolder();

  for (const [name, content] of Object.entries(MESSAGES)) {
    it(`${name} is valid by the schema of PS3.15 A.5.1.1 to xmllint`, async function () {
      requireTool(this, 'xmllint');
      const path = folder('message.xml');
      writeFileSync(path, auditXml({ ...content, at: AT }, 'OCTRIAGE'));
      const { code, stderr } = await run('xmllint', ['--noout', '--relaxng', SCHEMA, path]);
      expect(stderr).to.contain('validates');
      expect(code).to.equal(0);
    });
  }

  it('a message with two requestors or none, or without its participants, is not what we make', async function () {
    for (const { participants } of Object.values(MESSAGES)) {
      expect(participants.length).to.be.greaterThan(0);
      expect(participants.filter(({ isRequestor }) => isRequestor).length).to.be.at.most(1);
    }
    requireTool(this, 'xmllint');
    const path = folder('wrong.xml');
    const xml = auditXml({ ...MESSAGES['Query']!, at: AT, participants: [] }, 'OCTRIAGE');
    writeFileSync(path, xml);
    expect((await run('xmllint', ['--noout', '--relaxng', SCHEMA, path])).code).to.not.equal(0);
  });

  it('its codes are those of the standard, by pydicom', async function () {
    requireTool(this, 'python3-pydicom');
    const ours = [AUDIT_EVENTS, AUDIT_TYPES, AUDIT_ROLES].flatMap((table) => Object.values(table));
    const script = `import json, sys
from pydicom.sr._concepts_dict import concepts
known = {code: meaning for names in concepts['DCM'].values() for code, (meaning, _) in names.items()}
print(json.dumps([code for code, meaning in json.loads(sys.argv[1]) if known.get(code) != meaning]))`;
    const pairs = JSON.stringify(ours.map(({ code, meaning }) => [code, meaning]));
    const { stdout, stderr } = await run(PYTHON, ['-c', script, pairs]);
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal([]);
  });

  it('goes as syslog with the length in bytes in front (RFC 5425) and the header of RFC 5424', () => {
    const frame = syslogFrame('<é/>', 'notice', AT, { hostname: 'a b', processId: 7 });
    const text = frame.toString('utf8');
    const [length] = text.split(' ', 1);
    expect(Number(length)).to.equal(frame.length - length!.length - 1);
    expect(text.slice(length!.length + 1)).to.equal(
      '<85>1 2026-03-01T10:00:00.000Z ab octriage 7 DICOM+RFC3881 - \uFEFF<é/>',
    );
  });
});
