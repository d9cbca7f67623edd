/** What a preview panel would show of a folder, without a server. */
import type { Coverage } from '../../server/src/workspace/clusterSource.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import { PreviewModel } from '../../server/src/workspace/preview/previewModel.ts';
import { PreviewStates, type StateAfter, type StateBefore } from '../../server/src/workspace/preview/previewStates.ts';
import { compareReach } from '../../server/src/workspace/preview/reachComparison.ts';
import { liveSource } from './clusterSource.ts';

export interface PreviewedFolder {
  /** Files on disk, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** What open editors hold; the first one is followed. */
  readonly typed: Readonly<Record<string, string>>;
  /** The manifests of a live cluster. */
  readonly live?: Readonly<Record<string, string>>;
  /** What else is said of how far it was read. */
  readonly coverage?: readonly Coverage[];
  readonly before?: StateBefore;
  readonly after?: StateAfter;
}

/** @throws where nothing can be compared, with why */
export function previewed(given: PreviewedFolder): PreviewModel {
  const folder = followed(given, Object.keys(given.typed)[0] as string);
  for (const [name, text] of Object.entries(given.typed)) folder.type(name, text);
  return folder.model();
}

/** A folder over several edits. */
previewed.folder = ({ files, live }: Pick<PreviewedFolder, 'files' | 'live'>): FollowedFolder =>
  followed({ files, typed: {}, ...(live !== undefined && { live }) }, 'db.yaml');

interface FollowedFolder {
  readonly type: (name: string, text: string) => void;
  readonly model: () => PreviewModel;
}

function followed({ files, live, coverage, before, after }: PreviewedFolder, name: string): FollowedFolder {
  const folder = new FolderWorkspace('file:///folder', { now: () => 10_000, date: () => 10_000 });
  const uriOf = (file: string): string => `file:///folder/${file}`;
  for (const [file, text] of Object.entries(files)) folder.putFile(uriOf(file), text);
  folder.setIndexing(undefined);
  const source = live === undefined ? undefined : liveSource(new Map(Object.entries(live)), 9_000, undefined, coverage);
  if (source?.kind === 'live') folder.setSource(source);
  const states = new PreviewStates(folder, uriOf(name), before ?? { kind: 'source' }, after ?? { kind: 'document' });
  return {
    type: (file, text) => {
      if (!folder.hasDocument(uriOf(file))) folder.openDocument(uriOf(file), files[file] ?? '');
      folder.editDocument(uriOf(file), text);
    },
    model: () => modelOf(states),
  };
}

/** @throws where nothing can be compared, with why */
export function modelOf(states: PreviewStates): PreviewModel {
  const now = states.states();
  if ('problem' in now) throw new Error(now.problem);
  const steps = compareReach(now.before.universe.cluster, now.after.universe.cluster);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return new PreviewModel(now, step.value);
  }
}
