import { knowledgeOf } from '../workspace/knowledge.ts';
import { chosenPlugins } from '../workspace/cni/chosenPlugins.ts';
import { DEFAULT_SETTINGS } from '../workspace/settings.ts';
import type { FileView, SourceView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { universeOf, type Inputs } from './inputs.ts';
import type { InputOptions } from './options.ts';

/** A command's inputs as an editor would hold them: every file is open, and nothing is half typed. */
export function pathSnapshot(inputs: Inputs, options: InputOptions): WorkspaceSnapshot {
  const universe = universeOf(inputs, options);
  const { source, table } = inputs;
  const plugins = chosenPlugins(DEFAULT_SETTINGS.cni, source?.plugins);
  const files = new Map(
    inputs.files.map((file): [string, FileView] => {
      const namespace = { name: inputs.namespaceOf(file.uri), from: 'default' } as const;
      return [file.uri, { file, path: file.uri, open: true, held: new Set(), namespace }];
    }),
  );
  return {
    revision: 1,
    universe,
    intended: universe,
    knowledge: knowledgeOf(inputs.parts, source, true),
    ...(plugins !== undefined && { plugins }),
    source: sourceView(inputs, options),
    scope: { kind: 'folder', folder: '', name: '', isOnly: true, gaps: [], writtenTwice: () => [] },
    table,
    manifests: table,
    files,
    settings: DEFAULT_SETTINGS,
    now: Date.now(),
  };
}

function sourceView({ source }: Inputs, { context, snapshot }: InputOptions): SourceView {
  if (source === undefined) return { kind: 'files' };
  return context === undefined
    ? { kind: 'snapshot', label: snapshot ?? '', state: source }
    : { kind: 'live', label: context, state: source };
}
