import { expect } from 'chai';
import {
  ACTIONS,
  EVENTS,
  STATES,
  STATE_TABLE,
  actionFor,
} from '../../src/dimse/upper-layer/state-table.js';
import type { Action, Event, State } from '../../src/dimse/upper-layer/state-table.js';

/** PS3.8 Table 9-10, copied out a second time, row by row; columns Sta1 to Sta13. */
const TABLE_9_10: Record<Event, string> = {
  Evt1: 'AE-1 - - - - - - - - - - - -',
  Evt2: '- - - AE-2 - - - - - - - - -',
  Evt3: '- AA-1 AA-8 - AE-3 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6',
  Evt4: '- AA-1 AA-8 - AE-4 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6',
  Evt5: 'AE-5 - - - - - - - - - - - -',
  Evt6: '- AE-6 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7',
  Evt7: '- - AE-7 - - - - - - - - - -',
  Evt8: '- - AE-8 - - - - - - - - - -',
  Evt9: '- - - - - DT-1 - AR-7 - - - - -',
  Evt10: '- AA-1 AA-8 - AA-8 DT-2 AR-6 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6',
  Evt11: '- - - - - AR-1 - - - - - - -',
  Evt12: '- AA-1 AA-8 - AA-8 AR-2 AR-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6',
  Evt13: '- AA-1 AA-8 - AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3 AA-8 AA-6',
  Evt14: '- - - - - - - AR-4 AR-9 - - AR-4 -',
  Evt15: '- - AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 -',
  Evt16: '- AA-2 AA-3 - AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-2',
  Evt17: '- AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AR-5',
  Evt18: '- AA-2 - - - - - - - - - - AA-2',
  Evt19: '- AA-1 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7',
};
const RECEIVED_PDU: readonly Event[] = ['Evt3', 'Evt4', 'Evt6', 'Evt10', 'Evt12', 'Evt13', 'Evt19'];
const STATE_NAMES = Object.keys(STATES) as State[];

describe('PS3.8 state table', () => {
  for (const event of Object.keys(EVENTS) as Event[]) {
    it(`${event} (${EVENTS[event]}) does in every state what Table 9-10 says`, () => {
      const expected = TABLE_9_10[event].split(' ');
      const actual = STATE_NAMES.map((state) => actionFor(state, event) ?? '-');
      expect(actual).to.deep.equal(expected);
    });
  }

  for (const event of RECEIVED_PDU) {
    it(`${event} has an answer wherever a connection is open: no PDU can fall through`, () => {
      const withConnection = STATE_NAMES.filter((state) => state !== 'Sta1' && state !== 'Sta4');
      for (const state of withConnection)
        expect(actionFor(state, event), state).to.not.equal(undefined);
    });
  }

  it('uses every action, and every action leads to a state', () => {
    const used = new Set(Object.values(STATE_TABLE).flatMap((row) => Object.values(row)));
    expect([...used].sort()).to.deep.equal((Object.keys(ACTIONS) as Action[]).sort());
    for (const { next } of Object.values(ACTIONS))
      expect(next).to.satisfy(
        (states: readonly State[]) => states.length > 0 && states.every((state) => state in STATES),
      );
  });
});
