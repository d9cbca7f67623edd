import type { WorkloadPods } from '../../engine/podTable.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import { workloadId, type Pod, type Service } from '../../model/workload.ts';

/** One end of the traffic that a person asks about. */
export type PathEnd =
  | { readonly kind: 'pod'; readonly pod: Pod }
  | { readonly kind: 'workload'; readonly workload: WorkloadPods }
  | { readonly kind: 'service'; readonly service: Service }
  /** An address that is no pod's and no Service's. `node`: one of that node. `loopback`: the pod itself. */
  | { readonly kind: 'address'; readonly address: string; readonly node?: string; readonly loopback?: true }
  /** Every public address. */
  | { readonly kind: 'internet' }
  /** Every pod, or every one of a namespace. */
  | { readonly kind: 'anyPod'; readonly namespace?: string };

/** A name for people that `parseEnd` reads back as the same end. */
export function endName(end: PathEnd): string {
  switch (end.kind) {
    case 'pod':
      return end.pod.name === undefined
        ? workloadId(end.pod.workload)
        : `${end.pod.workload.namespace}/${end.pod.name}`;
    case 'workload':
      return end.workload.id;
    case 'service':
      return serviceId(end.service);
    case 'address':
      return end.address;
    case 'internet':
      return 'internet';
    case 'anyPod':
      return end.namespace === undefined ? 'any pod' : `${end.namespace}/*`;
  }
}

/** `shop/db[Service]`. */
export function serviceId({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string {
  return `${namespace}/${name}[Service]`;
}

/** What a text was read as. */
export type ParsedEnd =
  | {
      readonly kind: 'end';
      readonly end: PathEnd;
      readonly port?: number;
      readonly protocol?: Protocol;
      /** What a person did not write and should know. */
      readonly notes: readonly EndNote[];
    }
  /** Several things have that name; each choice is a text that has one meaning. */
  | { readonly kind: 'ambiguous'; readonly text: string; readonly choices: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: EndProblem };

export type EndNote =
  /** The address is this pod's. */
  | { readonly kind: 'podAddress'; readonly address: string; readonly pod: string }
  /** Several pods have the address: their node's. */
  | { readonly kind: 'sharedAddress'; readonly address: string; readonly pods: number }
  | { readonly kind: 'serviceAddress'; readonly address: string; readonly service: string }
  | { readonly kind: 'nodeAddress'; readonly address: string; readonly node: string }
  /** A workload was meant, and a Service has the same name. */
  | { readonly kind: 'serviceOfSameName'; readonly service: string };

export type EndProblem =
  | { readonly kind: 'empty' }
  /** Nothing has this name; `near` are names that look like it. */
  | { readonly kind: 'notFound'; readonly text: string; readonly near: readonly string[] }
  /** A host name outside of the cluster: policies know addresses, no names. */
  | { readonly kind: 'hostName'; readonly name: string }
  /** A range: one address of it has to be named. */
  | { readonly kind: 'range'; readonly text: string };
