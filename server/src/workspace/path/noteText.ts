import { count, listSome, nameSome, thousands } from '../../analysis/wording.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { PathNote } from './pathAnswer.ts';
import type { EndNote, EndProblem, ParsedEnd } from './pathEnd.ts';
import { shortEnd } from './endText.ts';
import type { ErrorLine } from './readErrorLine.ts';
import type { ServiceNote, ServiceProblem } from './servicePath.ts';

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
