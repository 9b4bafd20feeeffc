import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';

import { buildResults } from '../src/results/build.js';
import { TISSUE_CODES } from '../src/results/tissue-codes.js';
import { TISSUES } from '../src/values/tissue.js';
import type { ResultKind } from '../src/values/result-kinds.js';
import { python } from '../test/support/pydicom.js';
import { SHAPE, type InputOptions } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import {
  CHOROID_ROW,
  DISSENT,
  innerRow,
  MEMBERS,
  RPE_ROW,
  wholeInput,
} from '../test/support/whole-input.js';

const KINDS = [
  'label-map',
  'height-map',
  'disagreement-map',
  'alternative-label-map',
  'network-label-map',
  'key-objects',
] as const satisfies readonly ResultKind[];

interface Frames {
  readonly frames: readonly {
    readonly source: readonly number[];
    readonly pixels: readonly (readonly number[])[];
  }[];
}
interface LabelMap extends Frames {
  readonly segments: readonly (readonly [number, string])[];
}
interface HeightMap {
  readonly frameOfReference: string;
  readonly padding: number;
  readonly source: readonly number[] | null;
  readonly surfaces: readonly {
    readonly code: string;
    readonly heights: readonly (readonly number[])[];
  }[];
}

interface Read {
  readonly input: ReturnType<typeof wholeInput>;
  readonly of: {
    readonly 'label-map': LabelMap;
    readonly 'alternative-label-map': LabelMap;
    readonly 'height-map': HeightMap;
    readonly 'disagreement-map': Frames & { readonly unit: string };
    readonly 'key-objects': { readonly title: string; readonly frames: readonly number[] };
  };
  /** The label map of each network. */
  readonly networks: readonly LabelMap[];
}

const CASES: Readonly<Record<string, InputOptions>> = {
  'first frame inferior (Spectralis)': {},
  'frames stored the other way round': { variations: ['reversed-frames'] },
  'left eye, Topcon': { dress: 'topcon-maestro2', laterality: 'L' },
};
const CIRRUS: InputOptions = { dress: 'zeiss-cirrus' };

