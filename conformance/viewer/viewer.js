// A viewer as small as can be: cornerstone3D loads a multi-frame source by WADO-RS frames and its segmentation by
// WADO-RS, the adapters lay it over. Nothing of OCTriage is in here.
import { cornerstoneSEG } from './adapters.js';
import { Enums, init, metaData, RenderingEngine } from '@cornerstonejs/core';
import { init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader';
import { Enums as ToolEnums, init as initTools, segmentation } from '@cornerstonejs/tools';

const VIEWPORT = 'viewport';
const SEGMENTATION = 'segmentation';

/** The one Part 10 file of a WADO-RS answer (PS3.18 10.4): what stands between its head and the last boundary. */
async function retrieve(address) {
  const answer = await fetch(address, {
    headers: { Accept: 'multipart/related; type="application/dicom"' },
  });
  if (!answer.ok) throw new Error(`${answer.status} of ${address}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  return bytes.slice(text.indexOf('\r\n\r\n') + 4, text.lastIndexOf('\r\n--')).buffer;
}

async function load({ study, series, instance, segmentationSeries, segmentationInstance }) {
  await init();
  initLoader({ maxWebWorkers: 1 });
  await initTools();
  const root = `${location.origin}/dicom-web`;
  const address = `${root}/studies/${study}/series/${series}`;
  const [metadata] = await (
    await fetch(`${address}/metadata`, { headers: { Accept: 'application/dicom+json' } })
  ).json();
  const frames = Number(metadata['00280008'].Value[0]);
  const imageIds = Array.from(
    { length: frames },
    (_, i) => `wadors:${address}/instances/${instance}/frames/${i + 1}`,
  );
  for (const imageId of imageIds) wadors.metaDataManager.add(imageId, metadata);
  const buffer = await retrieve(
    `${root}/studies/${study}/series/${segmentationSeries}/instances/${segmentationInstance}`,
  );
  const { labelMapImages, segMetadata } = await cornerstoneSEG.createFromDICOMSegBuffer(
    imageIds,
    buffer,
    { metadataProvider: metaData },
  );
  const images = Array.isArray(labelMapImages[0]) ? labelMapImages[0] : labelMapImages;
  const engine = new RenderingEngine('engine');
  engine.enableElement({
    viewportId: VIEWPORT,
    type: Enums.ViewportType.STACK,
    element: document.getElementById('viewport'),
  });
  const viewport = engine.getViewport(VIEWPORT);
  await viewport.setStack(imageIds, 0);
  segmentation.addSegmentations([
    {
      segmentationId: SEGMENTATION,
      representation: {
        type: ToolEnums.SegmentationRepresentations.Labelmap,
        data: { imageIds: images.map(({ imageId }) => imageId) },
      },
    },
  ]);
  await segmentation.addSegmentationRepresentations(VIEWPORT, [
    { segmentationId: SEGMENTATION, type: ToolEnums.SegmentationRepresentations.Labelmap },
  ]);
  const labels = segMetadata.data.filter((item) => item !== undefined);
  labels.forEach((_, i) => {
    segmentation.config.color.setSegmentIndexColor(VIEWPORT, SEGMENTATION, i + 1, [255, 0, 0, 255]);
  });
  window.show = async (frame) => {
    await viewport.setImageIdIndex(frame - 1);
    viewport.render();
    await new Promise((resolve) => setTimeout(resolve, 400));
  };
  return { frames, segments: labels.map(({ SegmentLabel }) => SegmentLabel) };
}

window.load = load;
window.ready = true;
