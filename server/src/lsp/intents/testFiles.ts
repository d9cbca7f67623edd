import { decodeIntents } from '../../intent/decodeIntents.ts';
import type { NamedIntents } from '../../intent/brokenIntents.ts';
import { isIntentPath } from '../../intent/intentPath.ts';
import { baseName, pathOfUri } from '../../workspace/fileUri.ts';
import type { FolderWorkspace } from '../../workspace/folderWorkspace.ts';
import type { SourceFile } from '../../workspace/sourceFile.ts';

/** The files of tests of a folder, as their editors hold them, in the order of their names. */
export function testFiles(workspace: FolderWorkspace): readonly SourceFile[] {
  const { files } = workspace.snapshot();
  return [...files.keys()]
    .filter((uri) => isIntentPath(pathOfUri(uri)))
    .sort()
    .flatMap((uri) => files.get(uri)?.file ?? []);
}

/** The tests of a folder that are about a cluster: those of files that are answered from it. */
export function testsOf(workspace: FolderWorkspace, context: string): readonly NamedIntents[] {
  return testFiles(workspace).flatMap(({ uri, parsed }) => {
    const { source } = workspace.snapshot(uri);
    if (source.kind !== 'live' || source.label !== context) return [];
    return [{ file: baseName(pathOfUri(uri)), intents: decodeIntents(parsed).intents }];
  });
}
