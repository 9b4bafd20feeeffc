import { timersOf } from '../config/timers.js';
import { echo as echoPeer } from '../dimse/sender.js';
import { aeAddress, parseCommandLine, peerAt } from './arguments.js';
import { EXIT_CODES, print, printError, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';
import { sentence } from './outcome.js';

/** `octriage echo AE@host:port`: is the peer there, and does it know us? */
export const echo: Command = {
  name: 'echo',
  form: 'echo AE@host:port',
  help: 'C-ECHO: is the peer there, does it know us, does it answer?',
  async run(args) {
    const { positionals, values } = parseCommandLine(args, { from: { type: 'string' } });
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0)
      throw new UsageError('echo needs one AE@host:port');
    const to = aeAddress(address);
    const settings = settingsOfThisMachine();
    const started = performance.now();
    const outcome = await echoPeer(peerAt(to, settings, values.from), {
      timers: timersOf(settings),
    });
    if (outcome.kind === 'answered' && outcome.category === 'success') {
      print(`${address} answered in ${Math.round(performance.now() - started)} ms`);
      return EXIT_CODES.done;
    }
    printError(`${address}: ${sentence(outcome)}`);
    return EXIT_CODES.failed;
  },
};
