// A viewer as small as can be: cornerstone3D loads a multi-frame source by WADO-RS frames and its segmentation by
// WADO-URI, the adapters lay it over. Nothing of OCTriage is in here.
import { cornerstoneSEG } from './adapters.js';
import { Enums, init, metaData, RenderingEngine, utilities } from '@cornerstonejs/core';
import { init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader';
import { Enums as ToolEnums, init as initTools, segmentation } from '@cornerstonejs/tools';

const VIEWPORT = 'viewport';
const SEGMENTATION = 'segmentation';

async function load({ study, series, instance, segmentation: segmentationUid }) {
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
  const wado = new URLSearchParams({
    requestType: 'WADO',
    objectUID: segmentationUid,
    contentType: 'application/dicom',
  });
  const buffer = await (await fetch(`${location.origin}/wado?${wado}`)).arrayBuffer();
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
  // Where cornerstone shows a pixel of the source, by the source's own geometry.
  window.place = (frame, column, row) =>
    viewport.worldToCanvas(utilities.imageToWorldCoords(imageIds[frame - 1], [column, row]));
  return { frames, segments: labels.map(({ SegmentLabel }) => SegmentLabel) };
}

window.load = load;
window.ready = true;
