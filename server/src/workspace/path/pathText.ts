import { count, listSome, nameSome, qualifiedName, thousands } from '../../analysis/wording.ts';
import type { Direction, PolicyRef, Protocol, RuleRef } from '../../model/networkPolicy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { DirectionAnswer, EndGroup, PathAnswer, PathGroup, PathNote } from './pathAnswer.ts';
import type { EndNote, EndProblem, ParsedEnd } from './pathEnd.ts';
import type { PolicyPlace } from './policyPlaces.ts';
import type { ErrorLine } from './readErrorLine.ts';
import type { ServiceNote, ServiceProblem } from './servicePath.ts';
import { ruleMissText, type WalkNames } from './walkText.ts';

/** One line of an answer, for a terminal and for a view alike. Plain text; names in it are hostile. */
export interface PathLine {
  /** 0: a direction; 1: a policy; 2: a rule. */
  readonly depth: number;
  readonly text: string;
  readonly tone?: Verdict;
  readonly place?: PolicyPlace;
}

/** The answer in one sentence without its full stop. */
export function headline(answer: PathAnswer): string {
  const what = `${shortEnd(answer.to)} on ${answer.port}/${answer.protocol}`;
  const from = shortEnd(answer.from);
  if (answer.groups.length === 0) return `Whether ${from} can reach ${what} is not known${emptyWhy(answer)}`;
  if (answer.mixed) return mixedText(answer);
  if (answer.verdict === 'allow') return `${from} can reach ${what}`;
  if (answer.verdict === 'unknown') {
    return `Whether ${from} can reach ${what} is not known${answer.why === undefined ? '' : `: ${answer.why}`}`;
  }
  const denying = deniedBy(answer.groups[0]);
  return `${from} cannot reach ${what}${denying === undefined ? '' : `: ${denying}`}`;
}

/** How many of the pods of the end that makes the difference, as far as one does. */
function mixedText({ groups, from, to, port, protocol, more }: PathAnswer): string {
  const on = `on ${port}/${protocol}`;
  const same = (side: 'from' | 'to'): boolean =>
    more === 0 && new Set(groups.map((group) => JSON.stringify(group[side]))).size === 1;
  const share = (side: 'from' | 'to', end: string): string | undefined => {
    const pods = (verdict?: Verdict): number =>
      groups.reduce(
        (sum, group) => sum + (verdict === undefined || group.verdict === verdict ? group[side].pods : 0),
        0,
      );
    if (pods() === 0) return undefined;
    const unknown = pods('unknown');
    const perhaps = unknown === 0 ? '' : ` (and perhaps ${thousands(unknown)} more)`;
    return `${thousands(pods('allow'))} of ${count(pods(), 'pod')}${podsOfEnd(end)}${perhaps}`;
  };
  if (same('to')) {
    const part = share('from', from);
    if (part !== undefined) return `${part} can reach ${shortEnd(to)} ${on}`;
  }
  if (same('from')) {
    const part = share('to', to);
    if (part !== undefined) return `${shortEnd(from)} can reach ${part} ${on}`;
  }
  return `Not everyone of ${shortEnd(from)} can reach everyone of ${shortEnd(to)} ${on}`;
}

function podsOfEnd(end: string): string {
  if (end === 'any pod') return '';
  return ` of ${end.endsWith('/*') ? end.slice(0, -2) : shortEnd(end)}`;
}

function emptyWhy({ notes }: PathAnswer): string {
  const why = notes.flatMap((note) =>
    note.kind === 'tooMany' || (note.kind === 'service' && note.problem !== undefined) ? [noteText(note)] : [],
  );
  return why.length === 0 ? '' : `: ${why.join('; ')}`;
}

function deniedBy(group: PathGroup | undefined): string | undefined {
  const clauses = (['egress', 'ingress'] as const).flatMap((direction) => {
    const answer = group?.[direction];
    if (answer?.verdict !== 'deny') return [];
    const names = answer.by.map(({ policy }) => policyText(policy));
    return [
      `${nameSome(names, 'policy').replace('other policys', 'other policies')} ${isolateVerb(names)} ${direction}`,
    ];
  });
  return clauses.length === 0 ? undefined : clauses.join(', and ');
}

