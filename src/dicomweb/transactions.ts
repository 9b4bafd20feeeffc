import type { Permission } from '../values/role.js';
import { DATA_SET_TYPES, JSON_TYPES } from './answer.js';
import { PICTURE_TYPES } from './rendered/ports.js';

interface WebTransaction {
  readonly name: string;
  readonly section: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** URI templates behind the service's own. */
  readonly resources: readonly string[];
  readonly permission: Permission;
  /** Media types of the answer, the preferred first. */
  readonly answers: readonly string[];
  readonly note?: string;
}

const STUDY = '/studies/{study}';
const SERIES = `${STUDY}/series/{series}`;
const INSTANCE = `${SERIES}/instances/{instance}`;
const WORKITEM = '/workitems/{workitem}';
const SUBSCRIBER = `${WORKITEM}/subscribers/{aetitle}`;

/** The transactions of PS3.18 that are served, for the conformance statement; a test holds them equal to the routes. */
export const WEB_TRANSACTIONS: readonly WebTransaction[] = [
  {
    name: 'Store',
    section: '10.5',
    method: 'POST',
    resources: ['/studies', STUDY],
    permission: 'store',
    answers: DATA_SET_TYPES,
    note: 'application/dicom, or multipart/related of it; the objects and transfer syntaxes of 1.1 and 1.2.',
  },
  {
    name: 'Retrieve',
    section: '10.4',
    method: 'GET',
    resources: [STUDY, SERIES, INSTANCE],
    permission: 'see-patients',
    answers: ['multipart/related; type="application/dicom"', 'application/dicom'],
    note: 'As stored, or Explicit VR Little Endian.',
  },
  {
    name: 'Retrieve Metadata',
    section: '10.4.1.1.2',
    method: 'GET',
    resources: [STUDY, SERIES, INSTANCE].map((path) => `${path}/metadata`),
    permission: 'see-patients',
    answers: JSON_TYPES,
  },
  {
    name: 'Retrieve Frames',
    section: '10.4.1.1.6',
    method: 'GET',
    resources: [`${INSTANCE}/frames/{frames}`],
    permission: 'see-patients',
    answers: ['multipart/related; type="application/octet-stream", or the media type as stored'],
  },
  {
    name: 'Retrieve Bulkdata',
    section: '10.4.1.1.5',
    method: 'GET',
    resources: [`${INSTANCE}/bulkdata/{path}`],
    permission: 'see-patients',
    answers: ['multipart/related; type="application/octet-stream"', 'application/octet-stream'],
  },
  {
    name: 'Retrieve Rendered',
    section: '10.4.1.1.3',
    method: 'GET',
    resources: [STUDY, SERIES, INSTANCE, `${INSTANCE}/frames/{frames}`].map(
      (path) => `${path}/rendered`,
    ),
    permission: 'see-patients',
    answers: PICTURE_TYPES,
    note: 'Several frames as multipart/related. accept, annotation, quality, viewport, window; not charset and iccprofile. Of the annotations: tissues (our own: the findings of the active result, painted); patient and technique are answered with a Warning.',
  },
  {
    name: 'Retrieve Thumbnail',
    section: '10.4.1.1.4',
    method: 'GET',
    resources: [STUDY, SERIES, INSTANCE, `${INSTANCE}/frames/{frames}`].map(
      (path) => `${path}/thumbnail`,
    ),
    permission: 'see-patients',
    answers: PICTURE_TYPES,
    note: 'The frame in the middle of the first object with pixels, within 256 × 256 where no viewport is given.',
  },
  {
    name: 'Search',
    section: '10.6',
    method: 'GET',
    resources: [
      '/studies',
      '/series',
      '/instances',
      `${STUDY}/series`,
      `${STUDY}/instances`,
      `${SERIES}/instances`,
    ],
    permission: 'see-patients',
    answers: JSON_TYPES,
    note: 'limit to 1000, offset, includefield; fuzzymatching is answered with a Warning.',
  },
  {
    name: 'Create Workitem',
    section: '11.4',
    method: 'POST',
    resources: ['/workitems'],
    permission: 'store',
    answers: [],
    note: 'Our Scheduled Workitem Code alone, for the instances of one scan that is stored and complete.',
  },
  {
    name: 'Retrieve Workitem',
    section: '11.5',
    method: 'GET',
    resources: [WORKITEM],
    permission: 'see-scans',
    answers: DATA_SET_TYPES,
    note: 'The patient only to who has the permission see-patients.',
  },
  {
    name: 'Update Workitem',
    section: '11.6',
    method: 'POST',
    resources: [WORKITEM],
    permission: 'store',
    answers: [],
  },
  {
    name: 'Change Workitem State',
    section: '11.7',
    method: 'PUT',
    resources: [`${WORKITEM}/state`],
    permission: 'store',
    answers: [],
  },
  {
    name: 'Request Cancellation',
    section: '11.8',
    method: 'POST',
    resources: [`${WORKITEM}/cancelrequest`],
    permission: 'store',
    answers: [],
  },
  {
    name: 'Search Workitems',
    section: '11.9',
    method: 'GET',
    resources: ['/workitems'],
    permission: 'see-scans',
    answers: JSON_TYPES,
    note: 'Every attribute that is retrieved can be matched, into sequences too; limit to 1000, offset.',
  },
  {
    name: 'Subscribe',
    section: '11.10',
    method: 'POST',
    resources: [SUBSCRIBER],
    permission: 'store',
    answers: [],
    note: 'To a workitem, the worklist, or a part of it by filter; deletion locks are kept.',
  },
  {
    name: 'Unsubscribe',
    section: '11.11',
    method: 'DELETE',
    resources: [SUBSCRIBER],
    permission: 'store',
    answers: [],
  },
  {
    name: 'Suspend Global Subscription',
    section: '11.12',
    method: 'POST',
    resources: [`${SUBSCRIBER}/suspend`],
    permission: 'store',
    answers: [],
  },
  {
    name: 'Open Notification Connection',
    section: '8.10.4',
    method: 'GET',
    resources: ['/subscribers/{aetitle}'],
    permission: 'store',
    answers: ['WebSocket, event reports in JSON'],
    note: 'Who is not connected is not told later.',
  },
];
