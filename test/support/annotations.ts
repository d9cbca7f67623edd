import { answeringLenses } from './lenses.ts';
import { inlayHints } from '../../server/src/features/inlayHint.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { uriOf } from './snapshotOf.ts';

/** A file as an editor shows it: lenses on lines of their own above what they speak of, hints at the end of a line. */
export function annotated(snapshot: WorkspaceSnapshot, file = 'policy.yaml'): string {
  const uri = uriOf(file);
  const text = snapshot.files.get(uri)?.file.text ?? '';
  const lenses = answeringLenses(snapshot, uri);
  const everything = { start: { line: 0, character: 0 }, end: { line: 1e9, character: 0 } };
  const hints = inlayHints(snapshot, uri, everything);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line, number) => {
      const above = lenses.filter(({ range }) => range.start.line === number).map(({ command }) => command?.title);
      const behind = hints
        .filter(({ position }) => position.line === number)
        .map(({ label }) => ` ⟵ ${typeof label === 'string' ? label : label.map(({ value }) => value).join('')}`);
      return [...(above.length > 0 ? [`«${above.join(' │ ')}»`] : []), line + behind.join('')].join('\n');
    });
  return lines.join('\n');
}

/** The same without the text: `LINE «lens»` and `LINE ⟵ hint`, as people number lines. */
export function said(snapshot: WorkspaceSnapshot, file?: string): string {
  let number = 0;
  return annotated(snapshot, file)
    .split('\n')
    .flatMap((line) => {
      if (/^«.*»$/.test(line)) return [`${number + 1} ${line}`];
      number += 1;
      const hint = line.indexOf(' ⟵ ');
      return hint < 0 ? [] : [`${number}${line.slice(hint)}`];
    })
    .join('\n');
}
