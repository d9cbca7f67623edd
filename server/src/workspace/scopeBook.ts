import type { ParsedText } from '../syntax/manifestDocument.ts';
import type { FolderConfiguration } from './folderConfiguration.ts';
import { overlayPlan, type OverlayPlan } from './kustomize/overlayPlan.ts';
import { isRenderedPath } from './fileUri.ts';
import { defaultScope, isInScope, WHOLE_FOLDER, type Scope, type ScopeKind } from './scopes.ts';

export interface BookFiles {
  /** A file's documents; undefined where no such file is known. */
  readonly parsed: (path: string) => ParsedText | undefined;
  /** Whether a file at a path would have been read if it held anything of ours. */
  readonly isRead: (path: string) => boolean;
}

/** Files that belong to no chart or overlay take part beside what is rendered. */
const NEIGHBOURS: readonly ScopeKind[] = ['folder', 'bulkhead'];

/** The scopes of one state of a folder's configuration; an overlay's plan is made when somebody first asks. */
export class ScopeBook {
  readonly #configuration: FolderConfiguration;
  readonly #files: BookFiles;
  readonly #plans = new Map<string, OverlayPlan | undefined>();

  constructor(configuration: FolderConfiguration, files: BookFiles) {
    this.#configuration = configuration;
    this.#files = files;
  }

  /** How many scopes there are beside the whole folder. */
  get size(): number {
    return this.#configuration.scopes.size;
  }

  /** The scope of a folder; `''` is everything. */
  named(folder: string): Scope | undefined {
    return folder === '' ? WHOLE_FOLDER : this.#configuration.scopes.get(folder);
  }

  /** The scope in which a file is answered: the chosen one where the file takes part in it, else its own. */
  of(path: string, chosen: string | undefined): Scope {
    const scope = chosen === undefined ? undefined : this.named(chosen);
    if (scope !== undefined && this.holds(scope, path)) return scope;
    return defaultScope(path, this.#configuration.scopes, (other) => this.planOf(other));
  }

  /** Every scope that a file takes part in: the deepest folder first, the whole last. */
  allOf(path: string): readonly Scope[] {
    const all = [...this.#configuration.scopes.values()].filter((scope) => this.holds(scope, path));
    const depth = ({ folder }: Scope): number => folder.split('/').length;
    return [...all.sort((a, b) => depth(b) - depth(a) || (a.folder < b.folder ? -1 : 1)), WHOLE_FOLDER];
  }

  holds(scope: Scope, path: string): boolean {
    if (isInScope(path, scope, (other) => this.planOf(other))) return true;
    // Policies beside a chart are judged against what the chart renders to.
    return scope.kind === 'rendered' && !isRenderedPath(path) && NEIGHBOURS.includes(this.of(path, undefined).kind);
  }

  planOf({ folder, kind }: Scope): OverlayPlan | undefined {
    if (kind !== 'kustomization') return undefined;
    const { kustomizations } = this.#configuration;
    if (!this.#plans.has(folder)) {
      const root = kustomizations.get(folder);
      const files = { ...this.#files, kustomizationIn: (path: string) => kustomizations.get(path) };
      this.#plans.set(folder, root && overlayPlan(root, files));
    }
    return this.#plans.get(folder);
  }
}
