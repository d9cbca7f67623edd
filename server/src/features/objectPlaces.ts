import type { FieldPath } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { SourceRange } from '../model/sourceRange.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { objectUri } from '../protocol/objects.ts';
import { lineIndex, type LineIndex } from '../syntax/lineIndex.ts';
import type { PlacedObject } from '../workspace/objectTable.ts';
import type { Origin } from '../workspace/sourceFile.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { objectView, type ObjectView } from './objectView.ts';

/** Where an object, or a field of it, can be looked at. */
export interface Place {
  readonly uri: string;
  /** The whole of what is meant. */
  readonly range: SourceRange;
  /** What of it names it. */
  readonly selection: SourceRange;
}

export interface PlaceOptions {
  /** The document that is asked about. */
  readonly uri: string;
  /** Whether the client shows objects that no file holds (`bulkhead-object:`). */
  readonly views: boolean;
}

/** Leads from objects of an answer to the files that hold them, else to a view of what the source knows. */
export class ObjectPlaces {
  readonly #snapshot: WorkspaceSnapshot;
  readonly #options: PlaceOptions;
  readonly #lines = new Map<string, LineIndex>();
  readonly #views = new Map<string, ObjectView | undefined>();

  constructor(snapshot: WorkspaceSnapshot, options: PlaceOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
  }

  /**
   * @param paths fields of the pods' template, of which the first that is written is meant
   */
  workload(ref: WorkloadRef, paths: readonly FieldPath[]): readonly Place[] {
    const { kind, namespace, name } = ref;
    const written = this.#written(namespace, `${kind}/${namespace}/${name}`) ?? this.#podsOf(ref)[0];
    if (written === undefined) return this.#view({ kind, namespace, name }, paths);
    const template = templatePath(written.origin.manifest.kind);
    return [
      this.#inFile(
        written.origin,
        paths.map((path) => [...template, ...path]),
      ),
    ];
  }

  namespace(name: string, paths: readonly FieldPath[]): readonly Place[] {
    const written = this.#written('', `Namespace//${name}`);
    if (written === undefined) return this.#view({ kind: 'Namespace', namespace: '', name }, paths);
    return [this.#inFile(written.origin, paths)];
  }

  /** An object of a file, at its name. */
  object({ origin }: PlacedObject): readonly Place[] {
    return [this.#inFile(origin, [])];
  }

  /** A place of a policy of the answer: in its file where that says the same, for only then its paths are the file's. */
  policy(policy: NetworkPolicy, paths: readonly FieldPath[]): readonly Place[] {
    const { namespace, name } = policy;
    const written = this.#written(namespace, `NetworkPolicy/${namespace}/${name}`);
    const isSame = written?.object.type === 'networkPolicy' && saysTheSame(written.object.policy, policy);
    if (written !== undefined && isSame) return [this.#inFile(written.origin, paths)];
    const view = this.#view({ kind: 'NetworkPolicy', namespace, name }, paths);
    return view.length > 0 || written === undefined
      ? view
      : [this.#inFile(written.origin, [['spec', 'podSelector'], ['spec']])];
  }

  /** The first of some fields that an object's text holds, else the object. */
  #inFile({ file, placed, manifest }: Origin, paths: readonly FieldPath[]): Place {
    const lines = this.#linesOf(file);
    const { sourceMap } = placed.document;
    const at = [...paths, ['metadata', 'name']]
      .map((path) => [...manifest.path, ...path])
      .find((path) => sourceMap.key(path) !== undefined);
    // An item has no key; its first word stands for it.
    const named = at === undefined || typeof at.at(-1) === 'number' ? undefined : sourceMap.key(at);
    const key = named ?? sourceMap.nearest(at ?? manifest.path);
    const whole = (at && sourceMap.entry(at)) ?? key;
    const moved = ({ start, end }: { readonly start: number; readonly end: number }): SourceRange =>
      lines.range({ start: placed.start + start, end: placed.start + end });
    // The whole holds the part, whatever moved it.
    return {
      uri: file.uri,
      range: moved({ start: Math.min(whole.start, key.start), end: Math.max(whole.end, key.end) }),
      selection: moved(key),
    };
  }

  #linesOf({ uri, text }: Origin['file']): LineIndex {
    const known = this.#lines.get(uri);
    if (known !== undefined) return known;
    const lines = lineIndex(text);
    this.#lines.set(uri, lines);
    return lines;
  }

  #view(object: { kind: string; namespace: string; name: string }, paths: readonly FieldPath[]): readonly Place[] {
    if (!this.#options.views) return [];
    const uri = objectUri({ document: this.#options.uri, ...object });
    if (!this.#views.has(uri)) this.#views.set(uri, objectView(this.#snapshot, object));
    const view = this.#views.get(uri);
    if (view === undefined) return [];
    const start = { line: view.lineOf(paths[0] ?? []), character: 0 };
    return [{ uri, range: { start, end: start }, selection: { start, end: start } }];
  }

  #written(namespace: string, key: string): PlacedObject | undefined {
    return this.#snapshot.manifests.namespaces.get(namespace)?.get(key)?.at(-1);
  }

  /** Pods, or lower controllers, of a controller that no file holds. */
  #podsOf({ kind, namespace, name }: WorkloadRef): readonly PlacedObject[] {
    const objects = [...(this.#snapshot.manifests.namespaces.get(namespace)?.values() ?? [])].flatMap(
      (list) => list.at(-1) ?? [],
    );
    return objects.filter(({ object }) => {
      const controller = object.type === 'workload' ? object.workload.controller : undefined;
      return controller?.name === name && controller.kind === kind;
    });
  }
}

/** Where the pods of a workload are described in its manifest. */
export function templatePath(kind: string): FieldPath {
  if (kind === 'Pod') return [];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}

function saysTheSame(a: NetworkPolicy, b: NetworkPolicy): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
