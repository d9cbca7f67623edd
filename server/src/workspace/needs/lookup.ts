import { EMPTY_CONTENTS } from '../clusterSource.ts';
import type { SourceFile } from '../sourceFile.ts';
import type { UniverseParts } from '../universe.ts';
import { declarationsOf, type ConfigMapTexts, type Declarations, type Declared } from './declarations.ts';
import { serviceTargets, type ServiceTargets } from './serviceTargets.ts';

/** A file of the workspace with the namespace of what names none in it. */
export interface DeclaringFile {
  readonly file: SourceFile;
  readonly namespace: string;
}

/** What somebody's settings are looked up in. */
export interface Lookup {
  readonly targetsOf: (namespace: string) => ServiceTargets | undefined;
  /** The one that is written nearest to a file, where several folders have one of that name. */
  readonly configMap: (namespace: string, name: string, near: string) => Found<ConfigMapTexts> | undefined;
}

/** Something declared with its file, and its namespace filled in. */
export interface Found<T> extends Declared<T> {
  readonly uri: string;
}

interface DeclaredFile {
  readonly uri: string;
  readonly namespace: string;
  readonly declared: Declarations;
}

export class NeedLookup implements Lookup {
  readonly parts: UniverseParts;
  readonly #files: readonly DeclaredFile[];
  readonly #targets = new Map<string, ServiceTargets | undefined>();
  #configMaps: ReadonlyMap<string, readonly Found<ConfigMapTexts>[]> | undefined;

  constructor(parts: UniverseParts, files: Iterable<DeclaringFile>) {
    this.parts = parts;
    const declaring: DeclaredFile[] = [];
    for (const { file, namespace } of files) {
      const declared = declarationsOf(file);
      if (Object.values(declared).some((list) => list.length > 0))
        declaring.push({ uri: file.uri, namespace, declared });
    }
    this.#files = declaring;
  }

  readonly targetsOf = (namespace: string): ServiceTargets | undefined => {
    if (!this.#targets.has(namespace)) {
      this.#targets.set(namespace, serviceTargets(this.parts.contents.get(namespace) ?? EMPTY_CONTENTS));
    }
    return this.#targets.get(namespace);
  };

  readonly configMap: Lookup['configMap'] = (namespace, name, near) => {
    this.#configMaps ??= Map.groupBy(this.all('configMaps'), (found) => `${found.namespace}/${found.name}`);
    const named = this.#configMaps.get(`${namespace}/${name}`) ?? [];
    return named.toSorted((a, b) => sharedFolders(b.uri, near) - sharedFolders(a.uri, near))[0];
  };

  all<Kind extends keyof Declarations>(kind: Kind): readonly Found<Declarations[Kind][number]['value']>[] {
    return this.#files.flatMap(({ uri, namespace, declared }) =>
      declared[kind].map((each) => ({ ...each, uri, namespace: each.namespace === '' ? namespace : each.namespace })),
    );
  }
}

/** How many folders two files have in common from the top. */
function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const different = left.findIndex((step, index) => step !== right[index]);
  return different < 0 ? left.length : different;
}
