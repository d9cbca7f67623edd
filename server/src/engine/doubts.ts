import type { Direction, RuleRef } from '../model/networkPolicy.ts';
import { directionOf, type CompiledPolicy, type CompiledRule } from './compilePolicy.ts';
import { matchEndpoint, type Endpoint } from './endpoint.ts';
import type { Facts } from './facts.ts';
import { MAYBE } from './match.ts';
import type { PeerSpec } from './peerSpec.ts';
import type { UnknownReason } from './unknownReason.ts';

/** Why it is not known whether a policy isolates a pod. */
export function selectionDoubts(policy: CompiledPolicy, direction: Direction, target: Endpoint): UnknownReason[] {
  const { spec } = policy.targets;
  const unclear = hasPlaceholder(spec) || directionOf(policy, direction).isolates === MAYBE;
  if (unclear) return [{ kind: 'placeholder', at: { policy: policy.ref, direction } }];
  return [{ kind: 'labels', ...podsOf(target) }];
}

/** Why it is not known whether a rule lets a peer through. */
export function ruleDoubts(
  facts: Facts,
  rule: CompiledRule,
  ref: RuleRef,
  peer: Endpoint,
  destination: Endpoint,
  portsUnclear: boolean,
): UnknownReason[] {
  const doubts: UnknownReason[] = [];
  if (portsUnclear) {
    const { certain, possible } = rule.ports.numbers;
    doubts.push(
      certain === possible ? { kind: 'containerPorts', ...podsOf(destination) } : { kind: 'placeholder', at: ref },
    );
  }
  rule.peers.forEach((candidate, index) => {
    if (matchEndpoint(facts, candidate, peer) !== MAYBE) return;
    const at = { ...ref, peer: index };
    if (hasPlaceholder(candidate.spec)) doubts.push({ kind: 'placeholder', at });
    else if (candidate.spec.kind === 'block') doubts.push(blockDoubt(facts, peer, at));
    else doubts.push({ kind: 'labels', ...podsOf(peer) });
  });
  return doubts;
}

function blockDoubt({ options }: Facts, peer: Endpoint, at: RuleRef): UnknownReason {
  const { ipBlockPods, ipBlockWhy = 'whether an ipBlock matches pods is not known' } = options;
  return ipBlockPods === 'unknown'
    ? { kind: 'notEvaluated', why: ipBlockWhy }
    : { kind: 'podAddress', workload: peer.name, at };
}

/** The pods that are not fully known, with why. */
function podsOf(endpoint: Endpoint): { readonly workload: string; readonly because?: string } {
  const because = endpoint.kind === 'pods' ? endpoint.unknownWhy : undefined;
  return { workload: endpoint.name, ...(because === undefined ? {} : { because }) };
}

export function hasPlaceholder(spec: PeerSpec): boolean {
  switch (spec.kind) {
    case 'unknown':
      return true;
    case 'block':
      return spec.incomplete;
    case 'pods':
      return spec.pods?.incomplete === true || spec.namespaces?.incomplete === true;
    case 'everyone':
    case 'nobody':
    case 'anyOf':
      return false;
  }
}
