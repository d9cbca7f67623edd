/** The program of the worker thread that puts the boxes of a picture in order, apart from the language server's own. */
import { parentPort } from 'node:worker_threads';
import type { BoxGraph } from '../workspace/preview/pictureLayout.ts';
import { orderBoxes } from './orderBoxes.ts';

parentPort?.on('message', ({ id, graph }: { readonly id: number; readonly graph: BoxGraph }) => {
  parentPort?.postMessage({ id, ranks: orderBoxes(graph) });
});