describe('maps and key objects read back by pydicom', () => {
  const path = temporaryFolder();
  const program = readFileSync(new URL('read_maps.py', import.meta.url), 'utf8');

  /** What pydicom finds in the objects of a scan, by kind. */
  function read(options: InputOptions): Read {
    const input = wholeInput(options);
    const made = buildResults(input, KINDS).objects.filter(({ kind }) =>
      (KINDS as readonly ResultKind[]).includes(kind),
    );
    const files = made.map(({ sopInstanceUid, bytes }) => {
      writeFileSync(path(`${sopInstanceUid}.dcm`), bytes);
      return path(`${sopInstanceUid}.dcm`);
    });
    const found = python(program, ...files) as readonly unknown[];
    const of = Object.fromEntries(made.map(({ kind }, index) => [kind, found[index]]));
    const networks = found.filter((_, index) => made[index]!.kind === 'network-label-map');
    return { input, of, networks } as unknown as Read;
  }

  const known = new Map<InputOptions, Read>();
  function memo(options: InputOptions): Read {
    const found = known.get(options) ?? read(options);
    known.set(options, found);
    return found;
  }

  before(function () {
    requireTool(this, 'python3-pydicom');
  });

  for (const [name, options] of Object.entries({ ...CASES, 'without planes (Cirrus)': CIRRUS })) {
    it(`every pixel of the label map is the tissue of its source frame: ${name}`, () => {
      const { input, of } = memo(options);
      expectWhole(of['label-map'], input, input.findings!.tissueMap);
    });

    it(`the label map of each network is what that network saw: ${name}`, () => {
      const { input, networks } = memo(options);
      expect(networks).to.have.length(MEMBERS);
      for (const [network, map] of input.findings!.memberMaps!.entries()) {
        expectWhole(networks[network]!, input, map);
      }
    });
  }

  function expectWhole({ segments, frames }: LabelMap, { volume }: Read['input'], map: Uint8Array) {
    const codes = new Map(segments);
    expect(codes.get(0)).to.equal('125040');
    expect(frames).to.have.length(SHAPE.frames);
    frames.forEach(({ source, pixels }, index) => {
      expect(source).to.deep.equal([index + 1]);
      const frame = volume!.frameNumbers.indexOf(index + 1);
      const size = SHAPE.rows * SHAPE.columns;
      const labels = map.subarray(frame * size, (frame + 1) * size);
      const expected = [...labels].map((label) => TISSUE_CODES[TISSUES[label]!.name].type.value);
      expect(pixels.flat().map((number) => codes.get(number))).to.deep.equal(expected);
    });
  }

  for (const [name, options] of Object.entries({ ...CASES, 'without planes (Cirrus)': CIRRUS })) {
    it(`the alternative label map shows what the others saw, and nothing where none differs: ${name}`, () => {
      const { input, of } = memo(options);
      const { segments, frames } = of['alternative-label-map'];
      const codes = new Map(segments);
      expect(segments).to.have.length(1 + DISSENT.length);
      const shown = frames.flatMap(({ source, pixels }) => {
        const frame = input.volume!.frameNumbers.indexOf(source[0]!);
        return pixels.flatMap((line, row) =>
          line.flatMap((number, column) =>
            number === 0 ? [] : [{ frame, row, column, code: codes.get(number) }],
          ),
        );
      });
      expect(shown.sort((a, b) => a.frame - b.frame)).to.deep.equal(
        DISSENT.map(({ frame, row, column, tissue }) => {
          return { frame, row, column, code: TISSUE_CODES[tissue].type.value };
        }),
      );
    });
  }

  for (const [name, options] of Object.entries(CASES)) {
    it(`the height map holds each surface on the source's own frames: ${name}`, () => {
      const { input, of } = memo(options);
      const { frameOfReference, padding, source, surfaces } = of['height-map'];
      expect(frameOfReference).to.equal(input.source.text('FrameOfReferenceUID'));
      expect(padding).to.equal(-1);
      // Left out: the rows are the source's frames in their order (A.91.5.1).
      expect(source).to.equal(null);
      expect(surfaces.map(({ code }) => code)).to.deep.equal(['280677004', '128297', '128300']);
      const [inner, rpe, bruch] = surfaces;
      for (let row = 0; row < SHAPE.frames; row++) {
        const frame = input.volume!.frameNumbers.indexOf(row + 1);
        expect(inner!.heights[row]![4]).to.equal(innerRow(frame, 4));
        expect(inner!.heights[row]![1]).to.equal(innerRow(frame, 1));
        expect(rpe!.heights[row]).to.deep.equal(Array(SHAPE.columns).fill(RPE_ROW));
        expect(bruch!.heights[row]).to.deep.equal(Array(SHAPE.columns).fill(CHOROID_ROW));
      }
    });

    it(`the parametric map shows where the networks differ, as a share: ${name}`, () => {
      const { input, of } = memo(options);
      const { unit, frames } = of['disagreement-map'];
      expect(unit).to.equal('{ratio}');
      const shares = frames.flatMap(({ source, pixels }) => {
        const frame = input.volume!.frameNumbers.indexOf(source[0]!);
        return pixels.flatMap((line, row) =>
          line.flatMap((share, column) => (share === 0 ? [] : [[frame, row, column, share]])),
        );
      });
      expect(shares.sort((a, b) => a[0]! - b[0]!)).to.deep.equal(
        DISSENT.map(({ frame, row, column, count }) => [frame, row, column, count / MEMBERS]),
      );
    });

    it(`the key objects are the frames that show most of each lesion: ${name}`, () => {
      const { input, of } = memo(options);
      const { title, frames } = of['key-objects'];
      expect(title).to.equal('113000');
      const shown = frames.map((number) => input.volume!.frameNumbers.indexOf(number));
      // Intraretinal fluid lies in 0 and 1, subretinal in 1 to 3, the membrane in 4; level frames: the source's first.
      const first = (...level: number[]): number =>
        level.sort((a, b) => input.volume!.frameNumbers[a]! - input.volume!.frameNumbers[b]!)[0]!;
      expect(new Set(shown)).to.deep.equal(new Set([first(0, 1), first(1, 2, 3), 4]));
      expect(frames).to.deep.equal([...frames].sort((a, b) => a - b));
    });
  }
});
