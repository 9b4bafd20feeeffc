import type { Settings } from '../config/settings-manifest.js';
import { WEB_TRANSACTIONS } from '../dicomweb/transactions.js';
import { SERVICE_PATH } from '../dicomweb/urls.js';
import { STEP_REFUSALS, STEP_WARNINGS } from '../dicomweb/worklist/answers.js';
import { HTTP_PROBLEMS } from '../http/problem.js';
import {
  PROCEDURE_STEP_STATES,
  STATE_CHANGES,
  WORKITEM_CODE,
  WORKLIST_UIDS,
} from '../values/procedure-step.js';
import type { Block } from './document.js';

/** The DICOMweb part of the statement, as data. */
export function webServices(settings: Settings) {
  return {
    path: SERVICE_PATH,
    https: settings.httpTls === 'on',
    limits: {
      storeRequestMiB: settings.maxStoreSize,
      storeRequestsAtOnce: settings.maxStoreRequests,
    },
    origins: settings.httpOrigins,
    transactions: WEB_TRANSACTIONS,
    worklist: {
      workitemCode: WORKITEM_CODE,
      worklists: WORKLIST_UIDS,
      changes: STATE_CHANGES,
      refusals: Object.entries(STEP_REFUSALS).flatMap(([transaction, refusals]) =>
        Object.entries<{ code: keyof typeof HTTP_PROBLEMS; warning?: string }>(refusals).map(
          ([answer, { code, warning }]) => ({
            transaction,
            answer,
            status: HTTP_PROBLEMS[code].status,
            warning: warning ?? '',
          }),
        ),
      ),
      warnings: STEP_WARNINGS,
    },
  };
}

type WebServices = ReturnType<typeof webServices>;

/** The same in words. */
export function webServicesBlocks(web: WebServices): readonly Block[] {
  const { worklist, limits, origins } = web;
  const p = (...sentences: readonly string[]): Block => ({ paragraph: sentences.join(' ') });
  return [
    { heading: '5.4 Web services (PS3.18)', level: 3 },
    p(
      `Origin server at ${web.path}, ${web.https ? 'over HTTPS' : 'over HTTP'}; beyond this machine only with authentication.`,
      `A request of Store may have ${String(limits.storeRequestMiB)} MiB (413 beyond), ${String(limits.storeRequestsAtOnce)} at once (503 beyond).`,
      `Cross-origin requests: ${origins.length === 0 ? 'none' : origins.join(', ')}.`,
      'User agent: Store, and Search to verify, towards destinations that are web services.',
    ),
    {
      columns: ['Transaction', 'Section', 'Method', 'Resources', 'Permission', 'Answer', 'Note'],
      rows: web.transactions.map((one) => [
        ...[one.name, one.section, one.method, one.resources.join(' '), one.permission],
        ...[one.answers.join(', '), one.note ?? ''],
      ]),
    },
    { heading: '5.5 Worklist (PS3.4 CC, IHE AIW-I)', level: 3 },
    p(
      'Each scan that is to be read is a Unified Procedure Step, and this node performs what nobody else claims.',
      `A step that is created with the Scheduled Workitem Code (${worklist.workitemCode.value}, ${worklist.workitemCode.scheme}, "${worklist.workitemCode.meaning}") asks for a stored scan to be read again, as its next revision.`,
      'Input and output are referenced by WADO-RS; the output is in the study of the input.',
      'The patient is that of the stored objects; a request that names another one is refused.',
    ),
    p(
      'Of IHE AI Workflow for Imaging the actors Task Manager and Task Performer are combined in one: RAD-80 to RAD-88 as Task Manager over HTTP (UPS-RS), not over DIMSE.',
      'Not claimed: a Task Performer that takes tasks from another Task Manager, and therefore no conformance to the profile as a whole.',
      'A step is never deleted before its study is, nor while a subscriber holds a deletion lock.',
    ),
    {
      columns: ['State asked for', ...PROCEDURE_STEP_STATES.map((state) => `of ${state}`)],
      rows: PROCEDURE_STEP_STATES.map((asked) => [
        asked,
        ...PROCEDURE_STEP_STATES.map((state) => worklist.changes[asked][state]),
      ]),
    },
    {
      columns: ['Transaction', 'Refused since', 'Status', 'Warning'],
      rows: worklist.refusals.map(({ transaction, answer, status, warning }) => [
        ...[transaction, answer, String(status), warning],
      ]),
    },
  ];
}
