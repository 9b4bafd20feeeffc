/**
 * The DICOM upper layer's state machine as data: PS3.8 §9.2, Tables 9-1 to 9-10, in the standard's own names.
 * The table knows nothing of sockets; `upper-layer.ts` gives each action its effect.
 */

export const STATES = {
  Sta1: 'Idle',
  Sta2: 'Transport connection open (awaiting A-ASSOCIATE-RQ PDU)',
  Sta3: 'Awaiting local A-ASSOCIATE response primitive',
  Sta4: 'Awaiting transport connection opening to complete',
  Sta5: 'Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ PDU',
  Sta6: 'Association established and ready for data transfer',
  Sta7: 'Awaiting A-RELEASE-RP PDU',
  Sta8: 'Awaiting local A-RELEASE response primitive',
  Sta9: 'Release collision requestor side; awaiting A-RELEASE response primitive',
  Sta10: 'Release collision acceptor side; awaiting A-RELEASE-RP PDU',
  Sta11: 'Release collision requestor side; awaiting A-RELEASE-RP PDU',
  Sta12: 'Release collision acceptor side; awaiting A-RELEASE response primitive',
  Sta13: 'Awaiting transport connection close indication (association no longer exists)',
} as const;
export type State = keyof typeof STATES;

export const EVENTS = {
  Evt1: 'A-ASSOCIATE request (local user)',
  Evt2: 'Transport connection confirmation (local transport service)',
  Evt3: 'A-ASSOCIATE-AC PDU received',
  Evt4: 'A-ASSOCIATE-RJ PDU received',
  Evt5: 'Transport connection indication (local transport service)',
  Evt6: 'A-ASSOCIATE-RQ PDU received',
  Evt7: 'A-ASSOCIATE response primitive (accept)',
  Evt8: 'A-ASSOCIATE response primitive (reject)',
  Evt9: 'P-DATA request primitive',
  Evt10: 'P-DATA-TF PDU received',
  Evt11: 'A-RELEASE request primitive',
  Evt12: 'A-RELEASE-RQ PDU received',
  Evt13: 'A-RELEASE-RP PDU received',
  Evt14: 'A-RELEASE response primitive',
  Evt15: 'A-ABORT request primitive',
  Evt16: 'A-ABORT PDU received',
  Evt17: 'Transport connection closed indication (local transport service)',
  Evt18: 'ARTIM timer expired',
  Evt19: 'Unrecognized or invalid PDU received',
} as const;
export type Event = keyof typeof EVENTS;

/** The event that the arrival of each PDU is. */
export const EVENT_OF_PDU = {
  'A-ASSOCIATE-AC': 'Evt3',
  'A-ASSOCIATE-RJ': 'Evt4',
  'A-ASSOCIATE-RQ': 'Evt6',
  'P-DATA-TF': 'Evt10',
  'A-RELEASE-RQ': 'Evt12',
  'A-RELEASE-RP': 'Evt13',
  'A-ABORT': 'Evt16',
} as const satisfies Record<string, Event>;

