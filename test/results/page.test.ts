import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect } from 'chai';

import { thicknessColour } from '../../src/results/page/colours.js';
import { fromCieLab } from '../../src/values/tissue-colour.js';
import { pageAsPdf, pageAsPng, pageAsRgb } from '../../src/results/page/render.js';
import { patientFacts } from '../../src/results/page/page-words.js';
import { shownFrame } from '../../src/results/page/shown-frame.js';
import type { GateRule } from '../../src/results/defect.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { HOSTILE_ATTRIBUTES } from '../support/hostile-attributes.js';
import { rulesBroken, type Mutation } from '../support/mutations.js';
import { phantomInput } from '../support/phantom-input.js';
import { resultInput } from '../support/result-input.js';

const { input } = phantomInput('heidelberg-spectralis', {
  seed: 5,
  laterality: 'R',
  pathologies: ['cnv'],
});

const valueOf = (of: ResultInput, fact: string) =>
  patientFacts(of).find(({ name }) => name === fact)?.value;

describe('the page', () => {
  it('is the same bytes for the same input, as PDF and as pixels', () => {
    const again = { ...input };
    expect(Buffer.compare(pageAsPdf(again), pageAsPdf(input))).to.equal(0);
    expect(Buffer.compare(pageAsRgb(again).rgb, pageAsRgb(input).rgb)).to.equal(0);
    expect(Buffer.from(pageAsPdf(input)).toString('latin1')).not.to.match(/CreationDate|ModDate/u);
  });

  it('changes with the decision', () => {
    const other = { ...input, decision: { ...input.decision, referral: 'routine' } } as ResultInput;
    expect(Buffer.compare(pageAsRgb(other).rgb, pageAsRgb(input).rgb)).not.to.equal(0);
  });

  it('as PNG shows the pixels that the Secondary Capture holds', async () => {
    const image = await loadImage(Buffer.from(pageAsPng(input)));
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { columns, rows, rgb } = pageAsRgb(input);
    expect([image.width, image.height]).to.deep.equal([columns, rows]);
    const { data } = context.getImageData(0, 0, columns, 40);
    for (let pixel = 0; pixel < 40 * columns; pixel += 13) {
      expect(data[4 * pixel + 1]).to.equal(rgb[3 * pixel + 1]);
    }
  });

  it('shows the B-scan of the finding that the decision hangs on', () => {
    const [first, second] = input.findings!.occlusion!;
    const withEffect = (tissue: string): ResultInput => ({
      ...input,
      findings: {
        ...input.findings!,
        occlusion: input.findings!.occlusion!.map((occlusion) => ({
          ...occlusion,
          referral: {
            with: [0.8, 0.1, 0.05, 0.05],
            without: occlusion.tissue === tissue ? [0.1, 0.1, 0.4, 0.4] : [0.8, 0.1, 0.05, 0.05],
          },
        })),
      },
    });
    expect(shownFrame(withEffect(first!.tissue))!.because).not.to.equal(
      shownFrame(withEffect(second!.tissue))!.because,
    );
  });

  it('shows the fovea or the middle where nothing was found, and nothing without a volume', () => {
    const healthy = phantomInput('heidelberg-spectralis', {
      seed: 3,
      laterality: 'L',
      pathologies: [],
    }).input;
    expect(shownFrame(healthy)!.because).to.match(/fovea|middle of the scan/u);
    expect(shownFrame(resultInput({ outcome: 'unknown-device' }))).to.equal(undefined);
  });

  it('does not print a name as boxes: Japanese as a pointer to the header, Greek as it is', () => {
    const named = (PatientName: string) => resultInput({ patient: { PatientName } });
    expect(valueOf(named('Παπαδόπουλος^Γιώργος'), 'Patient')).to.equal('Παπαδόπουλος, Γιώργος');
    expect(valueOf(named('Yamada^Tarou=山田^太郎'), 'Patient')).to.equal('Yamada, Tarou');
    expect(valueOf(named('山田^太郎'), 'Patient')).to.match(/^see the header/u);
    expect(valueOf(named(''), 'Patient')).to.equal('–');
  });

  for (const [name, patient] of Object.entries(HOSTILE_ATTRIBUTES)) {
    it(`is drawn for a hostile header: ${name}`, () => {
      expect(pageAsRgb(resultInput({ patient })).rgb.length).to.equal(3 * 1684 * 1190);
    });
  }

  it('shows a segment in the colour that the segmentation recommends', () => {
    // White, black and a grey of CIELab in 16 bits are those of sRGB.
    expect(fromCieLab([65535, 32896, 32896])).to.deep.equal([255, 255, 255]);
    expect(fromCieLab([0, 32896, 32896])).to.deep.equal([0, 0, 0]);
    const [red, green, blue] = fromCieLab([35000, 32896, 32896]);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).to.be.at.most(2);
    expect(thicknessColour(50)).to.deep.equal(thicknessColour(100));
    expect(thicknessColour(900)).to.deep.equal(thicknessColour(600));
  });
});

/** One defect each of the objects that hold the page. */
const MUTATIONS: readonly Mutation[] = [
  ['the other eye', 'R1', 'page-picture', (d) => d.set('Laterality', 'L')],
  [
    'a name that is said not to be there',
    'R4',
    'page-picture',
    (d) => d.set('BurnedInAnnotation', 'NO'),
  ],
  [
    'rows and columns exchanged',
    'R4',
    'page-picture',
    (d) => d.set('Rows', 1684).set('Columns', 1190),
  ],
  [
    'a blank picture',
    'R7',
    'page-picture',
    (d) => d.set('PixelData', new Uint8Array(d.bytes('PixelData')!.length), 'OB'),
  ],
  ['no source', 'R5', 'page-picture', (d) => d.set('SourceImageSequence', [])],
  [
    'another series',
    'R10',
    'page-picture',
    (d) => d.item('ReferencedSeriesSequence')!.set('SeriesInstanceUID', '2.25.7'),
  ],
  ['another patient', 'R1', 'page-pdf', (d) => d.set('PatientID', 'other')],
  [
    'a name that is said not to be there',
    'R4',
    'page-pdf',
    (d) => d.set('BurnedInAnnotation', 'NO'),
  ],
  [
    'another document',
    'R7',
    'page-pdf',
    (d) =>
      d.set(
        'EncapsulatedDocument',
        Buffer.from(d.bytes('EncapsulatedDocument')!).fill(32, 100, 200),
      ),
  ],
  ['a length that is none', 'R4', 'page-pdf', (d) => d.set('EncapsulatedDocumentLength', 7)],
  [
    'a document that is none',
    'R4',
    'page-pdf',
    (d) => d.set('MIMETypeOfEncapsulatedDocument', 'text/plain'),
  ],
  ['no source', 'R5', 'page-pdf', (d) => d.set('SourceInstanceSequence', [])],
];

describe('the gate before sending: pages', () => {
  for (const [what, rule, kind, mutate] of MUTATIONS) {
    it(`${rule} notices ${what} (${kind})`, () => {
      const broken: readonly GateRule[] = rulesBroken(input, kind, mutate);
      expect(broken).to.include(rule);
    });
  }
});
