import { dnsServers } from '../../analysis/dnsServers.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import { EMPTY_CONTENTS } from '../clusterSource.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { PathQuestion } from './pathPairs.ts';
import type { PathNote } from './pathAnswer.ts';
import { serviceId, type ParsedEnd, type PathEnd } from './pathEnd.ts';
import { parseEnd } from './parseEnd.ts';
import { readErrorLine, type ErrorLine } from './readErrorLine.ts';

/** A question as a person puts it. What is left out is taken from the error line or from the ends. */
export interface AskedPath {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly protocol?: Protocol;
  /** A pasted line of a program whose connection failed. */
  readonly error?: string;
}

export type ReadQuestion =
  | {
      readonly kind: 'question';
      readonly question: PathQuestion;
      readonly notes: readonly PathNote[];
      readonly line?: ErrorLine;
    }
  /** What is missing or unclear; all that is known so far stands beside it. */
  | { readonly kind: 'unclear'; readonly unclear: readonly Unclear[]; readonly line?: ErrorLine };

export type Unclear =
  | { readonly part: 'from' | 'to'; readonly parsed: Exclude<ParsedEnd, { kind: 'end' }> }
  /** No port is named, and the Service has several: these. */
  | { readonly part: 'port'; readonly choices: readonly { readonly port: number; readonly protocol: Protocol }[] }
  /** The pasted line names nobody. */
  | { readonly part: 'error' };

/** Reads a question in a snapshot; never throws. */
export function readQuestion(snapshot: WorkspaceSnapshot, asked: AskedPath): ReadQuestion {
  const line = asked.error === undefined ? undefined : readErrorLine(asked.error);
  if (asked.error !== undefined && line === undefined && asked.to === undefined) {
    return { kind: 'unclear', unclear: [{ part: 'error' }] };
  }
  const told = line === undefined ? {} : { line };
  const dns =
    line?.fault === 'dns' && line.port === undefined && asked.to === undefined ? dnsService(snapshot) : undefined;
  const from = parseEnd(snapshot, asked.from ?? line?.from ?? '');
  const namespace = from.kind === 'end' ? namespaceOf(from.end) : undefined;
  const to = parseEnd(snapshot, asked.to ?? dns ?? line?.to ?? '', namespace === undefined ? {} : { namespace });
  const unclear: Unclear[] = [];
  if (from.kind !== 'end') unclear.push({ part: 'from', parsed: from });
  if (to.kind !== 'end') unclear.push({ part: 'to', parsed: to });
  if (from.kind !== 'end' || to.kind !== 'end') return { kind: 'unclear', unclear, ...told };
  const served = to.end.kind === 'service' ? to.end.service.ports : [];
  const only = served.length === 1 ? served[0] : undefined;
  const port = asked.port ?? to.port ?? line?.port ?? (dns === undefined ? undefined : 53) ?? only?.port;
  if (port === undefined) {
    const choices = served.map(({ port: number, protocol }) => ({ port: number, protocol }));
    return { kind: 'unclear', unclear: [{ part: 'port', choices }], ...told };
  }
  const ofPort = served.filter((each) => each.port === port);
  const protocol =
    asked.protocol ??
    to.protocol ??
    line?.protocol ??
    (dns === undefined ? undefined : 'UDP') ??
    (ofPort.length === 1 ? ofPort[0]?.protocol : undefined) ??
    'TCP';
  const notes = [
    // That a Service has the source's name changes no question: its pods are the source in any case.
    ...from.notes.flatMap((note): PathNote[] => (note.kind === 'serviceOfSameName' ? [] : [{ ...note, end: 'from' }])),
    ...to.notes.map((note): PathNote => ({ ...note, end: 'to' })),
  ];
  return { kind: 'question', question: { from: from.end, to: to.end, protocol, port }, notes, ...told };
}

/** A name that was not resolved was asked of the cluster's DNS. */
function dnsService({ universe }: WorkspaceSnapshot): string | undefined {
  const { contents } = universe.parts;
  for (const { namespace, selector } of dnsServers({
    contentsOf: (name) => contents.get(name) ?? EMPTY_CONTENTS,
  })) {
    const text = JSON.stringify(selector);
    const service = contents.get(namespace)?.services.find((each) => JSON.stringify(each.selector) === text);
    if (service !== undefined) return serviceId(service);
  }
  return undefined;
}

/** Where a pod resolves names that have no namespace. */
function namespaceOf(end: PathEnd): string | undefined {
  switch (end.kind) {
    case 'pod':
      return end.pod.workload.namespace;
    case 'workload':
      return end.workload.ref.namespace;
    case 'service':
      return end.service.namespace;
    case 'anyPod':
      return end.namespace;
    case 'address':
    case 'internet':
      return undefined;
  }
}
