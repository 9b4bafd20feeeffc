import { Router, type Request, type Response } from 'express';
import { dicomXml } from '../../dicom/dicom-xml.js';
import { isUid, randomUid } from '../../dicom/uid.js';
import { identityOf, may, requirePermission } from '../../http/identity.js';
import { HttpProblem } from '../../http/problem.js';
import { PROCEDURE_STEP_STATES, type ProcedureStepState } from '../../values/procedure-step.js';
import { DATA_SET_TYPES, JSON_TYPES, negotiate, sendList } from '../answer.js';
import { serviceUrl, uidOf } from '../urls.js';
import { NOT_SUPPORTED, settle, warn } from './answers.js';
import type { Notifier } from './notifier.js';
import type { WorklistPort } from './ports.js';
import {
  checkPatient,
  keptAttributes,
  meetsFinalState,
  priorityIn,
  requestedInstances,
} from './requested-step.js';
import { searchSteps } from './search-steps.js';
import { bodyDataSet, itemsIn, stepBody, textIn, uidInQuery } from './step-body.js';
import { stepDataSet, type StepView } from './step-data-set.js';

export const WORKITEM = '/workitems/:workitem';

export function viewOf(request: Request, response: Response, aeTitle: string): StepView {
  return {
    service: serviceUrl(request),
    aeTitle,
    seePatients: may(response, 'see-patients'),
  };
}

/**
 * UPS-RS (PS3.18 11.4 to 11.9): the queue of scans as a worklist of Unified Procedure Steps. This node performs what
 * nobody else claims; who asks for a step asks for a stored scan to be read again.
 */
