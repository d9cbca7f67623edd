import path from 'node:path';
import { readConfigurationFiles } from '../workspace/folderConfiguration.ts';
import { WHOLE_FOLDER, type Scope } from '../workspace/scopes.ts';
import { ScopeBook } from '../workspace/scopeBook.ts';
import { ScopeState, type PlacedFile } from '../workspace/scopeState.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { UsageError } from './usageError.ts';

/** The scopes of a command's inputs, made when somebody asks. */
export interface CommandScopes {
  /** The scope in which a file is answered (`check`). */
  readonly of: (file: string) => ScopeState;
  /** The scope that `--scope` names; without one, all inputs. */
  readonly chosen: ScopeState;
}

/**
 * @param files in the order in which later ones count
 * @param chosen the folder that `--scope` names
 * @throws UsageError where the named folder is no scope
 */
export function commandScopes(
  files: readonly (Omit<PlacedFile, 'path' | 'open'> & { readonly source: SourceFile })[],
  chosen: string | undefined,
): CommandScopes {
  const placed = files.map((file): PlacedFile => ({ ...file, path: absolute(file.uri), open: false }));
  const byPath = new Map(files.map(({ source }) => [absolute(source.uri), source]));
  const markers = [...byPath].map(([at, { text, parsed }]) => ({ path: at, text, parsed }));
  const book = new ScopeBook(readConfigurationFiles(markers), {
    parsed: (at) => byPath.get(at)?.parsed,
    isRead: (at) => byPath.has(at),
  });
  const position = new Map(files.map(({ uri }, index) => [uri, index]));
  const order = (a: string, b: string): number => (position.get(a) ?? 0) - (position.get(b) ?? 0);
  const states = new Map<string, ScopeState>();
  const stateOf = (scope: Scope): ScopeState => {
    let state = states.get(scope.folder);
    if (state === undefined) {
      state = new ScopeState(scope, book.planOf(scope), (at) => book.holds(scope, at), placed, order);
      states.set(scope.folder, state);
    }
    return state;
  };
  const named = chosen === undefined ? WHOLE_FOLDER : book.named(absolute(chosen));
  if (named === undefined) {
    throw new UsageError(
      `--scope ${chosen}: no kustomization.yaml, Chart.yaml or bulkhead.yaml among the inputs lies in this folder.`,
    );
  }
  return {
    of: (file) => (chosen === undefined ? stateOf(book.of(absolute(file), undefined)) : stateOf(named)),
    chosen: stateOf(named),
  };
}

function absolute(file: string): string {
  const resolved = file === '-' ? '-' : path.resolve(file);
  return path.sep === '\\' ? resolved.replaceAll('\\', '/') : resolved;
}
