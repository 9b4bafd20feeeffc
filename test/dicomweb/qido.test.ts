import { expect } from 'chai';
import type { Attributes } from '../../src/dicom/data-set.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { optDataSet, resultObject, scheduleScan, sendObject } from '../archive/objects.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { dicomwebClient, type WebClient } from './client.js';
import { startService, type TestService } from './service.js';

const study = (name: string): string => deterministicUid('study', name);
const series = (name: string): string => deterministicUid('series', name);

/** Three studies of two patients, the first with two series. */
const OBJECTS: readonly (readonly [name: string, Attributes])[] = [
  [
    'a',
    {
      StudyInstanceUID: study('1'),
      SeriesInstanceUID: series('1'),
      PatientName: 'DOE^JANE',
      PatientID: 'A1',
      StudyDate: '20250110',
      StudyTime: '101500',
      AccessionNumber: 'ACC[1]',
      Laterality: 'L',
      InstanceNumber: '1',
    },
  ],
  [
    'b',
    {
      StudyInstanceUID: study('1'),
      SeriesInstanceUID: series('2'),
      PatientName: 'DOE^JANE',
      PatientID: 'A1',
      StudyDate: '20250110',
      StudyTime: '101500',
      Modality: 'OP',
      ImageComments: 'a comment',
      InstanceNumber: '7',
    },
  ],
  [
    'c',
    {
      StudyInstanceUID: study('2'),
      SeriesInstanceUID: series('3'),
      PatientName: 'Doering^Max',
      PatientID: 'A2',
      StudyDate: '20250210',
    },
  ],
  [
    'd',
    {
      SpecificCharacterSet: 'ISO_IR 192',
      StudyInstanceUID: study('3'),
      SeriesInstanceUID: series('4'),
      PatientName: 'Yamada^Tarou=山田^太郎',
      PatientID: 'B1',
      StudyDate: '20250310',
    },
  ],
];

