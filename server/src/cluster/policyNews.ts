import { contentHash } from '../guard/guardedObject.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { LastWriters, PolicyNews, SeenPolicy } from '../workspace/changes/seenPolicy.ts';
import type { ObjectSink, RawObject } from './readResource.ts';

/** Longer specs are told apart by their hash, and not shown: etcd takes objects of 1.5 MiB. */
const LONGEST_SPEC = 256 * 1024;

/** Tells what readers of NetworkPolicies hear, in order, without ever telling of a list that was not read to its end. */
export class PolicyNewsroom {
  readonly #tell: (news: PolicyNews) => void;
  /** What was seen last, so that what did not change is not looked at again. */
  readonly #seen = new Map<string, SeenPolicy>();

  constructor(tell: (news: PolicyNews) => void) {
    this.#tell = tell;
  }

  /** For the reader of the whole cluster, or of one namespace. */
  sink(scope: string | undefined): ObjectSink {
    let reading: SeenPolicy[] | undefined;
    return {
      begin: () => {
        reading = [];
      },
      put: (object) => {
        const policy = this.#read(object);
        if (policy.name === '' || (scope !== undefined && policy.namespace !== scope)) return;
        this.#seen.set(keyOf(policy), policy);
        if (reading === undefined) this.#tell({ kind: 'put', scope, policy });
        else reading.push(policy);
      },
      remove: (object) => {
        const { namespace, name } = placeOf(object);
        if (name === '' || (scope !== undefined && namespace !== scope)) return;
        this.#seen.delete(keyOf({ namespace, name }));
        this.#tell({ kind: 'gone', scope, namespace, name });
      },
      current: () => {
        if (reading === undefined) this.#tell({ kind: 'current', scope });
      },
      finish: () => {
        const policies = reading ?? [];
        reading = undefined;
        const kept = new Set(policies.map(keyOf));
        for (const [key, { namespace }] of this.#seen) {
          if ((scope === undefined || namespace === scope) && !kept.has(key)) this.#seen.delete(key);
        }
        this.#tell({ kind: 'read', scope, policies });
      },
      // What may not be read any more has not gone; what became of it shows when it may be read again.
      clear: () => {
        reading = undefined;
      },
    };
  }

  #read(object: RawObject): SeenPolicy {
    const place = placeOf(object);
    const { uid, resourceVersion } = asMap(object['metadata']);
    const version = { uid: asString(uid), resourceVersion: asString(resourceVersion) };
    const before = this.#seen.get(keyOf(place));
    const isSame = before?.uid === version.uid && before.resourceVersion === version.resourceVersion;
    if (isSame && version.resourceVersion !== '') return before;
    const spec = JSON.stringify(object['spec'] ?? {});
    const writers = lastWriters(object);
    return {
      ...place,
      ...version,
      hash: contentHash(object),
      ...(spec.length <= LONGEST_SPEC && { spec: spec === before?.spec ? before.spec : spec }),
      ...(writers !== undefined && { writers }),
    };
  }
}

/** Feeds two sinks; what one of them keeps is none of the other's business. */
export function bothSinks(first: ObjectSink, second: ObjectSink): ObjectSink {
  return {
    begin: () => {
      first.begin();
      second.begin();
    },
    put: (object) => {
      first.put(object);
      second.put(object);
    },
    remove: (object) => {
      first.remove(object);
      second.remove(object);
    },
    current: () => {
      first.current?.();
      second.current?.();
    },
    finish: () => {
      first.finish();
      second.finish();
    },
    clear: () => {
      first.clear();
      second.clear();
    },
  };
}

function lastWriters(object: RawObject): LastWriters | undefined {
  let newest = '';
  let names: string[] = [];
  for (const entry of asList(asMap(object['metadata'])['managedFields'])) {
    const fields = asMap(entry);
    const [name, time] = [asString(fields['manager']), asString(fields['time'])];
    if (name === '' || time < newest || time === '') continue;
    if (time > newest) names = [];
    newest = time;
    if (!names.includes(name)) names.push(name);
  }
  return newest === '' ? undefined : { time: newest, names };
}

function placeOf(object: RawObject): { readonly namespace: string; readonly name: string } {
  const { namespace, name } = asMap(object['metadata']);
  return { namespace: asString(namespace), name: asString(name) };
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
