import { ROUTED_DECISIONS } from '../config/routing-rule.js';
import { routeFile } from '../route-file.js';
import { parseCommandLine } from './arguments.js';
import { EXIT_CODES, print, UsageError, type Command } from './commands.js';
import { settingsOfThisMachine } from './environment.js';

/** `octriage route FILE`: what would go where, and why. Nothing is read, made or sent. */
export const route: Command = {
  name: 'route',
  form: 'route FILE [--from AE] [--decision DECISION]',
  help: 'dry run: where the results of this scan would go, and why',
  async run(args) {
    const { positionals, values } = parseCommandLine(args, {
      from: { type: 'string' },
      decision: { type: 'string' },
      json: { type: 'boolean' },
    });
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
      print(JSON.stringify({ device, routes }, undefined, 2));
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
