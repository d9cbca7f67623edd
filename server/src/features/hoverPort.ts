import { listSome, thousands } from '../analysis/wording.ts';
import { effectiveProtocol } from '../engine/defaulting.ts';
import type { PolicyPort } from '../model/networkPolicy.ts';
import type { Service, WorkloadRef } from '../model/workload.ts';
import { NOT_READABLE, type HoverContext } from './hoverContext.ts';
import type { HoverSubject } from './hoverTarget.ts';
import { code, escaped, escapedLine } from './markdown.ts';
import { namedPortNumbers } from './namedPorts.ts';
import { byName } from './podText.ts';
import { servedPorts, type ServedPorts } from './servedPorts.ts';

type PortSubject = Extract<HoverSubject, { readonly kind: 'port' }>;

/** An entry of a rule's ports: on which pods it opens which number, who receives there, which Services lead there. */
export function portLines(context: HoverContext, subject: PortSubject): readonly string[] {
  const { direction, rule, port, part } = subject;
  const { written } = context.target.view;
  const entries = written?.[direction]?.[rule]?.ports;
  const entry = entries?.[port];
  if (written === undefined || entry === undefined) return [NOT_READABLE];
  if (entry.incomplete === true) return ['**Not evaluated**: a placeholder leaves the port open'];
  const protocol = effectiveProtocol(entry);
  const first = part === 'protocol' ? [protocolLine(entry, entries ?? [])] : [];
  const { port: value, endPort } = entry;
  if (value === undefined)
    return first.length > 0 ? [...first, `Every ${escaped(protocol)} port`] : [`**Every ${escaped(protocol)} port**`];
  const whose = direction === 'ingress' ? 'the selected pods' : 'the peers';
  const asked = typeof value === 'string' ? value : { from: value, to: endPort ?? value };
  const served = servedPorts(context.snapshot, written, direction, rule, { protocol, port: asked });
  const head =
    typeof value === 'string'
      ? `**Port ${code(value)}**, ${escaped(protocol)}, of ${whose}`
      : endPort === undefined
        ? `**Port ${value}**, ${escaped(protocol)}, of ${whose}`
        : `**Ports ${value} to ${endPort}**, ${thousands(Math.max(0, endPort - value + 1))} in all, ${escaped(protocol)}, of ${whose}`;
  return [
    ...first,
    first.length > 0 ? head.replaceAll('**', '') : head,
    ...(typeof value === 'string' ? numberLines(context, subject, value) : []),
    ...servedLines(served, written.namespace, typeof value === 'number'),
  ];
}

/** What an entry of one protocol leaves to others. */
function protocolLine(entry: PolicyPort, entries: readonly PolicyPort[]): string {
  const protocol = effectiveProtocol(entry);
  const same = entries.filter(
    (other) => other !== entry && other.port === entry.port && other.endPort === entry.endPort,
  );
  const others = [...new Set(same.map(effectiveProtocol))].filter((other) => other !== protocol);
  return others.length === 0
    ? `**${escaped(protocol)} alone**: the same port of another protocol needs an entry of its own`
    : `**${escaped(protocol)}**; ${others.join(' and ')} ${others.length === 1 ? 'has an entry of its own' : 'have entries of their own'} in this rule`;
}

function numberLines(context: HoverContext, subject: PortSubject, name: string): readonly string[] {
  const { direction, rule, port } = subject;
  const { state, namespace } = context.target.view;
  if (state.kind !== 'evaluated') return [`Not evaluated: ${escapedLine(state.why)}`];
  const numbers = namedPortNumbers(context.snapshot.universe.cluster, state.policy, direction, rule, port);
  if (numbers.length === 0) return [`No pod is known that could tell what number ${code(name)} is`];
  const lines = numbers.slice(0, MOST_NUMBERS).map(({ number, workloads }) => {
    const names = workloadNames(workloads, namespace);
    if (number === 'none') return `Opens nothing on ${names}: no container port has this name and protocol`;
    return number === 'unknown' ? `Not known on ${names}: a placeholder hides the ports` : `${number} on ${names}`;
  });
  const left = numbers.length - MOST_NUMBERS;
  return [...lines, ...(left > 0 ? [`… and ${left} other numbers`] : [])];
}

const MOST_NUMBERS = 5;

function servedLines(
  { declared, services, fronts, allKnown }: ServedPorts,
  own: string,
  numeric: boolean,
): readonly string[] {
  const refs = byName(
    declared.map((workload) => ({ workload })),
    own,
  ).map(({ workload }) => workload);
  const [front] = fronts;
  return [
    ...(!numeric || refs.length === 0 ? [] : [`Container port of ${workloadNames(refs, own)}`]),
    ...(numeric && refs.length === 0 && allKnown
      ? ['No container there declares it, which need not keep it closed']
      : []),
    ...(services.length === 0
      ? []
      : [
          `${services.length === 1 ? 'Service' : 'Services'} ${listSome(
            services.map(({ service, port }) => `${serviceName(service, own)} (port ${port})`),
            3,
          )} ${services.length === 1 ? 'leads' : 'lead'} there`,
        ]),
    ...(front === undefined
      ? []
      : [
          `It is the port of Service ${serviceName(front.service, own)}, whose pods receive on ${front.target}: a rule has to name that one`,
        ]),
  ];
}

function workloadNames(workloads: readonly WorkloadRef[], own: string): string {
  return listSome(
    workloads.map(({ namespace, name }) => `${namespace === own ? '' : `${escaped(namespace)}/`}${escaped(name)}`),
    3,
  );
}

function serviceName({ namespace, name }: Service, own: string): string {
  return `${namespace === own ? '' : `${escaped(namespace)}/`}${escaped(name)}`;
}
