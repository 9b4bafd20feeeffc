import { DAY } from '../values/units.js';
import { integer } from './setting-kinds.js';
import { setting } from './setting.js';

const milliseconds = integer(10, DAY);

/** Rows of the settings manifest: how long the network waits (PS3.8). `timers.ts` gives them to the listener and the sender. */
export const TIMER_SETTINGS = {
  tlsHandshakeTimeout: setting(
    'Timers',
    'OCTRIAGE_TLS_HANDSHAKE_TIMEOUT_MS',
    milliseconds,
    '5000',
    'A TLS handshake must be over within this time, in either role.',
    'ms',
  ),
  artimTimeout: setting(
    'Timers',
    'OCTRIAGE_ARTIM_TIMEOUT_MS',
    milliseconds,
    '5000',
    'ARTIM (PS3.8 9.1.5): a connection must bring an A-ASSOCIATE-RQ, and close after a release, within this time.',
    'ms',
  ),
  associationRequestTimeout: setting(
    'Timers',
    'OCTRIAGE_ASSOCIATION_REQUEST_TIMEOUT_MS',
    milliseconds,
    '10000',
    'As requestor: connect and get the answer to A-ASSOCIATE-RQ.',
    'ms',
  ),
  responseTimeout: setting(
    'Timers',
    'OCTRIAGE_RESPONSE_TIMEOUT_MS',
    milliseconds,
    '300000',
    'As requestor: get the response to a DIMSE request.',
    'ms',
  ),
  idleTimeout: setting(
    'Timers',
    'OCTRIAGE_IDLE_TIMEOUT_MS',
    milliseconds,
    '300000',
    'An association on which nothing is sent or received for so long is aborted.',
    'ms',
  ),
  sendProgressTimeout: setting(
    'Timers',
    'OCTRIAGE_SEND_PROGRESS_TIMEOUT_MS',
    milliseconds,
    '30000',
    'A peer that takes nothing of what we send for so long is dropped.',
    'ms',
  ),
  releaseTimeout: setting(
    'Timers',
    'OCTRIAGE_RELEASE_TIMEOUT_MS',
    milliseconds,
    '5000',
    'As requestor: get the answer to A-RELEASE-RQ.',
    'ms',
  ),
  abortTimeout: setting(
    'Timers',
    'OCTRIAGE_ABORT_TIMEOUT_MS',
    milliseconds,
    '5000',
    'After an A-ABORT the connection is destroyed if the peer has not closed it.',
    'ms',
  ),
} as const;
