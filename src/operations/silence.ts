import { errorFields, log } from './log.js';

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const;

/** How long the log has to leave the process before it ends, in ms. */
const LAST_WORDS = 100;

/**
 * Nothing but the log speaks from here on (R36): what a library prints to the console, a warning of Node and an error
 * that nobody caught may all hold a value of a data set. They are logged by name and code, without their text. After an
 * uncaught error the process ends, since nothing is known of its state any more; what was acknowledged is on disk.
 */
export function silence(): void {
  for (const method of METHODS) {
    // eslint-disable-next-line no-console -- taken away, not used
    console[method] = () => {
      log('warn', 'a library printed to the console', { detail: `console.${method}` });
    };
  }
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    log('warn', 'warning of Node.js', errorFields(warning));
  });
  process.on('uncaughtException', (error, origin) => {
    log('error', 'uncaught error: the process ends', { detail: origin, ...errorFields(error) });
    setTimeout(() => process.exit(1), LAST_WORDS);
  });
}
