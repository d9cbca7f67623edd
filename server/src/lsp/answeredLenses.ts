import type { CodeLens } from 'vscode-languageserver-types';
import { codeLensPlaces, resolveCodeLens } from '../features/codeLens.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';

/** A number that grows by itself, such as how much has been read, is drawn anew this often, in ms. */
const AGEING = 5000;
/** A comparison of a document's lenses that takes longer is left, in ms: asked again, they come one by one. */
const BUDGET = 100;

export interface AnsweredLensesParts {
  readonly now: () => number;
  /** What a document is answered from; undefined for one that is not open any more. */
  readonly snapshotOf: (uri: string) => WorkspaceSnapshot | undefined;
  readonly runsCommands: boolean;
}

/** What a client was last told of a document's lenses. */
interface Answer {
  /** As JSON, lenses that carry their titles included. */
  readonly places: string;
  /** The words that the client has asked for one by one, because a person sees them, by what their lenses carry. */
  readonly words: Map<string, { readonly lens: CodeLens; readonly title: string }>;
}

/**
 * Remembers which lenses a client shows. An editor that is told to ask again draws all of them anew, and one that is
 * drawn anew just when it is clicked swallows the click: it is told so only when a lens says something else.
 */
export class AnsweredLenses {
  readonly #parts: AnsweredLensesParts;
  readonly #answers = new Map<string, Answer>();
  /** When the client last had what there is. */
  #shown = -Infinity;

  constructor(parts: AnsweredLensesParts) {
    this.#parts = parts;
  }

  answered(uri: string, places: readonly CodeLens[]): void {
    this.#shown = this.#parts.now();
    this.#answers.set(uri, { places: JSON.stringify(places), words: new Map() });
  }

  /** @param lens as the client has sent it back */
  resolved(uri: string, lens: CodeLens, { command }: CodeLens): void {
    this.#answers.get(uri)?.words.set(JSON.stringify(lens.data), { lens, title: command?.title ?? '' });
  }

  /** Whether the client is to ask again. It is taken to do so for what it shows, and to have let go the rest. */
  isStale(): boolean {
    const now = this.#parts.now();
    const changes = this.#changes();
    const stale = changes === 'words' || (changes === 'numbers' && now - this.#shown >= AGEING);
    if (stale) this.#answers.clear();
    return stale;
  }

  #changes(): Change {
    let found: Change = 'nothing';
    for (const [uri, answer] of this.#answers) {
      const snapshot = this.#parts.snapshotOf(uri);
      if (snapshot === undefined) {
        this.#answers.delete(uri);
        continue;
      }
      // What a new state costs is not counted: whoever asks next has it.
      const deadline = this.#parts.now() + BUDGET;
      for (const change of this.#changesOf(snapshot, uri, answer)) {
        if (change === 'words' || this.#parts.now() > deadline) return 'words';
        if (change === 'numbers') found = change;
      }
    }
    return found;
  }

  *#changesOf(snapshot: WorkspaceSnapshot, uri: string, { places, words }: Answer): Generator<Change> {
    const { runsCommands } = this.#parts;
    yield changeBetween(places, JSON.stringify(codeLensPlaces(snapshot, uri, runsCommands)));
    for (const { lens, title } of words.values()) {
      yield changeBetween(title, resolveCodeLens(snapshot, lens, runsCommands).command?.title ?? '');
    }
  }
}

type Change = 'nothing' | 'numbers' | 'words';

function changeBetween(before: string, now: string): Change {
  if (before === now) return 'nothing';
  return lasting(before) === lasting(now) ? 'numbers' : 'words';
}

/** Without how much is read and how old it is. */
function lasting(text: string): string {
  return text.replace(/ \d+ (?:%|(?:s|min|h|d) ago)/g, '');
}
