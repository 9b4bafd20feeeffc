import { adaptersSEG } from '@cornerstonejs/adapters';

export const cornerstoneSEG = adaptersSEG.Cornerstone3D.Segmentation;
