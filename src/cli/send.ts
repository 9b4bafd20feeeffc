import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { timersOf } from '../config/timers.js';
import { DicomError } from '../dicom/errors.js';
import { readPart10Header } from '../dicom/part10.js';
import { sendInstances, type OutgoingInstance, type SendOutcome } from '../dimse/sender.js';
import { aeAddress, parseCommandLine, peerAt } from './arguments.js';
import {
  EXIT_CODES,
  JSON_OPTION,
  print,
  printError,
  printJson,
  UsageError,
  type Command,
} from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { sentence } from './outcome.js';
import { progressBar } from './progress.js';

const OPTIONS = {
  to: { type: 'string', value: 'AE@host:port', help: 'where to' },
  from: { type: 'string', value: 'AE', help: 'our AE title for this call' },
  json: JSON_OPTION,
} as const;

/** `octriage send FILES --to AE@host:port`: Part 10 files and folders of them, over one association. */
export const send: Command = {
  name: 'send',
  form: 'send FILES --to AE@host:port',
  help: 'C-STORE of DICOM files, or of all in a folder, over one association',
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    if (values.to === undefined) throw new UsageError('send needs --to AE@host:port');
    if (positionals.length === 0) throw new UsageError('send needs at least one file or folder');
    const to = aeAddress(values.to);
    const settings = settingsOfThisMachine();

    const instances: OutgoingInstance[] = [];
    const unreadable: { path: string; reason: string }[] = [];
    for (const path of await filesIn(positionals)) {
      const instance = await outgoing(path);
      if (typeof instance === 'string') {
        if (values.json !== true) printError(`${path}: ${instance}`);
        unreadable.push({ path, reason: instance });
      } else instances.push(instance);
    }
    const progress = progressBar('objects');
    const sent: ({ readonly path: string } & SendOutcome)[] = [];
    let stored = 0;
    progress.show(0, instances.length);
    await sendInstances(
      peerAt(to, settings, values.from),
      instances,
      { timers: timersOf(settings) },
      ({ path }, outcome) => {
        const taken = isTaken(outcome);
        if (taken) stored += 1;
        sent.push({ path, ...outcome });
        progress.clear();
        if (values.json !== true) (taken ? print : printError)(`${path}: ${sentence(outcome)}`);
        progress.show(sent.length, instances.length);
      },
    );
    progress.clear();
    const notStored = unreadable.length + instances.length - stored;
    if (values.json === true) printJson({ stored, notStored, sent, unreadable });
    else print(`${stored} stored, ${notStored} not`);
    return notStored === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

function isTaken(outcome: SendOutcome): boolean {
  return outcome.kind === 'answered' && ['success', 'warning'].includes(outcome.category);
}

/** The files themselves, and those in the folders, in the order of their names. */
async function filesIn(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new UsageError(`there is no file or folder '${path}'`);
    if (!found.isDirectory()) files.push(path);
    else {
      const entries = (await readdir(path)).sort().map((entry) => join(path, entry));
      files.push(...(await filesIn(entries)));
    }
  }
  return files;
}

/** What the association needs to know of a file, or why it cannot be sent. */
async function outgoing(path: string): Promise<OutgoingInstance | string> {
  try {
    const { meta, dataSetOffset, transferSyntaxUid } = await readPart10Header(path);
    const sopClassUid = meta.text('MediaStorageSOPClassUID');
    const sopInstanceUid = meta.text('MediaStorageSOPInstanceUID');
    if (sopClassUid === undefined || sopInstanceUid === undefined) {
      return 'its File Meta Information names no SOP class or instance';
    }
    return { path, dataSetOffset, sopClassUid, sopInstanceUid, transferSyntaxUid };
  } catch (error) {
    if (error instanceof DicomError) return `${error.message} [${error.code}]`;
    throw error;
  }
}
