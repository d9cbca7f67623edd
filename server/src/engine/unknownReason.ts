import type { RuleRef } from '../model/networkPolicy.ts';

/** Why a verdict is not known. Workloads are `namespace/name[Kind]`. */
export type UnknownReason =
  /** Something that is not evaluated could decide otherwise; `why` is the source's clause. */
  | { readonly kind: 'notEvaluated'; readonly why: string }
  /** The API leaves it to the plug-in whether policies see a pod on its node's network as a pod. */
  | { readonly kind: 'hostNetwork'; readonly workload: string }
  /** A placeholder in a policy; `rule` and `peer` of the reference say where, as far as it matters. */
  | { readonly kind: 'placeholder'; readonly at: RuleRef }
  /** Labels of the pod or its namespace are not known. */
  | { readonly kind: 'labels'; readonly workload: string; readonly because?: string }
  /** A rule opens a named port, and the pod's container ports are not all known. */
  | { readonly kind: 'containerPorts'; readonly workload: string; readonly because?: string }
  /** An ipBlock may or may not hold the pod's address. */
  | { readonly kind: 'podAddress'; readonly workload: string; readonly at: RuleRef }
  /** Several pods share the address, and the answer is not the same for all of them. */
  | { readonly kind: 'sharedAddress'; readonly address: string }
  | { readonly kind: 'noSuchPod'; readonly name: string }
  | { readonly kind: 'noAddress'; readonly name: string };

/** One clause for people. The engine's only prose: answers carry it where their contract wants a text. */
export function reasonText(reason: UnknownReason): string {
  switch (reason.kind) {
    case 'notEvaluated':
      return reason.why;
    case 'hostNetwork':
      return `${reason.workload} uses its node's network, and network plug-ins differ on such pods`;
    case 'placeholder':
      return `${placeText(reason.at)} has a placeholder`;
    case 'labels':
      return `labels of ${reason.workload} or of its namespace are not known${becauseText(reason)}`;
    case 'containerPorts':
      return `container ports of ${reason.workload} are not known${becauseText(reason)}`;
    case 'podAddress':
      return `the address of ${reason.workload} is not known, and ${placeText(reason.at)} names addresses`;
    case 'sharedAddress':
      return `several pods have the address ${reason.address}`;
    case 'noSuchPod':
      return `no such pod is known: ${reason.name}`;
    case 'noAddress':
      return `not an IP address: ${reason.name}`;
  }
}

function becauseText({ because }: { readonly because?: string }): string {
  return because === undefined ? '' : `: ${because}`;
}

/** The distinct clauses of several reasons, at most three of them. */
export function reasonsText(reasons: readonly UnknownReason[]): string {
  const texts = [...new Set(reasons.map(reasonText))];
  const rest = texts.length - 3;
  return texts.slice(0, 3).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function placeText({ policy, direction, rule, peer }: RuleRef): string {
  const name = policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
  const rulePath = rule === undefined ? '' : ` ${direction}[${rule}]`;
  const peerPath = peer === undefined ? '' : `.${direction === 'ingress' ? 'from' : 'to'}[${peer}]`;
  return `${policy.kind} ${name}${rulePath}${peerPath}`;
}
