import express, { Router } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HttpProblem } from '../http/problem.js';

/** Where `npm run build` puts the page: beside the built program, also when the sources run. */
const PAGE = fileURLToPath(new URL('../../dist/console-page', import.meta.url));

/**
 * `/console/`: the page. Its files hold nothing secret, so everybody whom the server lets in may load them; what they
 * show is asked for by `/api`. Every path below is the page itself, which looks at the address.
 */
export function pageRouter(folder = PAGE): Router {
  const router = Router();
  const index = join(folder, 'index.html');
  router.get('/', (_request, response) => {
    response.redirect('/console/');
  });
  router.use(
    '/console/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  router.get(['/console', '/console/{*path}'], (_request, response) => {
    if (!existsSync(index)) {
      throw new HttpProblem('OCT_HTTP_NOT_FOUND', 'The page is not built: npm run build.');
    }
    response.set('Cache-Control', 'no-cache').sendFile(index, { dotfiles: 'allow' });
  });
  return router;
}
