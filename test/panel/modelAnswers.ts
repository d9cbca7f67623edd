/** A panel's questions, answered from two states of the engine by the server's own functions, without a folder around. */
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { changesAnswer, pairsAnswer } from '../../server/src/features/preview/previewChanges.ts';
import { deniedAnswer } from '../../server/src/features/preview/previewDenied.ts';
import { drawPicture, graphAnswer } from '../../server/src/features/preview/previewGraph.ts';
import { matrixAnswer } from '../../server/src/features/preview/previewMatrix.ts';
import { namesAnswer } from '../../server/src/features/preview/previewNames.ts';
import { unknownAnswer } from '../../server/src/features/preview/previewUnknown.ts';
import * as preview from '../../server/src/protocol/preview.ts';
import { boxGraph } from '../../server/src/workspace/preview/pictureLayout.ts';
import type { PreviewModel } from '../../server/src/workspace/preview/previewModel.ts';
import { comparedModel, finished } from '../support/comparedModel.ts';
import type { Answering } from './openPanel.ts';

export interface ModelAnswers extends Answering {
  /** Something else is compared from now on. */
  readonly compare: (before: CompiledCluster, after: CompiledCluster) => void;
}

/** @param most rows of one answer, so that few rows already make pages; the server's own bound is higher */
export function modelAnswers(most: number): ModelAnswers {
  let model: PreviewModel | undefined;
  let revision = 0;
  const answers: Readonly<
    Record<string, (model: PreviewModel, base: preview.PreviewAnswerBase, params: never) => unknown>
  > = {
    [preview.PREVIEW_CHANGES.name]: changesAnswer,
    [preview.PREVIEW_PAIRS.name]: pairsAnswer,
    [preview.PREVIEW_DENIED.name]: deniedAnswer,
    [preview.PREVIEW_UNKNOWN.name]: unknownAnswer,
    [preview.PREVIEW_MATRIX.name]: matrixAnswer,
    [preview.PREVIEW_NAMES.name]: namesAnswer,
    [preview.PREVIEW_GRAPH.name]: pictureOf,
  };
  return {
    request: async (method, params) => {
      if (method.name === preview.PREVIEW_OPEN.name) {
        return { version: preview.PREVIEW_VERSION, id: 'one', revision } as never;
      }
      const answer = answers[method.name];
      if (answer === undefined || model === undefined) throw new Error(`nothing answers ${method.name}`);
      const asked = params as { readonly limit?: number };
      const bounded = asked.limit === undefined ? asked : { ...asked, limit: Math.min(most, asked.limit) };
      return answer(model, { version: preview.PREVIEW_VERSION, id: 'one', revision }, bounded as never) as never;
    },
    notify: () => undefined,
    compare: (before, after) => {
      revision += 1;
      model = comparedModel(before, after);
    },
  };
}

/** A picture without the thread that puts its boxes in order: in columns. */
function pictureOf(
  model: PreviewModel,
  base: preview.PreviewAnswerBase,
  params: preview.PreviewGraphParams,
): preview.PreviewGraph | preview.PreviewProblem {
  const found = finished(drawPicture(model, params));
  if (found === undefined) return { problem: 'Nobody of that name is known.' };
  return graphAnswer(model, base, found, boxGraph(found.drawn), undefined, new Map()).graph;
}
