import { expect } from 'chai';
import { withSenders, type AeDestination } from '../../src/config/destination.js';
import type { RoutingRule } from '../../src/config/routing-rule.js';
import { needsAttributes, routesOf, type RoutingFacts } from '../../src/delivery/routing.js';

const AE = { aeTitle: 'PACS', host: 'pacs', port: 104 } as const;
const to = (name: string, ...when: RoutingRule[]): AeDestination => ({
  ...AE,
  name,
  ...(when.length > 0 && { when }),
});
const FACTS: RoutingFacts = {
  callingAeTitle: 'SPECTRALIS1',
  device: 'heidelberg-spectralis',
  decision: 'urgent',
  attributes: { StationName: 'OCT-3', Manufacturer: 'Heidelberg Engineering' },
};

describe('delivery: rules of routing', () => {
  const route = (facts: RoutingFacts, ...rules: RoutingRule[]) =>
    routesOf(facts, [to('X', ...rules)])[0];

  it('sends the results of every scan where there is no rule', () => {
    expect(route(FACTS)).to.deep.include({ goes: 'yes', kinds: ['segmentation', 'report'] });
  });

  it('sends an urgent decision to one more place', () => {
    const destinations = [to('PACS'), to('ALERTS', { decisions: ['urgent'] })];
    const going = (decision: RoutingFacts['decision']) =>
      routesOf({ ...FACTS, decision }, destinations)
        .filter(({ goes }) => goes === 'yes')
        .map(({ destination }) => destination);
    expect(going('urgent')).to.deep.equal(['PACS', 'ALERTS']);
    expect(going('routine')).to.deep.equal(['PACS']);
    expect(going('not-assessed')).to.deep.equal(['PACS']);
  });

  const cases: readonly [what: string, RoutingRule, 'yes' | 'no', RegExp][] = [
    ['the sender', { callingAeTitles: ['A', 'SPECTRALIS1'] }, 'yes', /sent by SPECTRALIS1/],
    ['another sender', { callingAeTitles: ['A'] }, 'no', /sender is SPECTRALIS1, not A/],
    ['the case of a title', { callingAeTitles: ['spectralis1'] }, 'no', /not spectralis1/],
    ['the device', { devices: ['heidelberg-spectralis'] }, 'yes', /device is heid/],
    ['a pattern', { attributes: { StationName: 'oct-*' } }, 'yes', /like 'oct-\*'/],
    ['a pattern in full', { attributes: { StationName: 'OCT' } }, 'no', /not like 'OCT'/],
    ['a pattern with a point', { attributes: { StationName: 'OCT.3' } }, 'no', /not like/],
    ['what is absent', { attributes: { SeriesDescription: 'x' } }, 'no', /SeriesDescription/],
    [
      'all conditions of a rule',
      { decisions: ['urgent'], attributes: { StationName: 'OCT-1' } },
      'no',
      /StationName/,
    ],
  ];
  for (const [what, rule, goes, because] of cases) {
    it(`looks at ${what}`, () => {
      expect(route(FACTS, rule)).to.include({ goes });
      expect(route(FACTS, rule)?.because).to.match(because);
    });
  }

  it('is content with one rule of several', () => {
    const rules: RoutingRule[] = [
      { decisions: ['routine'] },
      { devices: ['heidelberg-spectralis'] },
    ];
    expect(route(FACTS, ...rules)).to.include({ goes: 'yes' });
  });

  it('says on what it hangs where something is not known yet', () => {
    const unread = { device: 'heidelberg-spectralis', attributes: {} };
    const rule: RoutingRule = { decisions: ['urgent'], devices: ['heidelberg-spectralis'] };
    expect(route(unread, rule)).to.include({ goes: 'if', because: 'the decision is urgent' });
    expect(route({ ...unread, device: null }, rule)?.goes).to.equal('no');
  });

  it('returns results to the AE that sent the scan, each in a queue of its own', () => {
    const addresses = ['SPECTRALIS1', 'MAESTRO'].map((aeTitle) => ({ ...AE, aeTitle }));
    const destinations = withSenders([to('PACS'), { name: 'BACK', toSender: true }], addresses);
    expect(destinations.map(({ name }) => name)).to.deep.equal([
      ...['PACS', 'BACK@SPECTRALIS1', 'BACK@MAESTRO'],
    ]);
    expect(routesOf(FACTS, destinations).map(({ goes }) => goes)).to.deep.equal([
      ...['yes', 'yes', 'no'],
    ]);
  });

  it('has the header read only where a rule needs it', () => {
    expect(needsAttributes([to('A', { decisions: ['urgent'] })])).to.be.false;
    expect(needsAttributes([to('A', { attributes: { Modality: 'OPT' } })])).to.be.true;
  });
});
