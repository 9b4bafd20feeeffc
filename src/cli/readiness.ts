import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import type { Settings } from '../config/settings-manifest.js';

/** What `/readyz` answers. */
export interface NodeReadiness {
  readonly answered: boolean;
  readonly conditions: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly reason: string;
  }[];
  readonly degraded: readonly { readonly name: string; readonly reason: string }[];
}

const readinessSchema = z.object({
  conditions: z.array(z.object({ name: z.string(), ready: z.boolean(), reason: z.string() })),
  degraded: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/** A node that runs answers at once, in ms. */
const TIMEOUT = 3_000;
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Asks the node of these settings whether it is ready. Where it does not answer, that is the one condition. */
export async function askReadiness(
  settings: Pick<Settings, 'httpBind' | 'httpPort' | 'httpTls'>,
): Promise<NodeReadiness> {
  const answer = await ask(settings).catch(() => undefined);
  const read = readinessSchema.safeParse(answer);
  if (read.success) return { answered: true, ...read.data };
  const reason = `does not answer on HTTP port ${settings.httpPort}; it does not run, or with other settings`;
  return { answered: false, conditions: [{ name: 'node', ready: false, reason }], degraded: [] };
}

function ask({
  httpBind,
  httpPort: port,
  httpTls,
}: Parameters<typeof askReadiness>[0]): Promise<unknown> {
  const host = EVERYWHERE[httpBind] ?? httpBind;
  // The certificate names the host for others; nothing is told to whom answers, and nothing secret comes back.
  const options = { host, port, path: '/readyz', timeout: TIMEOUT, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const asked = (httpTls === 'on' ? httpsRequest : httpRequest)(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer')));
    asked.once('error', reject);
    asked.end();
  });
}
