import { Router, type Request, type Response } from 'express';
import type { Archive } from '../archive/archive.js';
import { AUDITED_USES, type AuditedUse } from './audit-commands.js';
import type { NodeAudit } from './audit.js';
import { SERVICE_PATH } from '../dicomweb/urls.js';
import { identityOf } from '../http/identity.js';
import { requestIdOf } from '../http/request-id.js';
import { AUDIT_OUTCOMES, AUDIT_TYPES } from '../operations/audit/codes.js';
import * as events from '../operations/audit/events.js';

/** Study Root Query/Retrieve Information Model - FIND: QIDO-RS has no SOP class of its own. */
const STUDY_ROOT_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const { success, minorFailure } = AUDIT_OUTCOMES;

const QIDO = new RegExp(`^${SERVICE_PATH}/(?:.*/)?(?:studies|series|instances)/?$`);
const STOW = new RegExp(`^${SERVICE_PATH}/studies(?:/[0-9.]+)?/?$`);
const WADO = new RegExp(`^${SERVICE_PATH}/studies/([0-9.]+)(?:/|$)`);
/** The scan itself or a file of it; its images follow each time. */
const SCAN = /^\/api\/scans\/([^/]+)(?:\/objects\/[^/]+)?\/?$/;
const CONFIGURATION = /^\/api\/tables(?:\/|$)/;
/** What an operator changes in the console. */
const OPERATION =
  /^\/api\/(?:scans\/[^/]+\/first|network\/deliveries\/\d+\/retry|commissioning\/[^/]+\/(?:seen|reports)|housekeeping\/[^/]+\/run)\/?$/;

/**
 * Audits what is asked over HTTP, once it is answered: who looked at what, who searched, logged in, changed the tables or
 * what waits, ran housekeeping, or was not let in. It stands before the authentication, to see who failed it.
 */
export function auditRouter(
  audit: NodeAudit,
  archive: Pick<Archive, 'scanView' | 'activity'>,
  withQueries: boolean,
): Router {
  const router = Router();
  router.use((request, response, next) => {
    const { path } = request;
    const since = Date.now();
    response.once('finish', () => {
      tell(audit, archive, { request, response, path, since, withQueries });
    });
    next();
  });
  return router;
}

interface Answered {
  readonly request: Request;
  readonly response: Response;
  readonly path: string;
  /** When it came, ms since 1970. */
  readonly since: number;
  readonly withQueries: boolean;
}

function tell(
  audit: NodeAudit,
  archive: Pick<Archive, 'scanView' | 'activity'>,
  answered: Answered,
): void {
  const { request, response, path, since, withQueries } = answered;
  const { method } = request;
  const { statusCode } = response;
  const identity = identityOf(response);
  const address = request.socket.remoteAddress;
  const who = { userId: identity?.name ?? 'unknown', ...(address !== undefined && { address }) };
  const { us } = audit;
  const done = statusCode < 400;
  const outcome = done ? success : minorFailure;
  if (path === '/api/session') {
    if (method === 'POST') audit.put(events.userAuthentication(who, us, 'login', outcome));
    if (method === 'DELETE' && done) {
      audit.put(events.userAuthentication(who, us, 'logout', success));
    }
    return;
  }
  // Whoever asks without credentials is asked for them; only wrong ones are an event.
  if (statusCode === 401 && request.headers.authorization !== undefined) {
    audit.put(events.userAuthentication(who, us, 'login', minorFailure));
    return;
  }
  if (statusCode === 403) {
    audit.put(
      events.securityAlert(us, AUDIT_TYPES.useOfRestrictedFunction, minorFailure, {
        by: who,
        node: path,
        description: 'refused: the role does not have the permission',
      }),
    );
    return;
  }
  const use = method === 'GET' || !done ? undefined : auditedUse(path);
  if (use !== undefined) {
    const { type, description } = AUDITED_USES[use];
    audit.put(events.securityAlert(us, type, success, { by: who, node: path, description }));
    return;
  }
  if (STOW.test(path) && method === 'POST') {
    audit.later(async () => {
      const found = await archive.activity.studiesOf(who.userId, since, requestIdOf(response));
      const studies = await audit.studies(found);
      const transfer = { source: who, destination: us, requestor: 'source', studies } as const;
      // 202: some were refused (PS3.18 10.5.3); then there are two messages.
      if (done) audit.put(events.instancesTransferred(transfer, true));
      if (statusCode !== 200) {
        audit.put(events.instancesTransferred({ ...transfer, studies: [] }, false));
      }
    });
    return;
  }
  if (method !== 'GET') return;
  if (QIDO.test(path)) {
    const { search: asked } = new URL(request.originalUrl, 'http://localhost');
    audit.put(
      events.query(who, us, outcome, {
        sopClassUid: STUDY_ROOT_FIND,
        asked: withQueries ? asked : '',
      }),
    );
    return;
  }
  const study = WADO.exec(path)?.[1];
  if (study !== undefined && done) {
    audit.later(async () => {
      const studies = await audit.studies([{ studyInstanceUid: study, sopClasses: [] }]);
      const transfer = { source: us, destination: who, requestor: 'destination', studies } as const;
      audit.put(events.instancesTransferred(transfer, true));
    });
    return;
  }
  const scan = SCAN.exec(path)?.[1];
  if (scan === undefined || !done) return;
  audit.later(async () => {
    const found = await archive.scanView.find(decodeURIComponent(scan));
    if (found === undefined) return;
    const { studyInstanceUid } = found;
    for (const one of await audit.studies([{ studyInstanceUid, sopClasses: [] }]))
      audit.put(events.instancesAccessed(who, us, one));
  });
}

function auditedUse(path: string): AuditedUse | undefined {
  if (CONFIGURATION.test(path)) return 'configures';
  return OPERATION.test(path) ? 'operates' : undefined;
}
