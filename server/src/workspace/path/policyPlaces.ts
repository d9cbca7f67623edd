import { pathText, placeOf, type WrittenPolicy } from '../../analysis/check.ts';
import { peersFieldOf } from '../../analysis/policyRules.ts';
import { canonicalPolicy } from '../../engine/canonicalPolicy.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { NetworkPolicy, PolicyRef, RuleRef } from '../../model/networkPolicy.ts';
import type { Position } from '../../model/sourceRange.ts';
import { lineIndex, type LineIndex } from '../../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { SourceFile } from '../sourceFile.ts';

/** Where a policy, a rule or a peer is written. */
export interface PolicyPlace {
  readonly uri: string;
  /** 0-based. */
  readonly start: Position;
  /** The API server's field path: `spec.ingress[0].from[1]`. */
  readonly path: string;
  /** What is written is not what answers are made of: the cluster has the policy in another form. */
  readonly differs?: true;
}

/** The policy as the folder's manifests write it, open or not; the last one where several do. */
export function writtenPolicy({ manifests }: WorkspaceSnapshot, ref: PolicyRef): WrittenPolicy | undefined {
  const { namespace = '', name, kind } = ref;
  if (kind !== 'NetworkPolicy') return undefined;
  const placed = manifests.namespaces.get(namespace)?.get(`NetworkPolicy/${namespace}/${name}`)?.at(-1);
  if (placed?.object.type !== 'networkPolicy') return undefined;
  const { file, placed: document, manifest } = placed.origin;
  return { policy: placed.object.policy, file: file.uri, placed: document, manifest };
}

/** Undefined where the policy is written in no file of the folder: it is known from the cluster alone. */
export function policyPlace(snapshot: WorkspaceSnapshot, ref: RuleRef): PolicyPlace | undefined {
  const written = writtenPolicy(snapshot, ref.policy);
  const file = written && fileOf(snapshot, written);
  if (written === undefined || file === undefined) return undefined;
  const path = refPath(ref);
  const { start } = placeOf(written, path.length === 0 ? ['metadata', 'name'] : path, 'value');
  return {
    uri: file.uri,
    start: linesOf(file).position(start),
    path: pathText(path),
    ...(isAsAnswered(snapshot, written.policy) ? {} : { differs: true }),
  };
}

/** Whether the universe holds the policy as it is written. */
export function isAsAnswered({ universe }: WorkspaceSnapshot, written: NetworkPolicy): boolean {
  const answered = universe.cluster.policies.get(`${written.namespace}/${written.name}`)?.policy;
  if (answered === undefined) return false;
  return answered === written || canonicalPolicy(answered) === canonicalPolicy(written);
}

/** A rule's or peer's path in its policy; empty for the policy itself. */
export function refPath({ direction, rule, peer }: RuleRef): FieldPath {
  if (rule === undefined) return [];
  const path: FieldPath = ['spec', direction, rule];
  return peer === undefined ? path : [...path, peersFieldOf(direction), peer];
}

function fileOf({ manifests }: WorkspaceSnapshot, { file, policy }: WrittenPolicy): SourceFile | undefined {
  const placed = manifests.namespaces
    .get(policy.namespace)
    ?.get(`NetworkPolicy/${policy.namespace}/${policy.name}`)
    ?.at(-1);
  return placed?.origin.file.uri === file ? placed.origin.file : undefined;
}

const lines = new WeakMap<SourceFile, LineIndex>();

function linesOf(file: SourceFile): LineIndex {
  let known = lines.get(file);
  if (known === undefined) lines.set(file, (known = lineIndex(file.text)));
  return known;
}
