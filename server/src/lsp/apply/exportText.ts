import type { ExportText } from '../../protocol/apply.ts';
import { shownChange } from '../../workspace/apply/shownObject.ts';
import type { StoredPreview } from './storedPreview.ts';

/** What a preview would send, for whoever may send it: the objects, what they do, and the kubectl lines. */
export function exportText({ shown, live, changes }: StoredPreview): ExportText {
  const objects = changes.flatMap(({ before, after }) =>
    after === undefined ? [] : [shownChange(before, after).after],
  );
  const files = [...new Set(shown.steps.flatMap(({ uri }) => uri ?? []))];
  const context = quoted(live.context.name);
  const deletes = shown.steps.filter(({ change }) => change === 'delete');
  const lines = [
    ...(files.length === 0 ? [] : ['# Whole files, as they lie on the disk: save them first.']),
    ...files.map((uri) => `kubectl --context ${context} apply -f ${quoted(decodeURIComponent(new URL(uri).pathname))}`),
    ...deletes.map(
      ({ name, namespace }) =>
        `kubectl --context ${context} delete networkpolicy -n ${quoted(namespace)} ${quoted(name)}`,
    ),
  ];
  return {
    manifests: objects.join('---\n'),
    markdown: shown.effect.markdown,
    kubectl: (shown.action === 'delete' ? lines.slice(files.length + Math.min(files.length, 1)) : lines).join('\n'),
  };
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
