import { RESEARCH_USE_ONLY } from '../values/product.js';
import type { Block } from './document.js';
import { PRESENCE, SOURCES, type IodAttribute } from './iods.js';
import type { Statement } from './statement.js';
import { webServicesBlocks } from './web-services.js';

export const TITLE = 'DICOM Conformance Statement';

const h = (level: 1 | 2 | 3, heading: string): Block => ({ heading, level });
const p = (...sentences: readonly string[]): Block => ({ paragraph: sentences.join(' ') });
const table = (columns: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  columns,
  rows: rows.length > 0 ? rows : [columns.map((_, i) => (i === 0 ? 'none' : ''))],
});
const yes = (value: boolean): string => (value ? 'Yes' : 'No');

/** The statement in the order of PS3.2 Annex N. What this node does not have (query, media, print) is left out. */
export function annexN(statement: Statement): readonly Block[] {
  return [
    ...cover(statement),
    ...overview(statement),
    ...introduction(),
    ...implementationModel(statement),
    ...configuration(statement),
    ...services(statement),
    ...communication(statement),
    ...security(statement),
    ...iods(statement),
  ];
}

function cover({ product, implementation }: Statement): Block[] {
  return [
    h(1, TITLE),
    p(RESEARCH_USE_ONLY),
    table(
      ['Item', 'Value'],
      [
        ['Product', product.name],
        ['Version', product.version],
        ['Manufacturer', product.manufacturer],
        ['Implementation Class UID', implementation.classUid],
        ['Implementation Version Name', implementation.versionName],
      ],
    ),
    p(
      'Made by `octriage conformance` from the tables of the program and the configuration of the node;',
      'not written by hand.',
    ),
  ];
}

function overview({ sopClasses, transferSyntaxes }: Statement): Block[] {
  return [
    h(2, '1 Conformance Statement Overview'),
    p(
      'OCTriage receives Ophthalmic Tomography images over the network, reads them, and sends objects of its own',
      'back in the study of the scan. It has no media storage, no print and no display.',
    ),
    h(3, '1.1 SOP Classes'),
    table(
      ['SOP Class', 'SOP Class UID', 'SCU', 'SCP', 'Created', 'What is done'],
      sopClasses.map(({ name, uid, scu, scp, created, use }) => [
        ...[name, uid, yes(scu), yes(scp), yes(created), use],
      ]),
    ),
    h(3, '1.2 Transfer Syntaxes'),
    p(
      'In the order in which the acceptor prefers them. Each is accepted for every Storage SOP Class of 1.1.',
    ),
    table(
      ['Transfer Syntax', 'UID', 'Accepted for storage', 'Storage Commitment', 'Objects created'],
      transferSyntaxes.accepted.map(({ name, uid }) => [
        name,
        uid,
        'Yes',
        yes(transferSyntaxes.ofMessages.some((one) => one.uid === uid)),
        yes(transferSyntaxes.created.some((one) => one.uid === uid)),
      ]),
    ),
    p(
      'Received objects are stored byte for byte; none is transcoded.',
      '`octriage send` proposes a file in the transfer syntax in which it is stored.',
    ),
  ];
}

function introduction(): Block[] {
  return [
    h(2, '2 Introduction'),
    p(
      'For those who connect a scanner or an archive to this node.',
      'Terms are those of the DICOM Standard.',
      'A statement does not replace a test with the peer: `octriage echo` and a first scan do.',
    ),
  ];
}

function implementationModel({ applicationEntity }: Statement): Block[] {
  return [
    h(2, '3 Implementation Model'),
    p(
      `One Application Entity, ${applicationEntity.aeTitle}, in both roles.`,
      'As SCP it answers C-ECHO, stores what scanners send and answers for it (storage commitment).',
      'A scan that is complete is read; the objects made of it are sent as SCU to each destination,',
      'which is asked for storage commitment where it is configured so.',
      'Success of a C-STORE is answered after the object and its record are on disk.',
    ),
  ];
}

function configuration({ applicationEntity: ae }: Statement): Block[] {
  return [
    h(2, '4 Configuration'),
    table(
      ['Parameter', 'Value'],
      [
        ['AE title', ae.aeTitle],
        ['Further AE titles by which it may be called', ae.furtherAeTitles.join(', ') || 'none'],
        ['TCP port', String(ae.port)],
      ],
    ),
    h(3, '4.1 Who may call'),
    table(
      ['Calling AE title', 'From'],
      ae.callers.map(({ aeTitle, from }) => [aeTitle, from]),
    ),
    h(3, '4.2 Destinations'),
    table(
      ['Name', 'Address', 'Storage commitment'],
      ae.destinations.map(({ name, address, commitment }) => [name, address, commitment]),
    ),
    h(3, '4.3 Where reports of storage commitment go'),
    table(
      ['Address'],
      ae.commitmentReportsTo.map((address) => [address]),
    ),
  ];
}