function isolateVerb(names: readonly string[]): string {
  return names.length === 1 ? 'isolates' : 'isolate';
}

/** The walk through one group: egress, then ingress, each with its policies and their rules. */
export function groupLines(answer: PathAnswer, group: PathGroup): readonly PathLine[] {
  const [from, to] = [groupName(group.from, answer.from), groupName(group.to, answer.to)];
  return [...directionLines(answer, group, 'egress', from, to), ...directionLines(answer, group, 'ingress', to, from)];
}

function directionLines(
  { protocol }: PathAnswer,
  group: PathGroup,
  direction: Direction,
  target: string,
  peer: string,
): readonly PathLine[] {
  const answer = group[direction];
  const destination = direction === 'ingress' ? target : peer;
  const names = { peer, destination, protocol, port: group.port };
  const head: PathLine = { depth: 0, text: directionText(answer, direction, target), tone: answer.verdict };
  if (answer.isolation !== 'isolated' && answer.isolation !== 'perhaps') return [head];
  const policies = answer.policies.flatMap(({ policy, selects, rules, ruleCount, place }): PathLine[] => {
    const isolates = selects === 'certain' ? 'isolates' : 'may isolate';
    const has = ruleCount === 0 ? 'it has no rules' : count(ruleCount, 'rule');
    return [
      { depth: 1, text: `${policyText(policy)} ${isolates} ${target}: ${has}`, ...placed(place) },
      ...rules.map((rule): PathLine => {
        const text = `${ruleName(rule.ref)}: ${rule.outcome === 'yes' ? lets(direction, peer, names) : (ruleMissText(rule, names) ?? 'not known')}`;
        const tone = rule.outcome === 'yes' ? 'allow' : rule.outcome === 'unknown' ? 'unknown' : undefined;
        return { depth: 2, text, ...(tone === undefined ? {} : { tone }), ...placed(rule.place) };
      }),
      ...(ruleCount > rules.length ? [{ depth: 2, text: count(ruleCount - rules.length, 'more rule') }] : []),
    ];
  });
  return [head, ...policies];
}

function lets(direction: Direction, peer: string, { port, protocol }: WalkNames): string {
  return `lets ${direction === 'ingress' ? 'in' : 'out to'} ${peer} on ${port}/${protocol}`;
}

function placed(place: PolicyPlace | undefined): { readonly place?: PolicyPlace } {
  return place === undefined ? {} : { place };
}

/** `allowed: nothing isolates egress of frontend`, without the rules. */
export function directionText(
  { verdict, by, why, isolation }: DirectionAnswer,
  direction: Direction,
  target: string,
): string {
  if (verdict === 'unknown') return `not known: ${why ?? 'it cannot be told'}`;
  if (verdict === 'deny') {
    const names = by.map(({ policy }) => policyText(policy));
    return `denied: ${listSome(names, 3)} ${isolateVerb(names)} ${target}, and no rule lets this ${direction === 'ingress' ? 'in' : 'out'}`;
  }
  if (by.length > 0) return `allowed: ${listSome(by.map(ruleText), 4)}`;
  if (isolation in ALWAYS) return `allowed: ${ALWAYS[isolation as keyof typeof ALWAYS]}`;
  return isolation === 'outside'
    ? `allowed: ${target} is no pod, so no policy isolates it`
    : `allowed: nothing isolates ${direction} of ${target}`;
}

/** Traffic that no policy looks at. */
const ALWAYS = {
  itself: 'no policy keeps a pod from itself',
  ownNode: 'a node reaches the pods that run on it in any case',
  loopback: 'it never leaves the pod',
} as const;

