import { errorFields, log, setLogLevel } from '../operations/log.js';
import { silence } from '../operations/silence.js';
import type { Node } from '../node.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, UsageError, type Command } from './commands.js';
import { environmentOfThisMachine, settingsOfThisMachine } from './environment.js';

/** So long the peers have to take their A-ABORT and close, in ms. */
const ABORT_GRACE = 500;

/** A second signal does not wait: what a peer was not answered, it sends again to the next run. */
async function abortAndExit(node: Node, reason: NodeJS.Signals): Promise<never> {
  log('warn', 'stopped at once: open associations are aborted', { reason });
  const grace = new Promise((resolve) => setTimeout(resolve, ABORT_GRACE));
  await Promise.race([node.abortAssociations(), grace]);
  process.exit(EXIT_CODES.aborted);
}

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
    silence();
    // Here and not above: the other commands do not wait until HTTP, console and the rest of a node are loaded.
    const { startNode } = await import('../node.js');
    const node = await startNode(settings, settingsOfThisMachine, environmentOfThisMachine());
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
    for (const again of ['SIGTERM', 'SIGINT'] as const) {
      process.once(again, () => void abortAndExit(node, again));
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
