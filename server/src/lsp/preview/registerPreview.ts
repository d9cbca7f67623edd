import type { Connection } from 'vscode-languageserver/node';
import {
  PREVIEW_CHANGES,
  PREVIEW_CLOSE,
  PREVIEW_COMPARE,
  PREVIEW_DENIED,
  PREVIEW_EXPORT,
  PREVIEW_GRAPH,
  PREVIEW_MATRIX,
  PREVIEW_NAMES,
  PREVIEW_OPEN,
  PREVIEW_PAIRS,
  PREVIEW_UNKNOWN,
  type PreviewAnswerBase,
  type PreviewProblem,
} from '../../protocol/preview.ts';
import { changesAnswer, pairsAnswer } from '../../features/preview/previewChanges.ts';
import { deniedAnswer } from '../../features/preview/previewDenied.ts';
import { namesAnswer } from '../../features/preview/previewNames.ts';
import { unknownAnswer } from '../../features/preview/previewUnknown.ts';
import { exportAnswer } from '../../features/preview/previewExport.ts';
import { matrixAnswer } from '../../features/preview/previewMatrix.ts';
import type { RequestMethod } from '../../protocol/methods.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import type { Cancellation, Dispatcher } from '../dispatch.ts';
import type { Server } from '../server.ts';

interface PreviewHandlers {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  readonly server: () => Server | undefined;
}

const FAILED: PreviewProblem = { problem: 'That failed; the log says why.' };
const NOT_READY: PreviewProblem = { problem: 'The language server is starting.' };

/** Requests of preview panels. */
export function registerPreview({ connection, dispatcher, server }: PreviewHandlers): void {
  const onRequest = <P, R>(
    method: RequestMethod<P, R | PreviewProblem>,
    handler: (params: P) => R | PreviewProblem,
  ): void => {
    connection.onRequest<unknown, never>(method.name, dispatcher.wrap(method.name, FAILED, handler));
  };
  const onSession = <P extends { readonly id: string }, R>(
    method: RequestMethod<P, R | PreviewProblem>,
    make: (
      model: PreviewModel,
      base: PreviewAnswerBase,
      params: P,
      cancellation: Cancellation,
    ) => R | PreviewProblem | Promise<R | PreviewProblem>,
  ): void => {
    connection.onRequest<unknown, never>(
      method.name,
      dispatcher.wrap(method.name, FAILED, async (params: P, cancellation) => {
        const desk = server()?.preview;
        return desk === undefined
          ? NOT_READY
          : desk.answer(params.id, cancellation, (model, base) => make(model, base, params, cancellation));
      }),
    );
  };
  onRequest(PREVIEW_OPEN, (params) => server()?.preview.open(params) ?? NOT_READY);
  onRequest(PREVIEW_COMPARE, (params) => server()?.preview.compare(params) ?? NOT_READY);
  connection.onNotification(PREVIEW_CLOSE.name, ({ id }: { readonly id: string }) => server()?.preview.close(id));
  onSession(PREVIEW_CHANGES, changesAnswer);
  onSession(PREVIEW_PAIRS, (model, base, params) => pairsAnswer(model, base, params) ?? NO_ROW);
  onSession(PREVIEW_DENIED, deniedAnswer);
  onSession(PREVIEW_UNKNOWN, unknownAnswer);
  onSession(PREVIEW_MATRIX, matrixAnswer);
  onSession(
    PREVIEW_GRAPH,
    async (model, base, params, cancellation) =>
      (await server()?.preview.graph(model, base, params, cancellation)) ?? NOBODY,
  );
  onSession(PREVIEW_NAMES, namesAnswer);
  onSession(PREVIEW_EXPORT, (model, base, params) => exportAnswer(model, base, params) ?? NOBODY);
}

const NOBODY: PreviewProblem = { problem: 'Nobody of that name is known in either state.' };
const NO_ROW: PreviewProblem = { problem: 'There is no such row any more.' };