/** `shop/db ingress[0].from[1]`. */
export function ruleText(ref: RuleRef): string {
  return ref.rule === undefined ? policyText(ref.policy) : `${policyText(ref.policy)} ${ruleName(ref)}`;
}

function ruleName({ direction, rule, peer }: RuleRef): string {
  const list = direction === 'ingress' ? 'from' : 'to';
  return `${direction}[${rule ?? 0}]${peer === undefined ? '' : `.${list}[${peer}]`}`;
}

export function policyText({ namespace, name, kind }: PolicyRef): string {
  const id = qualifiedName({ name, ...(namespace === undefined ? {} : { namespace }) });
  return kind === 'NetworkPolicy' ? id : `${kind} ${id}`;
}

/** `web` of `shop/web[Deployment]`; an address as it is. */
export function shortEnd(name: string): string {
  if (name === 'internet') return 'the internet';
  if (name.endsWith('/*')) return `any pod of ${name.slice(0, -2)}`;
  const kind = name.endsWith('[Service]') ? 'Service ' : '';
  return `${kind}${name.slice(name.indexOf('/') + 1).replace(/\[\w*\]$/, '')}`;
}

/** The pods of a group as a sentence names them. */
export function groupName({ workloads, workloadCount, cidrs }: EndGroup, end: string): string {
  if (cidrs !== undefined) {
    const isWhole = end === 'internet' && cidrs.every((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0');
    return isWhole || end !== 'internet' ? shortEnd(end) : listSome(cidrs, 2);
  }
  const [only] = workloads;
  if (only === undefined || workloadCount > 1) {
    return workloadCount > 1
      ? nameSome([shortEnd(only?.id ?? ''), ...Array.from({ length: workloadCount - 1 }, () => '')], 'workload')
      : shortEnd(end);
  }
  return end.endsWith('[Service]') || end.endsWith('*') || end === 'any pod' ? shortEnd(only.id) : shortEnd(end);
}

/** What a person should know beside the verdict, a sentence without its full stop. */
export function noteText(note: PathNote): string {
  switch (note.kind) {
    case 'service':
      return serviceText(note);
    case 'serviceAsSource':
      return `Policies know no Services: the pods behind ${shortEnd(note.service)} are meant`;
    case 'samePod':
      return 'Both ends are the same pod, and no policy can keep a pod from itself';
    case 'siblings':
      return 'A pod reaches itself in any case; this is about its siblings';
    case 'hostNetwork':
      return `${note.end === 'from' ? 'The source' : 'The destination'} is on its node's network, and network plug-ins differ on such pods`;
    case 'nodeToOwnPods':
      return `${note.node} is a node: it reaches the pods that run on it in any case, and where some of these run is not known`;
    case 'loopback':
      return 'A loopback address never leaves the pod: no policy looks at it';
    case 'noPods':
      return 'Neither end is a pod: policies have no say in it';
    case 'notEnforced':
      return note.why;
    case 'tooMany':
      return `There are ${thousands(note.pairs)} kinds of pairs, more than are looked at: name a narrower end`;
    case 'podAddress':
    case 'sharedAddress':
    case 'serviceAddress':
    case 'nodeAddress':
    case 'serviceOfSameName':
      return endNoteText(note);
  }
}

export function endNoteText(note: EndNote): string {
  switch (note.kind) {
    case 'podAddress':
      return `${note.address} is the address of pod ${note.pod}`;
    case 'sharedAddress':
      return `${note.address} is the address of ${count(note.pods, 'pod')} on a node's network`;
    case 'serviceAddress':
      return `${note.address} is the address of Service ${note.service.replace(/\[Service\]$/, '')}`;
    case 'nodeAddress':
      return `${note.address} is an address of node ${note.node}`;
    case 'serviceOfSameName':
      return `A Service has the same name: write ${note.service} to ask for its port`;
  }
}

function serviceText(note: ServiceNote): string {
  const name = `Service ${shortEnd(note.service).replace(/^Service /, '')}:${note.port}`;
  if (note.problem !== undefined) return `${name} ${problemText(note.problem, note.protocol)}`;
  const targets = note.targets.map(
    ({ port, name: own, pods }) =>
      `${count(pods, 'pod')} on ${port}/${note.protocol}${own === undefined ? '' : ` (${own})`}`,
  );
  const whose = nameSome(
    note.workloads.map((id) => shortEnd(id)),
    'workload',
  );
  const parts = [`${name} leads to ${targets.length === 0 ? 'no pod' : `${whose}: ${listSome(targets, 4)}`}`];
  if (note.unresolved > 0)
    parts.push(`${count(note.unresolved, 'pod')} of it ${note.unresolved === 1 ? 'has' : 'have'} no such named port`);
  if (note.special.includes('headless')) parts.push('it is headless, so that its port is not translated');
  if (note.special.includes('arrivesThroughNode')) {
    parts.push('clients outside arrive through a node, which may put its own address in the place of theirs');
  }
  if (note.special.includes('keepsClientAddress')) parts.push('it keeps the address of clients outside');
  return parts.join('; ');
}

function problemText(problem: ServiceProblem, protocol: Protocol): string {
  switch (problem.kind) {
    case 'externalName':
      return 'is a name for a host elsewhere: name its address';
    case 'noSelector':
      return problem.apiServer === true
        ? 'is the API server: what a network plug-in sees are its own addresses, so name one of them where rules name addresses (kubectl get endpoints kubernetes)'
        : 'has no selector: somebody else says where it leads; name an address behind it';
    case 'noPods':
      return problem.certain ? 'leads nowhere: no pod has its labels' : 'leads to no pod that is known';
    case 'noSuchPort': {
      const has = problem.has.map(({ port, protocol: own }) => `${port}/${own}`);
      return `is no port of it over ${protocol}; it has ${has.length === 0 ? 'none' : listSome(has, 6)}`;
    }
  }
}

/** What an end could not be read as, a sentence without its full stop. */
export function endProblemText(problem: EndProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'Name a pod, a workload, a Service or an address';
    case 'notFound':
      return `No pod, workload or Service is called ${problem.text}${problem.near.length === 0 ? '' : `; did you mean ${problem.near.join(' or ')}?`}`;
    case 'hostName':
      return `${problem.name} is a name outside of the cluster: policies know addresses alone, so name one of its addresses`;
    case 'range':
      return `${problem.text} is a range: name one address of it`;
  }
}

/** Undefined where the end is clear. */
export function unclearText(parsed: ParsedEnd): string | undefined {
  if (parsed.kind === 'problem') return endProblemText(parsed.problem);
  return parsed.kind === 'ambiguous' ? `${parsed.text} could be ${listSome(parsed.choices, 4)}` : undefined;
}

/** What a pasted line says, and what that says about policies. */
export function errorLineText({ to, port, protocol, fault, lookup }: ErrorLine): string {
  const where = `${to}${port === undefined ? '' : `:${port}`}${protocol === undefined ? '' : `/${protocol}`}`;
  if (lookup !== undefined && fault !== 'dns') {
    return `The name ${lookup} was not resolved in time: what did not get through is DNS traffic to ${where}`;
  }
  switch (fault) {
    case 'timeout':
      return `Nothing came back from ${where}, as where a policy drops packets`;
    case 'refused':
      return `${where} was reached and refused the connection: most network plug-ins drop what a policy denies, so that this is mostly a port on which nobody listens`;
    case 'unreachable':
      return `No way leads to ${where}: mostly routing, and some network plug-ins answer so for what a policy denies`;
    case 'reset':
      return `The connection to ${where} was made and broken: policies decide when a connection is made, so that this is mostly the other end`;
    case 'dns':
      return `The name ${lookup ?? to} was not resolved: either there is no such name, or DNS could not be asked`;
    case 'tls':
      return `The connection to ${where} was made: what failed is TLS, not a policy`;
    case 'unknown':
      return `The line names ${where} and does not say how it failed`;
  }
}
