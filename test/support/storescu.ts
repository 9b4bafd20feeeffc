import { NodeProcess } from '../../fixtures/node-process.js';
import { run } from './run.js';

/** dcmtk's storescu as the scanner; true where the object was acknowledged with success. */
export async function storescu(port: number, ...paths: readonly string[]): Promise<boolean> {
  const { code } = await run('storescu', [
    ...['-aet', 'SCANNER', '-aec', NodeProcess.aeTitle],
    ...['127.0.0.1', String(port), ...paths],
  ]);
  return code === 0;
}
