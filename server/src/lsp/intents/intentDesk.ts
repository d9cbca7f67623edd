import { intentReport } from '../../features/intents/intentReport.ts';
import { snapshotWorld } from '../../features/intents/snapshotWorld.ts';
import { decodeIntents } from '../../intent/decodeIntents.ts';
import { evaluateIntent } from '../../intent/evaluateIntent.ts';
import { keepIntent } from '../../intent/keepIntent.ts';
import { shortestName } from '../../intent/shortestName.ts';
import type {
  IntentFileItem,
  IntentList,
  IntentResultItem,
  IntentRunAnswer,
  KeepIntentAnswer,
  KeepIntentParams,
  RunIntentsParams,
} from '../../protocol/intents.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { parseManifests } from '../../syntax/parseManifests.ts';
import { applyChanges } from '../../syntax/textChange.ts';
import { pathOfUri } from '../../workspace/fileUri.ts';
import type { FolderWorkspace } from '../../workspace/folderWorkspace.ts';
import type { SourceFile } from '../../workspace/sourceFile.ts';
import { Cancelled } from '../dispatch.ts';
import { testFiles } from './testFiles.ts';
import { throttle, type Clock, type Throttle } from '../scheduler.ts';

/** Told at most this often that tests may say something else, in ms. */
const INTERVAL = 500;
/** And not before a person has stopped typing for so long, in ms. */
const QUIET = 300;

export interface IntentDeskParts {
  readonly workspaceOf: (folder: string) => FolderWorkspace | undefined;
  /** The folder that a document belongs to. */
  readonly workspaceAround: (uri: string) => FolderWorkspace | undefined;
  readonly tell: () => void;
  readonly yieldOnce: () => Promise<void>;
  readonly clock: Clock;
  /** Whether the client shows objects that no file holds. */
  readonly views: boolean;
}

/** Intent tests of the window's folders: listed, run, and told about when they may say something else. */
export class IntentDesk {
  readonly #parts: IntentDeskParts;
  readonly #changes: Throttle;
  /** Nobody is told of what nobody has asked for. */
  #isWatched = false;

  constructor(parts: IntentDeskParts) {
    this.#parts = parts;
    this.#changes = throttle(parts.clock, INTERVAL, QUIET, parts.tell);
  }

  /** Anything that answers are made from has changed. */
  changed(isTyped: boolean): void {
    if (!this.#isWatched) return;
    if (isTyped) this.#changes.busy();
    this.#changes.request();
  }

  dispose(): void {
    this.#changes.dispose();
  }

  list(folder: string): IntentList {
    this.#isWatched = true;
    const workspace = this.#parts.workspaceOf(folder);
    return { files: workspace === undefined ? [] : testFiles(workspace).map(listed) };
  }

  /** Each file is run in its own scope, as its lenses are; other requests come in between. */
  async run({ folder, files }: RunIntentsParams, isCancelled: () => boolean): Promise<IntentRunAnswer> {
    const workspace = this.#parts.workspaceOf(folder);
    if (workspace === undefined) return { results: [] };
    const results: IntentResultItem[] = [];
    for (const file of testFiles(workspace)) {
      const asked = files?.find(({ uri }) => uri === file.uri);
      if (files !== undefined && asked === undefined) continue;
      // One state for all tests of a file, whatever changes meanwhile.
      const snapshot = workspace.snapshot(file.uri);
      const world = snapshotWorld(snapshot);
      const intents = decodeIntents(file.parsed);
      const lines = lineIndex(file.text);
      for (const written of intents.intents) {
        if (asked?.names?.includes(written.name) === false) continue;
        await this.#parts.yieldOnce();
        if (isCancelled()) throw new Cancelled();
        const started = this.#parts.clock.now();
        const result = written.intent === undefined ? undefined : evaluateIntent(world, written.intent);
        const milliseconds = this.#parts.clock.now() - started;
        const one = { uri: file.uri, lines, file: intents, written, result, milliseconds };
        results.push(intentReport(snapshot, one, this.#parts.views));
      }
    }
    return { results };
  }

  keep({ uri, from, to, ports, expect }: KeepIntentParams): KeepIntentAnswer {
    const workspace = this.#parts.workspaceAround(uri);
    if (workspace === undefined) return { problem: 'The window has no such folder.' };
    const { universe } = workspace.snapshot(uri);
    const kept = {
      from: shortestName(universe.cluster, from),
      to: shortestName(universe.cluster, to),
      ports,
      expect,
    };
    const files = testFiles(workspace).map((file) => ({ path: pathOfUri(file.uri), text: file.text, uri: file.uri }));
    const near = neighbour(workspace.uri, uri);
    const edit = keepIntent(kept, files, pathOfUri(near));
    if (edit === undefined) return { problem: 'No test can be written that says this.' };
    const file = files.find(({ path }) => path === edit.path);
    const text = file?.text ?? '';
    const lines = lineIndex(text);
    const after = applyChanges(text, edit.changes);
    const intent = decodeIntents(parseManifests(after)).intents.at(-1)?.intent;
    const target = file?.uri ?? besideUri(near, edit.path);
    if (intent === undefined || target === undefined) return { problem: 'No test can be written that says this.' };
    return {
      uri: target,
      isNew: edit.isNew,
      edits: edit.changes.map(({ range, newText }) => ({ range: lines.range(range), newText })),
      name: edit.name,
      outcome: evaluateIntent(snapshotWorld(workspace.snapshot(uri)), intent).outcome,
    };
  }
}

function listed({ uri, text, parsed }: SourceFile): IntentFileItem {
  const lines = lineIndex(text);
  const { intents, faults } = decodeIntents(parsed);
  return {
    uri,
    tests: intents.map(({ name, range }) => ({ name, range: lines.range(range) })),
    faults: faults
      .filter(({ index }) => index === undefined)
      .map(({ message, range }) => ({ message, range: lines.range(range) })),
  };
}

/**
 * What a test is written beside. A panel may look at a whole folder; and beside what is rendered, or was never saved, no
 * file can be.
 */
function neighbour(folder: string, uri: string): string {
  const isSaved = !/^(?:untitled|bulkhead-[a-z]+):/.test(uri);
  return uri === '' || uri === folder || !isSaved ? `${folder}/bulkhead-test.yaml` : uri;
}

/** The URI of a file in the folder of a document. */
function besideUri(uri: string, path: string): string | undefined {
  const slash = uri.lastIndexOf('/');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return slash < 0 || !uri.includes(':/') ? undefined : `${uri.slice(0, slash)}/${encodeURIComponent(name)}`;
}
