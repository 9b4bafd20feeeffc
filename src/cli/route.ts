import { ROUTED_DECISIONS } from '../config/routing-rule.js';
import { routeFile } from '../rereading/route-file.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, JSON_OPTION, print, printJson, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

const OPTIONS = {
  from: { type: 'string', value: 'AE', help: 'as if this AE title had sent it' },
  decision: { type: 'string', value: 'DECISION', help: 'as if this had been decided' },
  json: JSON_OPTION,
} as const;

/** `octriage route FILE`: what would go where, and why. Nothing is read, made or sent. */
export const route: Command = {
  name: 'route',
  form: 'route FILE [--from AE] [--decision DECISION] [--json]',
  help: 'dry run: where the results of this scan would go, and why',
  options: OPTIONS,
  files: true,
  async run(args) {
    const { positionals, values } = parseCommandLine(args, OPTIONS);
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError('route needs one file');
    const decision = ROUTED_DECISIONS.find((one) => one === values.decision);
    if (values.decision !== undefined && decision === undefined) {
      throw new UsageError(`a decision is one of ${ROUTED_DECISIONS.join(', ')}`);
    }
    const settings = settingsOfThisMachine();
    const given = { callingAeTitle: values.from, decision };
    const { device, routes } = await routeFile(path, settings, given);
    if (values.json === true) {
      printJson({ device, routes });
      return EXIT_CODES.done;
    }
    print(`device: ${device}`);
    if (routes.length === 0) print('no destination: results stay in the archive');
    for (const { destination, goes, because, kinds } of routes) {
      const what = goes === 'no' ? 'nothing' : kinds.join(', ');
      print(`${destination}: ${what}${goes === 'if' ? ', if' : ' because'} ${because}`);
    }
    return EXIT_CODES.done;
  },
};
