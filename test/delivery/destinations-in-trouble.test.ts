import { expect } from 'chai';
import { encodePart10 } from '../../src/dicom/part10.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { sendInstances } from '../../src/dimse/sender.js';
import { DEFAULT_TIMERS } from '../../src/dimse/upper-layer/timers.js';
import { optDataSet, scheduleScan } from '../archive/objects.js';
import { freePort } from '../../fixtures/free-port.js';
import { Orthanc } from '../support/orthanc.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { OutboxHarness } from './outbox-harness.js';
import { answersLate, losesConnection, refuses, type Troublemaker } from './trouble.js';

const SCANS = 10;
/** So long we wait for a response of the one that is late, in ms. */
const RESPONSE = 400;
const KINDS = ['segmentation', 'report'] as const;
const SOP_CLASS_OF = {
  segmentation: SOP_CLASSES.segmentation.uid,
  report: SOP_CLASSES.comprehensive3dSr.uid,
} as const;

/** Issue G: two Orthancs and a dead address, one destination for each trouble there is, all at one time. */
describe('delivery: destinations in every kind of trouble', function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  let good: Orthanc;
  let down: Orthanc;
  let harness: OutboxHarness | undefined;
  let picky: Troublemaker;
  let late: Troublemaker;
  let lost: Troublemaker;
  let run = 0;

  before(async function () {
    requireTool(this, 'Orthanc');
    good = await Orthanc.prepare();
    down = await Orthanc.prepare();
    await good.start();
    picky = await refuses(SOP_CLASSES.segmentation.uid);
    late = await answersLate(7, 2 * RESPONSE);
    lost = await losesConnection(5);
  });
  afterEach(async () => {
    await harness?.close();
    harness = undefined;
  });
  after(async () => {
    for (const one of [good, down] as (Orthanc | undefined)[]) await one?.remove();
    for (const one of [picky, late, lost] as (Troublemaker | undefined)[]) await one?.close();
  });

  /** Runs the outbox with these destinations; the first is that of the good Orthanc. */
  function start(ports: Readonly<Record<string, readonly [aeTitle: string, port: number]>>) {
    run += 1;
    harness = new OutboxHarness(folder(`data ${run}`));
    harness.start(
      Object.keys(ports).map((name) => ({ name })),
      {
        send({ name }, instances) {
          const [calledAeTitle, port] = ports[name]!;
          const peer = { host: '127.0.0.1', port, calledAeTitle, callingAeTitle: 'OCTRIAGE' };
          return sendInstances(peer, instances, {
            timers: { ...DEFAULT_TIMERS, ...(name === 'LATE' && { response: RESPONSE }) },
          });
        },
      },
    );
    return harness;
  }

  /** A segmentation and a report of one scan, queued for all; returns their SOP Instance UIDs. */
  async function queue({ archive, runner }: OutboxHarness, name: string, names: readonly string[]) {
    const StudyInstanceUID = deterministicUid('study', name);
    await scheduleScan(archive, name, { StudyInstanceUID });
    const claim = (await archive.workitems.claim({ owner: 'test', leaseMs: 10_000 }))!;
    const results = [];
    for (const kind of KINDS) {
      const dataSet = optDataSet(`${name} ${kind}`, 7, {
        StudyInstanceUID,
        PatientID: 'P1',
        SOPClassUID: SOP_CLASS_OF[kind],
      });
      const [sopClassUid, sopInstanceUid, seriesInstanceUid] = [
        dataSet.text('SOPClassUID')!,
        dataSet.text('SOPInstanceUID')!,
        dataSet.text('SeriesInstanceUID')!,
      ];
      const uids = { sopClassUid, sopInstanceUid, seriesInstanceUid };
      const bytes = encodePart10(dataSet);
      results.push(await archive.results.admit({ kind, ...uids, bytes }));
    }
    await archive.workitems.complete(claim, { results, destinations: names });
    runner!.notify();
    return results.map(({ sopInstanceUid }) => sopInstanceUid);
  }

  const held = async (orthanc: Orthanc) =>
    (await orthanc.get<{ MainDicomTags: Record<string, string> }[]>('/instances?expand'))
      .map(({ MainDicomTags }) => MainDicomTags['SOPInstanceUID'])
      .sort();
  const once = ({ arrived }: Troublemaker) => [...arrived.keys()].sort();

  it('R20, R24, R28, R29, R34: every result is once where it should be, and the states say what happened', async () => {
    const all = {
      GOOD: [Orthanc.aeTitle, good.dicomPort],
      DOWN: [Orthanc.aeTitle, down.dicomPort],
      NO_SEG: ['TROUBLE', picky.port],
      LATE: ['TROUBLE', late.port],
      LOST: ['TROUBLE', lost.port],
      NOBODY: ['NOBODY', await freePort()],
    } as const;
    const running = start(all);
    const uids: string[] = [];
    for (let scan = 0; scan < SCANS; scan += 1) {
      uids.push(...(await queue(running, `scan ${scan}`, Object.keys(all))));
    }
    const list = async (name: string) =>
      (await running.archive.outbox.list()).filter(({ destination }) => destination === name);
    const ended = async (name: string) =>
      (await list(name)).every(({ state }) => state === 'delivered' || state === 'failed');
    const within = async (holds: () => Promise<boolean>) => {
      for (const end = Date.now() + 40_000; !(await holds());) {
        if (Date.now() > end) {
          const open = (await running.archive.outbox.list()).map(
            ({ destination, state, comment = '' }) => `${destination} ${state} ${comment}`,
          );
          throw new Error(`waited in vain: ${[...new Set(open)].join('; ')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    };
    await within(() => ended('GOOD'));
    expect(await ended('DOWN'), 'it is down').to.equal(false);
    await down.start();
    for (const name of ['DOWN', 'NO_SEG', 'LATE', 'LOST']) await within(() => ended(name));

    const sorted = [...uids].sort();
    expect(await held(good)).to.deep.equal(sorted);
    expect(await held(down)).to.deep.equal(sorted);
    expect(once(late)).to.deep.equal(sorted);
    expect(once(lost)).to.deep.equal(sorted);
    expect(once(picky)).to.deep.equal(uids.filter((_, index) => index % 2 === 1).sort());
    // Nothing that was answered came again: only what the trouble was made of.
    expect([...picky.arrived.values()].every((times) => times === 1)).to.equal(true);
    for (const { arrived } of [late, lost]) {
      const again = [...arrived.values()].filter((times) => times > 1);
      expect(again.length).to.be.within(1, SCANS);
    }

    for (const name of ['GOOD', 'DOWN', 'LATE', 'LOST']) {
      expect(new Set((await list(name)).map(({ state }) => state)), name).to.deep.equal(
        new Set(['delivered']),
      );
    }
    expect((await list('GOOD')).every(({ attempts }) => attempts === 1)).to.equal(true);
    for (const name of ['LATE', 'LOST']) {
      expect(
        (await list(name)).some(({ attempts }) => attempts > 1),
        name,
      ).to.equal(true);
    }
    const failed = await running.archive.deliveries.deadLetters();
    expect(failed).to.have.length(1);
    expect(failed[0]).to.include({ destination: 'NO_SEG', cause: 'OCT_DIMSE_NO_CONTEXT' });
    expect(failed[0]).to.include({ kind: 'segmentation', count: SCANS });
    for (const delivery of await list('NOBODY')) {
      expect(delivery).to.include({ state: 'pending' });
    }
    const tried = (await list('NOBODY')).filter(({ attempts }) => attempts > 0);
    expect(tried[0]).to.include({ errorClass: 'transient' });
    expect(tried[0]?.comment).to.contain('OCT_DIMSE_UNREACHABLE');
    expect(running.errors).to.deep.equal([]);
  });
});
