import { Router, type RequestHandler } from 'express';
import { dicomJson, jsonTag, type JsonDataSet } from '../dicom/dicom-json.js';
import { DataSet } from '../dicom/data-set.js';
import { DICTIONARY, type Keyword } from '../dicom/dictionary.js';
import type { QueryLevel } from '../dicom/query-levels.js';
import { requirePermission } from '../http/identity.js';
import { JSON_TYPES, negotiate, sendList } from './answer.js';
import type { Match } from '../dicom/study-query.js';
import type { QueryPort } from './ports.js';
import { queryOf, type Query } from './query-parameters.js';
import { instanceUrl, seriesUrl, serviceUrl, studyUrl } from './urls.js';

const PATHS = {
  study: ['/studies'],
  series: ['/series', '/studies/:study/series'],
  instance: ['/instances', '/studies/:study/instances', '/studies/:study/series/:series/instances'],
} as const satisfies Record<QueryLevel, readonly string[]>;

/** Of an instance these are returned without being asked for (PS3.18 Table 10.6.3-5). */
const USUAL: ReadonlySet<string> = new Set(
  (
    [
      'SpecificCharacterSet',
      'SOPClassUID',
      'SOPInstanceUID',
      'InstanceNumber',
      'Rows',
      'Columns',
      'BitsAllocated',
      'NumberOfFrames',
    ] as const satisfies readonly Keyword[]
  ).map((keyword) => jsonTag(DICTIONARY[keyword].tag)),
);

/** QIDO-RS (PS3.18 10.6): searches for studies, series and instances, answered in DICOM JSON. */
export function queryRouter(port: QueryPort): Router {
  const router = Router();
  const searching =
    (level: QueryLevel): RequestHandler =>
    async (request, response) => {
      const type = negotiate(request, JSON_TYPES);
      const query = queryOf(request, level);
      const { search } = query;
      // One more than asked for tells whether there are more.
      const found = await port.search({ ...search, limit: search.limit + 1 });
      const service = serviceUrl(request);
      const warnings = [...query.warnings];
      if (found.length > search.limit)
        warnings.push('There are additional results that can be requested.');
      if (warnings.length > 0)
        response.set(
          'Warning',
          warnings.map((text) => `299 ${service}: ${text}`),
        );
      const matches = found.slice(0, search.limit);
      sendList(
        response,
        type,
        matches.map((match) => answerOf(match, query, service)),
      );
    };
  for (const level of ['study', 'series', 'instance'] as const)
    router.get([...PATHS[level]], requirePermission('see-patients'), searching(level));
  return router;
}

function answerOf(match: Match, { search, includeFields }: Query, service: string): JsonDataSet {
  const { study = {}, series = {}, instance = {} } = match.attributes;
  const { studyInstanceUid, seriesInstanceUid = '', sopInstanceUid = '' } = match;
  const ids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
  const made = DataSet.of(
    {
      study: () => ({
        RetrieveURL: studyUrl(service, studyInstanceUid),
        ModalitiesInStudy: match.modalities,
        NumberOfStudyRelatedSeries: match.studySeries,
        NumberOfStudyRelatedInstances: match.studyInstances,
      }),
      series: () => ({
        RetrieveURL: seriesUrl(service, ids),
        NumberOfSeriesRelatedInstances: match.seriesInstances,
      }),
      instance: () => ({ RetrieveURL: instanceUrl(service, ids) }),
    }[search.level](),
  ).set('InstanceAvailability', 'ONLINE');
  const wanted = Object.entries(instance).filter(
    ([tag]) => includeFields === 'all' || USUAL.has(tag) || includeFields.has(tag),
  );
  return inOrder({ ...study, ...series, ...Object.fromEntries(wanted), ...dicomJson(made) });
}

function inOrder(json: JsonDataSet): JsonDataSet {
  return Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
}
