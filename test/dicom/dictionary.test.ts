import { expect } from 'chai';
import { createRequire } from 'node:module';

import { DICTIONARY, formatTag } from '../../src/dicom/dictionary.js';
import { python } from '../support/pydicom.js';
import { requireTool } from '../support/tools.js';

/** dcmjs has no types of its own. */
const dcmjs = createRequire(import.meta.url)('dcmjs') as {
  data: { DicomMetaDictionary: { nameMap: Record<string, { tag: string; vr: string }> } };
};

/** Where the standard leaves the VR to the writer, ours is one of these. */
function allowed(vr: string): readonly string[] {
  return vr === 'ox' ? ['OB', 'OW'] : vr === 'xs' ? ['US', 'SS'] : vr.split(' or ');
}

describe('dictionary', () => {
  it('has the tags and VRs of dcmjs', () => {
    const { nameMap } = dcmjs.data.DicomMetaDictionary;
    const wrong = Object.entries(DICTIONARY).filter(([keyword, { tag, vr }]) => {
      const theirs = nameMap[keyword];
      return (
        theirs === undefined ||
        theirs.tag.replaceAll(' ', '') !== formatTag(tag) ||
        !allowed(theirs.vr).includes(vr)
      );
    });
    expect(wrong.map(([keyword]) => keyword)).to.deep.equal([]);
  });

  it('has the tags and VRs of pydicom', function () {
    requireTool(this, 'python3-pydicom');
    const theirs = python(
      `import json, sys
from pydicom.datadict import tag_for_keyword, dictionary_VR
print(json.dumps({k: [tag_for_keyword(k), dictionary_VR(k) if tag_for_keyword(k) else None] for k in json.loads(sys.argv[1])}))`,
      JSON.stringify(Object.keys(DICTIONARY)),
    ) as Record<string, [number, string]>;
    const wrong = Object.entries(DICTIONARY).filter(([keyword, { tag, vr }]) => {
      const [theirTag, theirVr] = theirs[keyword]!;
      return theirTag !== tag || !allowed(theirVr).includes(vr);
    });
    expect(wrong.map(([keyword]) => keyword)).to.deep.equal([]);
  });
});
