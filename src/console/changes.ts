import { Router } from 'express';
import { requirePermission } from '../http/identity.js';
import type { ScanLedger } from './records.js';

const LOOK_INTERVAL = 500;
/** The browser connects again by itself; whose session has ended is then not let in (ms). */
const LONGEST = 10 * 60_000;

/**
 * `/api/changes`: server-sent events, one whenever anything changed that the console shows. They carry no content: the
 * page asks again for what it shows, by the routes that know what its user may see. The ledger is looked at only while
 * somebody listens.
 */
export function changesRouter(ledger: Pick<ScanLedger, 'stamp'>): Router {
  const router = Router();
  router.get('/api/changes', requirePermission('see-scans'), (request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    let last: string | undefined;
    let looking = false;
    const look = async (): Promise<void> => {
      if (looking) return;
      looking = true;
      try {
        const stamp = await ledger.stamp();
        if (stamp !== last) response.write(`data: ${stamp}\n\n`);
        last = stamp;
      } catch {
        response.end();
      } finally {
        looking = false;
      }
    };
    const looks = setInterval(() => void look(), LOOK_INTERVAL);
    const end = setTimeout(() => response.end(), LONGEST);
    request.on('close', () => {
      clearInterval(looks);
      clearTimeout(end);
    });
    void look();
  });
  return router;
}
