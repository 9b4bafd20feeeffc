import { errorFields, log, setLogLevel } from '../operations/log.js';
import { startNode } from '../node.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

/** `octriage serve`: the node, until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  form: 'serve',
  help: 'runs the node: DIMSE, HTTP health, workers and delivery',
  async run(args) {
    const { positionals } = parseCommandLine(args, {});
    if (positionals.length > 0) throw new UsageError('serve takes no arguments');
    const settings = settingsOfThisMachine();
    setLogLevel(settings.logLevel);
    const node = await startNode(settings, settingsOfThisMachine);
    process.on('SIGHUP', () => {
      node.reload();
    });
    const signal = await new Promise<NodeJS.Signals>((resolve) => {
      process.once('SIGTERM', resolve);
      process.once('SIGINT', resolve);
    });
    log('info', 'stopping: transfers in hand are finished, new associations refused', {
      reason: signal,
    });
    // A second signal does not wait.
    for (const again of ['SIGTERM', 'SIGINT'] as const) {
      process.once(again, () => process.exit(EXIT_CODES.failed));
    }
    try {
      await node.stop();
    } catch (error) {
      log('error', 'the stop was not clean', errorFields(error));
      return EXIT_CODES.failed;
    }
    log('info', 'stopped');
    return EXIT_CODES.done;
  },
};
