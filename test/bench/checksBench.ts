/** What each check costs in a file of 1.1 MB, after an edit of one policy: where a round of findings spends its time. */
import { CHECKS } from '../../server/src/analysis/registry.ts';
import { checkContext } from '../../server/src/workspace/checkContext.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import type { SourceFile } from '../../server/src/workspace/sourceFile.ts';
import { median, milliseconds, timed, told, type BenchRow } from './benchRow.ts';
import { manifests } from './typedManifests.ts';

const BYTES = 1_100_000;
const ROUNDS = 7;
/** The dearest; the rest is summed. */
const SHOWN = 8;
const URI = 'file:///bench/policies.yaml';

export function checksBench(): BenchRow[] {
  const folder = new FolderWorkspace('', { now: () => 0, date: () => 0 });
  folder.setIndexing(undefined);
  let text = manifests(BYTES);
  folder.openDocument(URI, text);
  const times = new Map<string, number[]>(CHECKS.map(({ code }) => [code, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    const at = text.indexOf('app: web', text.length / 2) + 'app: web'.length;
    text = `${text.slice(0, at)}x${text.slice(at)}`;
    folder.editDocument(URI, text);
    const snapshot = folder.snapshot(URI);
    const { file } = snapshot.files.get(URI) as { file: SourceFile };
    const problemsOf = folder.problemsOf(file);
    const context = checkContext(
      { ...snapshot, systemNamespaces: ['kube-*'], turnOff: () => undefined, problemsOf },
      file,
    );
    for (const { code, run } of CHECKS) {
      const time = timed(() => void [...run(context)]);
      // The first round fills what later ones remember.
      if (round > 0) times.get(code)?.push(time);
    }
  }
  const rows = [...times].map(([code, each]) => ({ code, time: median(each) })).sort((a, b) => b.time - a.time);
  const rest = rows.slice(SHOWN);
  return [
    ...rows.slice(0, SHOWN).map(({ code, time }) => told(`check at 1.1 MB: ${code}`, milliseconds(time))),
    told(`the other ${rest.length} checks together`, milliseconds(rest.reduce((sum, { time }) => sum + time, 0))),
  ];
}