/** `next` is a list where the action itself decides: see the meaning. */
export const ACTIONS = {
  'AE-1': { meaning: 'Issue TRANSPORT CONNECT request primitive', next: ['Sta4'] },
  'AE-2': { meaning: 'Send A-ASSOCIATE-RQ PDU', next: ['Sta5'] },
  'AE-3': { meaning: 'Issue A-ASSOCIATE confirmation (accept) primitive', next: ['Sta6'] },
  'AE-4': {
    meaning: 'Issue A-ASSOCIATE confirmation (reject) primitive and close transport connection',
    next: ['Sta1'],
  },
  'AE-5': {
    meaning: 'Issue Transport connection response primitive; start ARTIM timer',
    next: ['Sta2'],
  },
  'AE-6': {
    meaning:
      'Stop ARTIM timer; if A-ASSOCIATE-RQ acceptable by service-provider issue A-ASSOCIATE indication primitive (Sta3), otherwise issue A-ASSOCIATE-RJ PDU and start ARTIM timer (Sta13)',
    next: ['Sta3', 'Sta13'],
  },
  'AE-7': { meaning: 'Send A-ASSOCIATE-AC PDU', next: ['Sta6'] },
  'AE-8': { meaning: 'Send A-ASSOCIATE-RJ PDU and start ARTIM timer', next: ['Sta13'] },
  'DT-1': { meaning: 'Send P-DATA-TF PDU', next: ['Sta6'] },
  'DT-2': { meaning: 'Send P-DATA indication primitive', next: ['Sta6'] },
  'AR-1': { meaning: 'Send A-RELEASE-RQ PDU', next: ['Sta7'] },
  'AR-2': { meaning: 'Issue A-RELEASE indication primitive', next: ['Sta8'] },
  'AR-3': {
    meaning: 'Issue A-RELEASE confirmation primitive, and close transport connection',
    next: ['Sta1'],
  },
  'AR-4': { meaning: 'Issue A-RELEASE-RP PDU and start ARTIM timer', next: ['Sta13'] },
  'AR-5': { meaning: 'Stop ARTIM timer', next: ['Sta1'] },
  'AR-6': { meaning: 'Issue P-DATA indication', next: ['Sta7'] },
  'AR-7': { meaning: 'Issue P-DATA-TF PDU', next: ['Sta8'] },
  'AR-8': {
    meaning:
      'Issue A-RELEASE indication (release collision): association-requestor to Sta9, acceptor to Sta10',
    next: ['Sta9', 'Sta10'],
  },
  'AR-9': { meaning: 'Send A-RELEASE-RP PDU', next: ['Sta11'] },
  'AR-10': { meaning: 'Issue A-RELEASE confirmation primitive', next: ['Sta12'] },
  'AA-1': {
    meaning: 'Send A-ABORT PDU (service-user source) and start (or restart) ARTIM timer',
    next: ['Sta13'],
  },
  'AA-2': { meaning: 'Stop ARTIM timer if running. Close transport connection', next: ['Sta1'] },
  'AA-3': {
    meaning: 'Issue A-ABORT or A-P-ABORT indication and close transport connection',
    next: ['Sta1'],
  },
  'AA-4': { meaning: 'Issue A-P-ABORT indication primitive', next: ['Sta1'] },
  'AA-5': { meaning: 'Stop ARTIM timer', next: ['Sta1'] },
  'AA-6': { meaning: 'Ignore PDU', next: ['Sta13'] },
  'AA-7': { meaning: 'Send A-ABORT PDU', next: ['Sta13'] },
  'AA-8': {
    meaning:
      'Send A-ABORT PDU (service-provider source), issue an A-P-ABORT indication, and start ARTIM timer',
    next: ['Sta13'],
  },
} as const satisfies Record<string, { meaning: string; next: readonly State[] }>;
export type Action = keyof typeof ACTIONS;

type Row = Readonly<Partial<Record<State, Action>>>;

/** States Sta5 to Sta12 answer alike to most PDUs; the rows below say where they differ. */
function inAssociation(action: Action): Row {
  return {
    Sta5: action,
    Sta6: action,
    Sta7: action,
    Sta8: action,
    Sta9: action,
    Sta10: action,
    Sta11: action,
    Sta12: action,
  };
}

/** A PDU that no state but the overridden ones expects. */
const OUT_OF_PLACE: Row = { Sta2: 'AA-1', Sta3: 'AA-8', ...inAssociation('AA-8'), Sta13: 'AA-6' };

/** Table 9-10. A pair that is not listed cannot happen, or is a local primitive issued at the wrong time. */
export const STATE_TABLE: Readonly<Record<Event, Row>> = {
  Evt1: { Sta1: 'AE-1' },
  Evt2: { Sta4: 'AE-2' },
  Evt3: { ...OUT_OF_PLACE, Sta5: 'AE-3' },
  Evt4: { ...OUT_OF_PLACE, Sta5: 'AE-4' },
  Evt5: { Sta1: 'AE-5' },
  Evt6: { ...OUT_OF_PLACE, Sta2: 'AE-6', Sta13: 'AA-7' },
  Evt7: { Sta3: 'AE-7' },
  Evt8: { Sta3: 'AE-8' },
  Evt9: { Sta6: 'DT-1', Sta8: 'AR-7' },
  Evt10: { ...OUT_OF_PLACE, Sta6: 'DT-2', Sta7: 'AR-6' },
  Evt11: { Sta6: 'AR-1' },
  Evt12: { ...OUT_OF_PLACE, Sta6: 'AR-2', Sta7: 'AR-8' },
  Evt13: { ...OUT_OF_PLACE, Sta7: 'AR-3', Sta10: 'AR-10', Sta11: 'AR-3' },
  Evt14: { Sta8: 'AR-4', Sta9: 'AR-9', Sta12: 'AR-4' },
  Evt15: { Sta3: 'AA-1', Sta4: 'AA-2', ...inAssociation('AA-1') },
  Evt16: { Sta2: 'AA-2', Sta3: 'AA-3', ...inAssociation('AA-3'), Sta13: 'AA-2' },
  Evt17: { Sta2: 'AA-5', Sta3: 'AA-4', Sta4: 'AA-4', ...inAssociation('AA-4'), Sta13: 'AR-5' },
  Evt18: { Sta2: 'AA-2', Sta13: 'AA-2' },
  Evt19: { ...OUT_OF_PLACE, Sta13: 'AA-7' },
};

/** The action of Table 9-10, or undefined where the standard's table is empty. */
export function actionFor(state: State, event: Event): Action | undefined {
  return STATE_TABLE[event][state];
}
