import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10Header } from '../../src/dicom/part10.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import type { Archive } from '../../src/archive/archive.js';
import { optDataSet, request } from '../archive/objects.js';

const OBJECTS = 4;
const CONTENTS = 2;
const SENDS_A_RUN = { minLength: 2, maxLength: 12 };
/** Success, or refused as a conflict (R3). */
const ANSWERS = [0, 0xc010];

export interface DuplicatesReport {
  readonly sends: number;
  readonly acknowledged: number;
  /** Files of the archive without a row: must be empty. */
  readonly astray: readonly string[];
}

/**
 * R2: random sends, each of one of few objects in one of few contents, interleaved at random, some abandoned: what was
 * acknowledged can be read back whole after every run, and no two contents of one UID were both acknowledged.
 * @throws fast-check's error with seed and path where a digest is lost
 */
export async function sendDuplicates(
  archive: Archive,
  sends: number,
  seed: number,
): Promise<DuplicatesReport> {
  let [run, sent, acknowledgedInAll] = [0, 0, 0];
  const transfers = fc.array(
    fc.record({
      object: fc.nat(OBJECTS - 1),
      content: fc.nat(CONTENTS - 1),
      end: fc.constantFrom('finish', 'finish', 'finish', 'abandon'),
    }),
    // Not shrunk towards short runs by default: 'max' makes lengths even over the whole range.
    { ...SENDS_A_RUN, size: 'max' },
  );
  const property = fc.asyncProperty(transfers, fc.scheduler(), async (all, scheduler) => {
    run += 1;
    const acknowledged = new Map<string, string>();
    const running = all.map(async ({ object, content, end }) => {
      const dataSet = optDataSet(`run ${seed} ${run} object ${object}`, content + 1);
      const bytes = encodeDataSet(dataSet);
      const uid = dataSet.text('SOPInstanceUID') ?? '';
      await scheduler.schedule(Promise.resolve());
      const reception = await archive.receive(request(dataSet));
      await reception.write([bytes.subarray(0, 300)]);
      await scheduler.schedule(Promise.resolve());
      sent += 1;
      if (end === 'abandon') return reception.abandon('test');
      await reception.write([bytes.subarray(300)]);
      await scheduler.schedule(Promise.resolve());
      const { status } = await reception.finish();
      if (!ANSWERS.includes(status)) throw new Error(`answered ${status}`);
      if (status !== 0) return;
      const digest = createHash('sha256').update(bytes).digest('hex');
      if ((acknowledged.get(uid) ?? digest) !== digest) {
        throw new Error('Success for two contents of one UID is a lie about one of them');
      }
      acknowledged.set(uid, digest);
    });
    await scheduler.waitFor(Promise.all(running));
    for (const [uid, digest] of acknowledged) {
      if ((await retrievableDigest(archive, uid)) !== digest) throw new Error('a digest is lost');
    }
    acknowledgedInAll += acknowledged.size;
  });
  for (let part = 0; sent < sends; part += 1) {
    await fc.assert(property, { numRuns: 50, seed: seed + part });
  }
  return { sends: sent, acknowledged: acknowledgedInAll, astray: await astray(archive) };
}

/** What is on record under a UID, read back from its file; undefined if nothing is, or not what the row says. */
async function retrievableDigest(archive: Archive, uid: string): Promise<string | undefined> {
  const instance = await archive.instances.find(uid);
  if (instance === undefined) return undefined;
  const { dataSetOffset } = await readPart10Header(instance.path);
  const bytes = readFileSync(instance.path).subarray(dataSetOffset);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return digest === instance.digest ? digest : undefined;
}

/** Files without a row, rows without a file, and what is left in `incoming`. */
export async function astray(archive: Archive): Promise<string[]> {
  const { folder, ledger } = archive;
  const root = folder.folder('archive');
  const files = readdirSync(root).flatMap((day) =>
    readdirSync(join(root, day)).map((name) => `archive/${day}/${name}`),
  );
  const rows = await ledger.reader.selectFrom('instance').select('path').execute();
  const paths = new Set(rows.map(({ path }) => path));
  const withoutRow = files.filter((path) => !paths.delete(path));
  return [...withoutRow, ...paths, ...readdirSync(folder.folder('incoming'))];
}
