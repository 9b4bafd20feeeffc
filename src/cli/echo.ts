import { isAeDestination, type AeAddress } from '../config/destination.js';
import type { Settings } from '../config/settings-manifest.js';
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

/** `octriage echo AE@host:port`, or the name of a destination: is the peer there, and does it know us? */
export const echo: Command = {
  name: 'echo',
  form: 'echo AE@host:port | DESTINATION',
  help: 'C-ECHO: is the peer there, does it know us, does it answer?',
  options: OPTIONS,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0)
      throw new UsageError('echo needs one AE@host:port, or the name of a destination');
    const settings = settingsOfThisMachine();
    const to = addressOf(address, settings);
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

/** No address is without @, and no name of a destination has one. */
function addressOf(text: string, { destinations }: Settings): AeAddress {
  if (text.includes('@')) return aeAddress(text);
  const names = destinations.filter(isAeDestination);
  const found = names.find(({ name }) => name === text);
  if (found !== undefined) return found;
  const known = names.map(({ name }) => name).join(', ') || 'none';
  throw new UsageError(`'${text}' is no AE@host:port, nor a DIMSE destination; there are ${known}`);
}
