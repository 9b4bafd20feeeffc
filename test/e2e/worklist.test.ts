import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { NodeProcess } from '../../fixtures/node-process.js';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { randomUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { WORKLIST_UIDS } from '../../src/values/procedure-step.js';
import { asked, requestFor, textAt } from '../dicomweb/steps.js';

type Json = Record<string, { vr: string; Value?: unknown[] }>;

/** What a worker of ours makes of a scan, seen as a Unified Procedure Step alone. */
describe('a scan over DICOMweb alone: stored, read as a step, read again on request', function () {
  this.timeout(180_000);
  let node: NodeProcess;

  before(async () => {
    node = await NodeProcess.prepare({ OCTRIAGE_WORKERS: '1' });
    await node.start();
  });
  after(() => node.remove());

  it('tells a subscriber of each state, and names the results in the scan’s own study, the report among them', async () => {
    const service = `http://127.0.0.1:${String(node.httpPort)}/dicom-web`;
    const ask = (method: string, path: string, body?: object) =>
      asked(`${service}${path}`, method, body);
    const { bytes, uids } = makeOptFile({
      dress: 'heidelberg-spectralis',
      phantom: { seed: 11, laterality: 'R', pathologies: ['cnv'] },
      size: { frames: 24, rows: 248, columns: 256 },
    });
    const states: string[] = [];
    const socket = new WebSocket(`${service.replace('http', 'ws')}/subscribers/RIS`);
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString('utf8')) as Json;
      if (event['00001002']?.Value?.[0] === 1) states.push(textAt(event, '00741000'));
    });
    await once(socket, 'open');
    expect((await ask('POST', `/workitems/${WORKLIST_UIDS.all}/subscribers/RIS`)).status).to.equal(
      201,
    );
    const stored = await fetch(`${service}/studies`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/dicom' },
      body: Buffer.from(bytes),
    });
    expect(stored.status).to.equal(200);

    const completed = async (count: number): Promise<Json[]> => {
      let found: Json[] = [];
      await node.waitUntil(
        `completed: ${count}`,
        async () => {
          const query = `ProcedureStepState=COMPLETED&StudyInstanceUID=${uids.study}`;
          found = (await ask('GET', `/workitems?${query}`)).json ?? [];
          return found.length === count;
        },
        120,
      );
      return found;
    };
    const outputs = (step: Json) =>
      [...JSON.stringify(step['00741216']).matchAll(/"RetrieveURL|(http[^"]*)"/g)].flatMap(
        ([, url]) => url ?? [],
      );
    const [first] = await completed(1);
    expect(textAt(first, '0020000D')).to.equal(uids.study);
    const again = randomUid();
    const request = requestFor([uids.instance], { '00741200': 'HIGH' });
    expect((await ask('POST', `/workitems?${again}`, request)).status).to.equal(201);
    const steps = await completed(2);
    const second = steps.find((step) => textAt(step, '00080018') === again);
    for (const step of [first!, second!]) {
      const urls = outputs(step);
      const classes = [];
      for (const url of urls) {
        expect(url).to.include(`/studies/${uids.study}/`);
        const [json] = (await asked(`${url}/metadata`, 'GET')).json!;
        classes.push(textAt(json, '00080016'));
      }
      expect(classes).to.include(SOP_CLASSES.comprehensive3dSr.uid);
    }
    // The second reading supersedes the first: other objects.
    expect(outputs(second!)).not.to.include.members(outputs(first!));
    await node.waitUntil('events', () => Promise.resolve(states.length === 6), 10);
    const each = ['SCHEDULED', 'IN PROGRESS', 'COMPLETED'];
    expect(states).to.deep.equal([...each, ...each]);
    socket.close();
  });
});
