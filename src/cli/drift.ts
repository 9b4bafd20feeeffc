import { withScanHistory } from '../archive/scan-history.js';
import { driftInWords, watchedDevices } from '../joints/drift-watch.js';
import { DRIFT_RULE } from '../evaluation/drift.js';
import { loadModelSet } from '../inference/model-set.js';
import { modelsFolder } from '../models-folder.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, misused, print, printJson, UsageError } from './commands.js';
import type { Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = { json: JSON_OPTION };

/** `octriage drift`: whose scans are not as they were; and from when on a device is compared anew. */
export const drift: Command = {
  name: 'drift',
  form: 'drift [list | accept CALLER PROFILE] [--json]',
  help: 'devices whose scans are not as they were (1 where there are any); accept: the next scans are the new reference',
  actions: { list: 'shows', accept: 'operates' },
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [action = 'list', callingAeTitle, profile, ...more] = positionals;
    const settings = settingsOfThisMachine();
    const { digest, manifest } = loadModelSet(modelsFolder(settings));
    if (action === 'accept' && profile !== undefined && more.length === 0) {
      const known = await withScanHistory(settings.dataDir, async (history) => {
        const device = { callingAeTitle: callingAeTitle!, profile };
        const devices = await history.devices(digest);
        const found = devices.some(
          (one) => one.callingAeTitle === callingAeTitle && one.profile === profile,
        );
        if (found) await history.renewReference(device);
        return found;
      });
      if (!known) throw new UsageError('no scan of such a device was read; see octriage drift');
      if (values.json === true)
        printJson({ callingAeTitle, profile, reference: DRIFT_RULE.reference });
      else print(`The next ${DRIFT_RULE.reference} scans are what later ones are compared with.`);
      return EXIT_CODES.done;
    }
    if (action !== 'list' || callingAeTitle !== undefined) {
      throw misused(drift);
    }
    const devices = await withScanHistory(settings.dataDir, (history) =>
      watchedDevices(history, { digest, manifest }),
    );
    if (values.json === true) printJson(devices);
    else if (devices.length === 0) print('No scan was read with this model set.');
    else {
      for (const { callingAeTitle: caller, profile: kind, state, drifts } of devices) {
        const said =
          drifts.length > 0 ? 'not as it was' : state === 'watched' ? 'as it was' : state;
        print(`${caller} (${kind}): ${said}`);
        for (const one of drifts) print(`  ${driftInWords(one)}`);
      }
    }
    return devices.some(({ drifts }) => drifts.length > 0) ? EXIT_CODES.failed : EXIT_CODES.done;
  },
};