describe('QIDO-RS', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let service: TestService;
  let client: WebClient;

  before(async () => {
    service = await startService(folder('data'));
    client = dicomwebClient(service.url);
    for (const [name, attributes] of OBJECTS)
      expect((await sendObject(service.archive, optDataSet(name, 7, attributes))).status).to.equal(
        0,
      );
  });
  after(async () => {
    await service.stop();
    expect(service.errors).to.deep.equal([]);
  });

  async function studies(queryParams: Record<string, string>): Promise<string[]> {
    const found = await client.searchForStudies({ queryParams });
    return found.map((json) => String(json['0020000D']?.Value?.[0]));
  }

  for (const [query, names] of [
    [{}, ['3', '2', '1']],
    [{ PatientID: 'A1' }, ['1']],
    [{ '00100020': 'A*' }, ['2', '1']],
    [{ PatientID: 'A?' }, ['2', '1']],
    [{ PatientID: '' }, ['3', '2', '1']],
    [{ PatientName: 'doe^jane' }, ['1']],
    [{ PatientName: 'DOE*' }, ['2', '1']],
    [{ PatientName: 'Doe' }, []],
    [{ StudyDate: '20250110' }, ['1']],
    [{ StudyDate: '20250111-20250210' }, ['2']],
    [{ StudyDate: '-20250210' }, ['2', '1']],
    [{ StudyDate: '20250210-' }, ['3', '2']],
    [{ StudyTime: '1015-1015' }, ['1']],
    [{ AccessionNumber: 'ACC[1]' }, ['1']],
    [{ AccessionNumber: 'ACC[*' }, ['1']],
    [{ ModalitiesInStudy: 'OP' }, ['1']],
    [{ StudyInstanceUID: `${study('1')},${study('3')}` }, ['3', '1']],
    [{ PatientID: 'A1', StudyDate: '20250310' }, []],
    [{ PatientID: "A' OR 1=1 --" }, []],
    [{ limit: '1' }, ['3']],
    [{ limit: '2', offset: '1' }, ['2', '1']],
    [{ limit: '0' }, []],
  ] as const)
    it(`studies with ${JSON.stringify(query).slice(0, 60)}: ${names.join(', ') || 'none'}`, async () => {
      expect(await studies(query)).to.deep.equal(names.map(study));
    });

  it('a study is answered with its attributes, what is in it, and where to retrieve it', async () => {
    const [json] = await client.searchForStudies({ queryParams: { PatientID: 'A1' } });
    expect(json?.['00100010']?.Value).to.deep.equal([{ Alphabetic: 'DOE^JANE' }]);
    expect(json?.['00080061']?.Value).to.have.members(['OPT', 'OP']);
    expect(json?.['00201206']?.Value).to.deep.equal([2]);
    expect(json?.['00201208']?.Value).to.deep.equal([2]);
    expect(json?.['00081190']?.Value).to.deep.equal([`${service.url}/studies/${study('1')}`]);
    const [japanese] = await client.searchForStudies({ queryParams: { PatientID: 'B1' } });
    expect(japanese?.['00100010']?.Value).to.deep.equal([
      { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' },
    ]);
  });

  it('series and instances, of a study or of all, by keys of their own level and of those above', async () => {
    const ofStudy = await client.searchForSeries({ studyInstanceUID: study('1') });
    expect(ofStudy.map((json) => json['00080060']?.Value?.[0])).to.deep.equal(['OPT', 'OP']);
    const left = await client.searchForSeries({
      queryParams: { Laterality: 'L', PatientID: 'A*' },
    });
    expect(left.map((json) => json['0020000E']?.Value?.[0])).to.deep.equal([series('1')]);
    const seven = await client.searchForInstances({ queryParams: { InstanceNumber: '7' } });
    expect(seven.map((json) => json['00080018']?.Value?.[0])).to.deep.equal([
      deterministicUid('test instance', 'b'),
    ]);
    const one = await client.searchForInstances({
      studyInstanceUID: study('1'),
      seriesInstanceUID: series('2'),
      queryParams: { includefield: 'ImageComments' },
    });
    expect(one[0]?.['00204000']?.Value).to.deep.equal(['a comment']);
    expect(one[0]?.['00280010']?.Value).to.deep.equal([8]);
    const [without] = await client.searchForInstances({ queryParams: { InstanceNumber: '7' } });
    expect(without).not.to.have.property('00204000');
  });

  it('what this node made is found beside what it was made of', async () => {
    const workitem = await scheduleScan(service.archive, 'scan');
    const { archive } = service;
    const claim = await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 });
    expect(claim?.workitemUid).to.equal(workitem);
    const admitted = await archive.results.admit(resultObject('report'));
    await archive.workitems.complete(claim!, { results: [admitted], destinations: [] });
    const found = await client.searchForInstances({
      studyInstanceUID: deterministicUid('test study'),
    });
    expect(found.map((json) => json['00080018']?.Value?.[0])).to.deep.equal([
      deterministicUid('test instance', 'scan'),
      deterministicUid('test instance', 'result report'),
    ]);
    const files = await client.retrieveStudy({ studyInstanceUID: deterministicUid('test study') });
    expect(files).to.have.length(2);
  });

  it('more than are answered, and what is not supported, is said in Warning', async () => {
    const warning = async (query: string): Promise<string | null> =>
      (await fetch(`${service.url}/studies?${query}`)).headers.get('warning');
    expect(await warning('limit=1')).to.match(/^299 .*additional results/);
    expect(await warning('limit=100')).to.equal(null);
    expect(await warning('fuzzymatching=true')).to.match(
      /fuzzymatching parameter is not supported/,
    );
  });

  it('R36: an unknown attribute, a key of a lower level and a bad number are 400, without the value', async () => {
    for (const path of [
      'studies?Patient=SECRET',
      'studies?Modality=SECRET',
      'studies?limit=SECRET',
      'studies/1.SECRET/series',
    ]) {
      const response = await fetch(`${service.url}/${path}`);
      expect(response.status, path).to.equal(400);
      expect(await response.text()).not.to.include('SECRET');
    }
  });

  it('the indexes are used for what is asked most', async () => {
    const { archive } = service;
    const plan = async (keyword: string): Promise<string> => {
      const query = archive.studySearch.query({
        level: 'study',
        keys: [{ level: 'study', tag: keyword, vr: 'LO', value: 'x' }],
        limit: 10,
        offset: 0,
      });
      const compiled = query.compile(archive.ledger.reader);
      const { rows } = await archive.ledger.reader.executeQuery<{ detail: string }>({
        ...compiled,
        sql: `EXPLAIN QUERY PLAN ${compiled.sql}`,
      });
      return rows.map(({ detail }) => detail).join('; ');
    };
    expect(await plan('00100020')).to.include('indexed_study_by_patient');
    expect(await plan('00080020')).to.include('indexed_study_by_date');
    expect(await plan('00080050')).to.include('indexed_study_by_accession');
  });
});