export function worklistRouter(port: WorklistPort, notifier: Notifier): Router {
  const router = Router();
  const see = requirePermission('see-scans');
  const change = requirePermission('store');

  router.post('/workitems', change, ...stepBody, async (request, response) => {
    const dataSet = bodyDataSet(request);
    const uid =
      uidInQuery(request, 'workitem', 'AffectedSOPInstanceUID') ??
      textIn(dataSet, 'SOPInstanceUID') ??
      randomUid();
    if (!isUid(uid)) throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'The UID is not one.');
    const scans = await port.acquisitionsOf(requestedInstances(dataSet));
    const [acquisitionId, ...others] = scans;
    if (acquisitionId === undefined || others.length > 0)
      throw new HttpProblem(
        'OCT_HTTP_BAD_REQUEST',
        'The referenced instances must be of one scan that is stored here and complete.',
      );
    checkPatient(dataSet, await port.studyOf(acquisitionId));
    const { attributes, dropped } = keptAttributes(dataSet, 'requester');
    const answer = await port.create({
      uid,
      acquisitionId,
      requestedBy: identityOf(response)?.name ?? '',
      priority: priorityIn(dataSet) ?? 0,
      attributes,
    });
    const service = serviceUrl(request);
    settle(response, service, 'create', answer);
    if (dropped) warn(response, service, NOT_SUPPORTED);
    const location = `${service}/workitems/${uid}`;
    response.status(201).set({ Location: location, 'Content-Location': location }).end();
  });

  router.get('/workitems', see, async (request, response) => {
    const type = negotiate(request, JSON_TYPES);
    const view = viewOf(request, response, port.aeTitle);
    const { matches, more } = await searchSteps(request, port, view);
    if (more) warn(response, view.service, 'There are additional results that can be requested.');
    if (matches.length === 0) response.status(204).end();
    else sendList(response, type, matches);
  });

  router.get(WORKITEM, see, async (request, response) => {
    const type = negotiate(request, DATA_SET_TYPES);
    const uid = uidOf(request, 'workitem') ?? '';
    const step = await port.find(uid);
    if (step === undefined) {
      const gone = await port.wasThere(uid);
      throw new HttpProblem(gone ? 'OCT_HTTP_GONE' : 'OCT_HTTP_NOT_FOUND');
    }
    const json = stepDataSet(step, viewOf(request, response, port.aeTitle));
    response
      .set('Cache-Control', 'no-store')
      .type(type)
      .send(type.endsWith('xml') ? dicomXml(json) : JSON.stringify([json]));
  });

  router.post(WORKITEM, change, ...stepBody, async (request, response) => {
    const dataSet = bodyDataSet(request);
    const transactionUid =
      uidInQuery(request, 'transaction-uid', 'transaction') ?? textIn(dataSet, 'TransactionUID');
    const { attributes, dropped } = keptAttributes(
      dataSet,
      transactionUid === undefined ? 'requester' : 'performer',
    );
    const priority = priorityIn(dataSet);
    const [progress] = itemsIn(dataSet, 'ProcedureStepProgressInformationSequence');
    const percent = progress && Number(textIn(progress, 'ProcedureStepProgress'));
    if (percent !== undefined && !(percent >= 0 && percent <= 100))
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'Procedure Step Progress is 0 to 100.');
    const description = progress && textIn(progress, 'ProcedureStepProgressDescription');
    const answer = await port.update(uidOf(request, 'workitem') ?? '', {
      transactionUid,
      attributes,
      ...(priority !== undefined && { priority }),
      ...(percent !== undefined && { progress: Math.round(percent) }),
      ...(description !== undefined && { description }),
    });
    const service = serviceUrl(request);
    settle(response, service, 'update', answer);
    if (dropped) warn(response, service, NOT_SUPPORTED);
    response.status(200).end();
  });

  router.put(`${WORKITEM}/state{/:requester}`, change, ...stepBody, async (request, response) => {
    const dataSet = bodyDataSet(request);
    const state = textIn(dataSet, 'ProcedureStepState');
    if (!isState(state))
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'There is no such Procedure Step State.');
    const transactionUid = textIn(dataSet, 'TransactionUID');
    const service = serviceUrl(request);
    const answer =
      transactionUid === undefined || !isUid(transactionUid)
        ? 'transaction-missing'
        : await port.changeState(uidOf(request, 'workitem') ?? '', {
            state,
            transactionUid,
            performer: identityOf(response)?.name ?? '',
            meetsFinalState: (attributes) =>
              state === 'COMPLETED' || state === 'CANCELED'
                ? meetsFinalState(attributes, state)
                : true,
          });
    settle(response, service, 'state', answer);
    response.status(200).end();
  });

  const cancel = [change, ...optionalBody()];
  router.post(`${WORKITEM}/cancelrequest{/:requester}`, ...cancel, async (request, response) => {
    const uid = uidOf(request, 'workitem') ?? '';
    const dataSet = request.headers['content-type'] === undefined ? {} : bodyDataSet(request);
    const step = await port.find(uid);
    const service = serviceUrl(request);
    const who = identityOf(response)?.name ?? '';
    const said = textIn(dataSet, 'ReasonForCancellation');
    if (step?.state === 'IN PROGRESS' && step.performer !== undefined) {
      // Not ours to end: its performer is asked, where somebody listens (PS3.4 CC.2.2.3).
      const told = await notifier.cancelRequested(uid, dataSet, who);
      settle(response, service, 'cancel', told ? 'done' : 'not-cancelled');
    } else {
      const gone = step === undefined && (await port.wasThere(uid));
      const reason = said ?? `cancellation requested by ${who}`;
      const answer = gone ? 'gone' : await port.cancel(uid, reason);
      settle(response, service, 'cancel', answer);
    }
    response.status(202).end();
  });
  return router;
}

/** A request for cancellation may come without a body. */
function optionalBody(): typeof stepBody {
  return stepBody.map((handler) => (request, response, next) => {
    if (request.headers['content-type'] === undefined) next();
    else return handler(request, response, next);
  });
}

function isState(text: string | undefined): text is ProcedureStepState {
  return PROCEDURE_STEP_STATES.some((state) => state === text);
}
