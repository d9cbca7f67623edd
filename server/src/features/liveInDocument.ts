import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { YES } from '../engine/match.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { Direction, NetworkPolicy, PolicyRule } from '../model/networkPolicy.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import { readDocument } from '../syntax/readDocument.ts';
import { applyChanges } from '../syntax/textChange.ts';
import { policyDifferences, type PolicyDifference } from '../workspace/policyDifferences.ts';
import { PEER, PORT, itemEdits, removal, selectorEdits, setTo, type Edit } from './policyEdits.ts';
import { ruleObject } from './policyObject.ts';
import { DIRECTIONS, peersField } from './policyPlaces.ts';
import type { PolicyView } from './policyViews.ts';

/**
 * The text of a policy's file in which this one policy says what the cluster's says, and every byte that means the same
 * stays: beside the file only what differs stands out. A source keeps no more of a policy than its spec, so the rest is
 * the file's. Undefined where the text cannot be edited so.
 */
export function liveInDocument(
  { file, placed, manifest, written }: PolicyView,
  live: NetworkPolicy,
): string | undefined {
  const { object } = manifest;
  // What an overlay makes of a manifest stands in no file.
  if (written === undefined || object?.type !== 'networkPolicy') return undefined;
  if (policyDifferences(object.policy, written).length > 0) return undefined;
  const { text } = file.file;
  const edited = editedTo(placed.document, manifest.path, live);
  return edited && text.slice(0, placed.start) + edited + text.slice(placed.start + placed.document.text.length);
}

/** An edit may change what is defaulted, so that there is something left for a second round. */
const MOST_ROUNDS = 3;

function editedTo(document: ManifestDocument, path: FieldPath, live: NetworkPolicy): string | undefined {
  let current = document;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const policy = policyAt(current, path);
    if (policy === undefined) return undefined;
    const differences = policyDifferences(policy, live);
    if (differences.length === 0) return current.text;
    for (const edit of editsOf(differences, [...path, 'spec'], policy, live)) {
      const changes = edit(current);
      if (changes === undefined) return undefined;
      current = readDocument(applyChanges(current.text, changes));
    }
  }
  return undefined;
}

function policyAt({ objects }: ManifestDocument, path: FieldPath): NetworkPolicy | undefined {
  const object = objects.find((other) => other.path.join('\n') === path.join('\n'))?.object;
  return object?.type === 'networkPolicy' ? object.policy : undefined;
}

function editsOf(
  differences: readonly PolicyDifference[],
  spec: FieldPath,
  written: NetworkPolicy,
  live: NetworkPolicy,
): readonly Edit[] {
  const edits: Edit[] = [];
  if (differences.some(({ kind }) => kind === 'targets')) {
    edits.push(...selectorEdits([...spec, 'podSelector'], written.podSelector, live.podSelector));
  }
  for (const direction of DIRECTIONS) {
    const ofRules = differences.filter(
      (one) => (one.kind === 'rule' || one.kind === 'changedRule') && one.direction === direction,
    );
    if (ofRules.length > 0) {
      const rules = (policy: NetworkPolicy): readonly PolicyRule[] => policy[direction] ?? [];
      edits.push(...ruleEdits(ofRules, [...spec, direction], direction, rules(written), rules(live)));
    }
  }
  if (differences.some(({ kind }) => kind === 'direction')) {
    const types = effectivePolicyTypes(live);
    const isolated = DIRECTIONS.filter((direction) => types[direction] === YES);
    edits.push(
      setTo(
        [...spec, 'policyTypes'],
        isolated.map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')),
      ),
    );
  }
  return edits;
}

function ruleEdits(
  differences: readonly PolicyDifference[],
  path: FieldPath,
  direction: Direction,
  written: readonly PolicyRule[],
  live: readonly PolicyRule[],
): readonly Edit[] {
  const field = peersField(direction);
  const edits: Edit[] = [];
  const removed: number[] = [];
  for (const one of differences) {
    if (one.kind === 'changedRule') {
      const ours = written[one.index] ?? {};
      const theirs = live[one.index] ?? {};
      const at = [...path, one.index];
      if (one.peers) edits.push(...itemEdits([...at, field], ours.peers, theirs.peers, PEER));
      if (one.ports) edits.push(...itemEdits([...at, 'ports'], ours.ports, theirs.ports, PORT));
    } else if (one.kind === 'rule' && one.side === 'written') removed.push(one.index);
    else if (one.kind === 'rule') {
      // Nothing inserts into the middle of a list.
      if (one.index < written.length)
        return [
          setTo(
            path,
            live.map((rule) => ruleObject(rule, field)),
          ),
        ];
      edits.push(setTo([...path, one.index], ruleObject(live[one.index] ?? {}, field)));
    }
  }
  if (live.length === 0) return [removal(path)];
  return [...edits, ...removed.reverse().map((index) => removal([...path, index]))];
}
