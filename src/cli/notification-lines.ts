import type { Settings } from '../config/settings-manifest.js';
import { notificationProblem } from '../joints/notification.js';
import { environmentOfThisMachine } from './environment.js';

/** What `octriage check` says of who is told of what, and what keeps it from being told. */
export async function notificationLines({ notifications }: Pick<Settings, 'notifications'>) {
  const lines: string[] = [];
  const problems: string[] = [];
  for (const target of notifications) {
    const { name, kind, url, events, include = [] } = target;
    const form = kind === 'webhook' ? 'webhook' : 'FHIR server';
    lines.push(`Notification ${name} = ${form} ${url} (${events.join(', ')})`);
    lines.push(
      include.length === 0
        ? '  told nothing of the patient'
        : `  told of the scan: ${include.join(', ')}`,
    );
    const problem = await notificationProblem(target, environmentOfThisMachine());
    if (problem !== undefined) problems.push(`Notification ${name}: ${problem}`);
  }
  return { lines, problems };
}
