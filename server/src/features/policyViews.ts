import { policyKey } from '../engine/compilePolicy.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { ManifestObject } from '../syntax/manifestDocument.ts';
import type { PlacedObject } from '../workspace/objectTable.ts';
import { isNetworkPolicy } from '../workspace/placeObjects.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { heldObjects, type HeldObject, type ObjectPlace } from './heldObjects.ts';

/** A policy of a file: where it stands in the present text, and what is known of it. */
export interface PolicyView extends ObjectPlace {
  readonly file: FileView;
  readonly namespace: string;
  readonly name: string;
  /** The text cannot be decoded as it stands: `written` and `state` are those of the last text that could. */
  readonly held: boolean;
  /** Of a text that is held: where the policy stood when it could last be decoded, moved into the present text. */
  readonly earlier?: ObjectPlace;
  /** What the text says; absent where it was never decodable. */
  readonly written?: NetworkPolicy;
  readonly state: PolicyState;
}

export type PolicyState =
  /** It is part of the universe, so rules and isolation have answers. */
  | { readonly kind: 'evaluated'; readonly policy: NetworkPolicy }
  /** It is in no answer; one clause says why. */
  | { readonly kind: 'notEvaluated'; readonly why: string };

/** The policies of a file in the order of its text. */
export function policyViews(snapshot: WorkspaceSnapshot, uri: string): readonly PolicyView[] {
  const file = snapshot.files.get(uri);
  if (file === undefined) return [];
  const own = snapshot.table.files.get(uri) ?? [];
  const found = file.file.parsed.documents.flatMap((placed): readonly HeldObject[] => {
    const present = placed.document.objects.filter(isNetworkPolicy);
    return file.held.has(placed.start)
      ? heldObjects(placed, present, own.filter(isPolicy))
      : present.map((manifest) => ({ placed, manifest }));
  });
  const places = found.map(({ placed, manifest, earlier }) => {
    // An overlay may take in a manifest several times, each under another name: the last one stands for it.
    const built = own.findLast(({ origin }) => origin.manifest === manifest)?.object;
    const policy = built?.type === 'networkPolicy' || built?.type === 'rejectedPolicy' ? built.policy : undefined;
    const namespace = policy?.namespace ?? (manifest.namespace === '' ? file.namespace.name : manifest.namespace);
    const name = policy?.name ?? manifest.name;
    const written = built?.type === 'networkPolicy' ? built.policy : writtenPolicy(manifest, namespace);
    return { placed, manifest, earlier, namespace, name, written, key: policyKey({ namespace, name }) };
  });
  return places.map(({ placed, manifest, earlier, namespace, name, written, key }, index) => {
    const held = file.held.has(placed.start);
    const common = { file, placed, manifest, held };
    if (held) return heldView(snapshot, { ...common, namespace, name }, earlier);
    const repeated = places.some((other, at) => at > index && other.key === key);
    const object = lastOf(snapshot, namespace, key);
    return {
      ...common,
      namespace,
      name,
      ...(written === undefined ? {} : { written }),
      state: stateOf(snapshot, file, { manifest, namespace }, object, repeated),
    };
  });
}

/** The view that a lens, made from an earlier text, speaks of. */
export function findPolicyView(snapshot: WorkspaceSnapshot, uri: string, key: string): PolicyView | undefined {
  return policyViews(snapshot, uri).findLast((view) => policyKey(view) === key);
}

function heldView(
  snapshot: WorkspaceSnapshot,
  view: Omit<PolicyView, 'state' | 'written'>,
  earlier: PlacedObject | undefined,
): PolicyView {
  const object = earlier?.object;
  if (earlier === undefined || (object?.type !== 'networkPolicy' && object?.type !== 'rejectedPolicy')) {
    return { ...view, state: notEvaluated('the text cannot be read yet') };
  }
  const { namespace, name } = object.policy;
  const { placed, manifest } = earlier.origin;
  const known = { ...view, namespace, name, earlier: { placed, manifest } };
  if (object.type === 'rejectedPolicy') return { ...known, state: notEvaluated(REFUSED) };
  return { ...known, written: object.policy, state: evaluated(snapshot, object.policy) };
}

function isPolicy({ object: { type } }: PlacedObject): boolean {
  return type === 'networkPolicy' || type === 'rejectedPolicy';
}

function stateOf(
  snapshot: WorkspaceSnapshot,
  file: FileView,
  { manifest, namespace }: Pick<PolicyView, 'manifest' | 'namespace'>,
  last: PlacedObject | undefined,
  repeated: boolean,
): PolicyState {
  if (file.file.fragment) return notEvaluated('this is a patch, which Kustomize lays over another file');
  if (repeated) return notEvaluated('this file writes it once more below, and that counts');
  if (manifest.object?.type === 'foreignPolicy') return notEvaluated('its namespace is a placeholder');
  if (last === undefined) return notEvaluated(notPart(snapshot, namespace));
  if (last.origin.file.uri !== file.file.uri) {
    return notEvaluated(`${baseName(last.origin.file.uri)} writes it once more, and that counts`);
  }
  return last.object.type === 'networkPolicy' ? evaluated(snapshot, last.object.policy) : notEvaluated(REFUSED);
}

function notPart({ scope, universe }: WorkspaceSnapshot, namespace: string): string {
  if (scope.kind !== 'kustomization') return 'it is not part of the folder that is read';
  const patched = universe.parts.unread.find((unread) => unread.namespace === namespace);
  return patched?.why ?? `it is not part of ${scope.name}`;
}

const REFUSED = 'the API server would refuse it as it stands';

function evaluated(snapshot: WorkspaceSnapshot, policy: NetworkPolicy): PolicyState {
  const compiled = snapshot.universe.cluster.policies.get(policyKey(policy));
  if (compiled === undefined) return notEvaluated('it is not applied yet');
  return { kind: 'evaluated', policy: compiled.policy };
}

function notEvaluated(why: string): PolicyState {
  return { kind: 'notEvaluated', why };
}

function lastOf(snapshot: WorkspaceSnapshot, namespace: string, key: string): PlacedObject | undefined {
  return snapshot.table.namespaces.get(namespace)?.get(`NetworkPolicy/${key}`)?.at(-1);
}

function writtenPolicy({ object }: ManifestObject, namespace: string): NetworkPolicy | undefined {
  return object?.type === 'networkPolicy' ? { ...object.policy, namespace } : undefined;
}

function baseName(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