function services({ sopClasses, commitment, retries, webServices }: Statement): Block[] {
  const proposing = sopClasses.filter(({ scpRoleOfRequestor }) => scpRoleOfRequestor);
  return [
    h(2, '5 Services'),
    h(3, '5.1 Verification'),
    p('SCP: answered to every admitted caller. SCU: `octriage echo`.'),
    h(3, '5.2 Storage'),
    p(
      'SCP: level 2 (full); nothing is coerced; an object that is known with the same content is answered with Success,',
      'one with other content under the same SOP Instance UID is refused.',
      `SCU: an attempt that failed is repeated after ${retries.initial} ms, then twice as long each time up to ${retries.maximum} ms.`,
    ),
    h(3, '5.3 Storage Commitment Push Model'),
    p(
      `SCP: the report comes on the association of the request where that is open after ${commitment.reportDelay} ms, else on a new one from the AE title that was addressed.`,
      `SCU: the association is held for ${commitment.hold} ms where the destination reports on it; without a report within ${commitment.timeout} ms it is asked again.`,
    ),
    p(
      'Role selection: the SCP role of the requestor is accepted for',
      `${proposing.map(({ name }) => name).join(', ')} alone.`,
    ),
    ...webServicesBlocks(webServices),
  ];
}

function communication(statement: Statement): Block[] {
  const { applicationEntity: ae, timers, statuses, rejections, aborts, implementation } = statement;
  return [
    h(2, '6 Network Communication'),
    h(3, '6.1 Association policies'),
    table(
      ['Parameter', 'Value'],
      [
        ['Application Context Name', implementation.applicationContext],
        ['Maximum PDU length received', `${ae.maximumPduLength} bytes`],
        ['Associations at one time', String(ae.maximumAssociations)],
        ['Associations at one time of one caller', String(ae.maximumAssociationsPerCaller)],
        ['Asynchronous operations', ae.asynchronousOperations],
      ],
    ),
    h(3, '6.2 Timers'),
    table(
      ['Timer', 'ms'],
      Object.entries(timers).map(([name, value]) => [name, String(value)]),
    ),
    h(3, '6.3 Association rejection'),
    table(
      ['Source', 'Reason', 'Meaning'],
      rejections.map(({ source, reason, meaning }) => [String(source), String(reason), meaning]),
    ),
    h(3, '6.4 Association abort'),
    table(
      ['Reason', 'Meaning'],
      aborts.map(({ code, meaning }) => [String(code), meaning]),
    ),
    h(3, '6.5 Status of C-STORE as SCP'),
    table(
      ['Status', 'Error Comment'],
      statuses.answered.map(({ status, comment }) => [status, comment]),
    ),
    h(3, '6.6 Status of C-STORE as SCU'),
    p(
      `Delivered: ${statuses.takenAsDelivered.join(', ')}. Any other status that is not in the table is a failure for good.`,
    ),
    table(
      ['Status', 'Meaning', 'Class', 'Sent again'],
      statuses.failures.map(({ status, meaning, errorClass, repeated }) => [
        ...[status, meaning, errorClass, yes(repeated)],
      ]),
    ),
    h(3, '6.7 Character sets'),
    p(
      `Read: ${statement.characterSets.read.join(', ')}. Written: ${statement.characterSets.written.join(', ')}.`,
    ),
  ];
}

function security({ security: { tls, ...rest } }: Statement): Block[] {
  return [
    h(2, '7 Security'),
    table(
      ['Parameter', 'Value'],
      [
        [
          'DICOM over TLS (PS3.15 B.12)',
          tls ? `listened for on port ${rest.tlsPort}` : 'no certificate configured',
        ],
        ['Client certificate', rest.clientCertificate],
        ['Least version', rest.minimumVersion],
        ['Cipher suites', rest.cipherSuites.join(', ')],
        ['Admission', 'by calling AE title and address; nobody by default'],
      ],
    ),
  ];
}

function iods({ iods: kinds }: Statement): Block[] {
  return [
    h(2, '8 Objects created'),
    p('Presence:', list(PRESENCE)),
    p('Source:', list(SOURCES)),
    p(
      'Observed in objects that the builders made of scans of all supported devices, outcomes and faulty headers, and',
      'held equal to the builders by a test. No private attributes and no attributes beyond these are written.',
    ),
    ...kinds.flatMap(({ kind, name, sopClassUid, modality, attributes, content }, index) => [
      h(3, `8.${index + 1} ${name}: ${kind}`),
      p(`SOP Class UID ${sopClassUid}, Modality ${modality}.`),
      table(
        ['Attribute', 'Tag', 'VR', 'Presence', 'Source', 'Value'],
        attributes.map(attributeRow),
      ),
      ...(content === undefined
        ? []
        : [
            p('Content:'),
            table(
              ['Item', 'Relationship', 'Value Type', 'Presence'],
              content.map((item) => [
                ...['>'.repeat(item.level) + item.concept, item.relationship],
                ...[item.valueType, item.presence],
              ]),
            ),
          ]),
    ]),
  ];
}

function list(meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings)
    .map(([term, meaning]) => `${term} ${meaning}`)
    .join('; ')
    .concat('.');
}

function attributeRow({ path, tag, vr, presence, source, value }: IodAttribute): string[] {
  const name = '>'.repeat(path.length - 1) + (path.at(-1) ?? '');
  return [name, tag, vr, presence, source ?? '', value ?? ''];
}
