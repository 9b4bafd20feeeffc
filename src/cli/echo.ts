import { timersOf } from '../config/timers.js';
import { echo as echoPeer } from '../dimse/sender.js';
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

const OPTIONS = {
  from: { type: 'string', value: 'AE', help: 'our AE title for this call' },
  json: JSON_OPTION,
} as const;

/** `octriage echo AE@host:port`: is the peer there, and does it know us? */
export const echo: Command = {
  name: 'echo',
  form: 'echo AE@host:port',
  help: 'C-ECHO: is the peer there, does it know us, does it answer?',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0)
      throw new UsageError('echo needs one AE@host:port');
    const to = aeAddress(address);
    const settings = settingsOfThisMachine();
    const started = performance.now();
    const outcome = await echoPeer(peerAt(to, settings, values.from), {
      timers: timersOf(settings),
    });
    const milliseconds = Math.round(performance.now() - started);
    const done = outcome.kind === 'answered' && outcome.category === 'success';
    if (values.json) {
      printJson({ address, ...outcome, milliseconds });
      return done ? EXIT_CODES.done : EXIT_CODES.failed;
    }
    if (done) {
      print(`${address} answered in ${milliseconds} ms`);
      return EXIT_CODES.done;
    }
    printError(`${address}: ${sentence(outcome)}`);
    return EXIT_CODES.failed;
  },
};
