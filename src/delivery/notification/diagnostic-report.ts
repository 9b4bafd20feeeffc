import { CODING_SCHEME_UID } from '../../dicom/uids.js';
import { escaped } from '../../dicom/markup.js';
import { deterministicUid } from '../../dicom/uid.js';
import type { NotificationFact } from '../../values/notification.js';
import { PRODUCT, RESEARCH_USE_ONLY } from '../../values/product.js';
import { REFERRAL_CLASSES, REFERRAL_CODE_VALUES } from '../../values/referral-class.js';
import type { NotifiedAttributes } from './attributes.js';

const URI = 'urn:ietf:rfc:3986';
/** HL7's own tables (version 2) as FHIR code systems. */
const HL7_V2 = 'http://terminology.hl7.org/CodeSystem/v2-';

/** What a report of one revision of a scan is known by: made twice, it is the same one. */
export function reportIdentifier({ scan, revision }: Pick<NotificationFact, 'scan' | 'revision'>) {
  const uid = deterministicUid('diagnostic report', scan, String(revision));
  return { system: URI, value: `urn:oid:${uid}` };
}

/**
 * A decision as FHIR R4 DiagnosticReport. Its status is `preliminary`: nobody has verified it. Without PatientID among
 * the attributes it has no subject. A later revision names the report that it replaces.
 */
export function diagnosticReport(fact: NotificationFact, attributes: NotifiedAttributes) {
  const { at, decision = '', laterality } = fact;
  const referral = REFERRAL_CLASSES.find((name) => name === decision);
  const [code, meaning] = REFERRAL_CODE_VALUES[referral ?? 'not-assessed'];
  const eye = laterality === undefined ? '' : ` (${laterality === 'R' ? 'right' : 'left'} eye)`;
  const because = referral === undefined ? `: ${decision}` : '';
  const conclusion = `${meaning}${eye}${because}. ${PRODUCT.name} ${PRODUCT.version}. ${RESEARCH_USE_ONLY}`;
  return {
    resourceType: 'DiagnosticReport',
    text: {
      status: 'generated',
      div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${escaped(conclusion)}</p></div>`,
    },
    ...(fact.revision > 1 && { extension: [replaces(fact)] }),
    identifier: [reportIdentifier(fact)],
    ...(attributes.AccessionNumber !== undefined && {
      basedOn: [{ identifier: accession(attributes.AccessionNumber) }],
    }),
    status: 'preliminary',
    category: [{ coding: [{ system: `${HL7_V2}0074`, code: 'IMG' }] }],
    code: {
      coding: [
        { system: 'http://loinc.org', code: '18748-4', display: 'Diagnostic imaging study' },
      ],
      text: 'Referral suggestion from optical coherence tomography of the eye',
    },
    ...subject(attributes),
    issued: at,
    ...(attributes.StudyInstanceUID !== undefined && {
      imagingStudy: [
        {
          identifier: {
            system: 'urn:dicom:uid',
            value: `urn:oid:${attributes.StudyInstanceUID}`,
          },
        },
      ],
    }),
    conclusion,
    conclusionCode: [
      { coding: [{ system: `urn:oid:${CODING_SCHEME_UID}`, code, display: meaning }] },
    ],
  };
}

function replaces({ scan, revision }: NotificationFact) {
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/diagnosticReport-replaces',
    valueReference: { identifier: reportIdentifier({ scan, revision: revision - 1 }) },
  };
}

function accession(value: string) {
  return { type: { coding: [{ system: `${HL7_V2}0203`, code: 'ACSN' }] }, value };
}

function subject({ PatientID, IssuerOfPatientID, PatientName }: NotifiedAttributes) {
  if (PatientID === undefined && PatientName === undefined) return {};
  return {
    subject: {
      ...(PatientID !== undefined && {
        identifier: {
          type: { coding: [{ system: `${HL7_V2}0203`, code: 'MR' }] },
          value: PatientID,
          ...(IssuerOfPatientID !== undefined && { assigner: { display: IssuerOfPatientID } }),
        },
      }),
      ...(PatientName !== undefined && { display: PatientName }),
    },
  };
}
