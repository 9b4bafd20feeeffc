import { z } from 'zod';
import {
  NOTIFIABLE_ATTRIBUTES,
  NOTIFIED_EVENT_NAMES,
  type NotifiableAttribute,
  type NotifiedEvent,
} from '../values/notification.js';
import { DELIVERY_TERMS, type RetryPolicy } from './delivery-terms.js';
import { isDestinationName } from './destination.js';
import { WEB_SERVICE, type WebService } from './web-service.js';

interface Target extends WebService {
  /** The operator's; it stays when the address changes. */
  readonly name: string;
  readonly events: readonly NotifiedEvent[];
  /** Attributes of the scan that it is told; absent: none. */
  readonly include?: readonly NotifiableAttribute[] | undefined;
  readonly retry?: RetryPolicy | undefined;
}

/** It is told by a signed POST of JSON. */
export interface Webhook extends Target {
  readonly kind: 'webhook';
  /** A file with the secret, or the name of a variable of the environment: one of them. */
  readonly secretFile?: string | undefined;
  readonly secretVariable?: string | undefined;
}

/** It gets a DiagnosticReport for each decision (FHIR R4). */
export interface FhirServer extends Target {
  readonly kind: 'fhir';
}

export type NotificationTarget = Webhook | FhirServer;

/** A DiagnosticReport says what was found in a scan: of a failure it has nothing to say. */
const REPORTED_EVENTS = ['urgent', 'other-decision', 'not-assessed'] as const;

const target = {
  ...WEB_SERVICE,
  name: z
    .string()
    .refine(isDestinationName, 'a name has 1 to 64 letters, digits, dots, hyphens or underscores'),
  include: z.array(z.enum(NOTIFIABLE_ATTRIBUTES)).min(1).optional(),
  retry: DELIVERY_TERMS.retry,
};
const some = 'name at least one event';

/** A row of `notifications` in the tables file. */
export const NOTIFICATION_TARGET = z.discriminatedUnion('kind', [
  z
    .strictObject({
      ...target,
      kind: z.literal('webhook'),
      events: z.array(z.enum(NOTIFIED_EVENT_NAMES)).min(1, some),
      secretFile: z.string().min(1).optional(),
      secretVariable: z
        .string()
        .regex(/^(?!OCTRIAGE_)[A-Z_][A-Z0-9_]*$/, 'a variable that does not begin with OCTRIAGE_')
        .optional(),
    })
    .refine(
      ({ secretFile, secretVariable }) =>
        (secretFile === undefined) !== (secretVariable === undefined),
      'a webhook has secretFile or secretVariable, and never the secret itself',
    ),
  z.strictObject({
    ...target,
    kind: z.literal('fhir'),
    events: z.array(z.enum(REPORTED_EVENTS)).min(1, some),
  }),
]);
