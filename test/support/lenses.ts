import type { CodeLens } from 'vscode-languageserver-types';
import { codeLenses, PREVIEW } from '../../server/src/features/codeLens.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';

/** Lenses that answer something. The one that opens the preview stands in every policy's row and says the same. */
export function answeringLenses(snapshot: WorkspaceSnapshot, uri: string): CodeLens[] {
  return codeLenses(snapshot, uri).filter(({ command }) => command?.command !== PREVIEW);
}
