import type { Attributes } from '../../src/dicom/data-set.js';
import { DataSet } from '../../src/dicom/data-set.js';

/** Patient and study attributes as real archives hold them: none of them may break a result (lessons.md R39). */
export const HOSTILE_ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  'everything empty': {
    PatientName: [],
    PatientID: [],
    PatientBirthDate: [],
    PatientSex: [],
    StudyDate: [],
    StudyTime: [],
    StudyID: [],
    AccessionNumber: [],
    ReferringPhysicianName: [],
    IssuerOfPatientID: [],
  },
  'everything too long': {
    PatientName: `${'N'.repeat(100)}^${'M'.repeat(100)}`,
    PatientID: 'I'.repeat(80),
    StudyID: 'S'.repeat(40),
    AccessionNumber: 'A'.repeat(40),
    StudyDescription: 'ä'.repeat(200),
    ReferringPhysicianName: 'R'.repeat(400),
  },
  'forms that are none': {
    PatientBirthDate: '01.02.1950',
    PatientSex: 'female',
    PatientAge: '67',
    StudyDate: '2024-02-29',
    StudyTime: '12:00:00',
    TimezoneOffsetFromUTC: 'CET',
  },
  'control characters, several values, too many components': {
    PatientName: 'A^B^C^D^E^F^G=H=I=J',
    PatientID: ['one', 'two'],
    StudyDescription: 'line\nfeed\ttab\u0000nul',
  },
  'empty and partly filled sequences': {
    IssuerOfAccessionNumberSequence: [],
    OtherPatientIDsSequence: [
      new DataSet(),
      DataSet.of({ PatientID: 'other', TypeOfPatientID: 'TEXT' }),
    ],
    IssuerOfPatientIDQualifiersSequence: [new DataSet()],
  },
};
