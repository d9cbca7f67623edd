import type { Service } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endIndex, order, startingWith } from './endIndex.ts';
import { serviceId } from './pathEnd.ts';

/** An end that a person may mean by what is typed so far. */
export interface EndCandidate {
  /** What `parseEnd` reads as this end and nothing else. */
  readonly text: string;
  readonly kind: 'workload' | 'service' | 'pod' | 'anyPod' | 'address' | 'internet';
  /** How many pods it stands for; absent where that is no question. */
  readonly pods?: number;
  /** Of a Service: its ports, as `5432/TCP`. */
  readonly ports?: readonly string[];
}

/**
 * Ends for what is typed so far, the likeliest first: workloads, then Services, then pods, whole namespaces, addresses
 * and the outside. Looks at names of workloads and Services alone, at pods only behind a `/` or a number, by an index.
 */
export function completeEnd(snapshot: WorkspaceSnapshot, text: string, limit: number): readonly EndCandidate[] {
  const typed = text.trim().toLowerCase().slice(0, LONGEST);
  const ranked: Ranked[] = [
    ...workloads(snapshot, typed),
    ...services(snapshot, typed),
    ...namespaces(snapshot, typed),
    ...OUTSIDE.flatMap((candidate) => rankedBy(typed, candidate.text, candidate, KINDS.outside)),
  ];
  ranked.sort((a, b) => a.rank - b.rank || order(a.candidate.text, b.candidate.text));
  const first = ranked.slice(0, limit).map(({ candidate }) => candidate);
  return [...first, ...podsTyped(snapshot, typed, limit - first.length)].slice(0, limit);
}

/** Longer than any name that Kubernetes allows. */
const LONGEST = 600;

interface Ranked {
  readonly candidate: EndCandidate;
  readonly rank: number;
}

/** Among equally good matches workloads come first. */
const KINDS = { workload: 0, service: 1, namespace: 2, outside: 3 } as const;

const OUTSIDE: readonly EndCandidate[] = [
  { text: 'internet', kind: 'internet' },
  { text: 'any pod', kind: 'anyPod' },
];

function workloads(snapshot: WorkspaceSnapshot, typed: string): Ranked[] {
  const found: Ranked[] = [];
  for (const { workload, text, pods } of endIndex(snapshot).workloads) {
    const quality = qualityOf(typed, text);
    if (quality === undefined) continue;
    const candidate = { text: workload.id, kind: 'workload', pods } as const;
    found.push({ candidate, rank: quality * 4 + KINDS.workload });
  }
  return found;
}

function services({ universe }: WorkspaceSnapshot, typed: string): Ranked[] {
  const found: Ranked[] = [];
  for (const { services: own } of universe.parts.contents.values()) {
    for (const service of own) {
      const quality = qualityOf(typed, `${service.namespace}/${service.name}`.toLowerCase());
      if (quality !== undefined) found.push({ candidate: ofService(service), rank: quality * 4 + KINDS.service });
    }
  }
  return found;
}

function ofService(service: Service): EndCandidate {
  const ports = service.ports.map(({ port, protocol }) => `${port}/${protocol}`);
  return { text: serviceId(service), kind: 'service', ports };
}

function namespaces(snapshot: WorkspaceSnapshot, typed: string): Ranked[] {
  return endIndex(snapshot).namespaces.flatMap(({ name, pods }) => {
    const candidate = { text: `${name}/*`, kind: 'anyPod', pods } as const;
    return rankedBy(typed, `${name}/*`, candidate, KINDS.namespace);
  });
}

function rankedBy(typed: string, text: string, candidate: EndCandidate, kind: number): Ranked[] {
  const quality = qualityOf(typed, text.toLowerCase());
  return quality === undefined ? [] : [{ candidate, rank: quality * 4 + kind }];
}

/** How well a name fits what is typed, 0 the best; undefined: not at all. Names may be typed with or without namespace. */
function qualityOf(typed: string, text: string): number | undefined {
  if (typed === '') return 3;
  const own = text.indexOf('/') + 1;
  if (text === typed || text.length - own === typed.length) {
    if (text === typed || text.endsWith(typed)) return 0;
  }
  if (text.startsWith(typed, own)) return 1;
  if (text.startsWith(typed)) return 2;
  const at = text.indexOf(typed);
  if (at < 0) return undefined;
  return at > 0 && /[-./]/.test(text[at - 1] as string) ? 3 : 4;
}

/** Pods by their own names behind `namespace/`, and by address. */
function podsTyped(snapshot: WorkspaceSnapshot, typed: string, most: number): readonly EndCandidate[] {
  if (most <= 0) return [];
  const index = endIndex(snapshot);
  const slash = typed.indexOf('/');
  if (slash > 0) {
    const namespace = typed.slice(0, slash);
    return startingWith(index.podsIn(namespace), ({ name }) => name, typed.slice(slash + 1), most).map(({ name }) => ({
      text: `${namespace}/${name}`,
      kind: 'pod',
      pods: 1,
    }));
  }
  if (!/^\[?[0-9a-f]*[.:][0-9a-f.:]*$/.test(typed)) return [];
  const address = typed.replace(/^\[/, '');
  const pods = startingWith(index.addresses(), (item) => item.address, address, most);
  return pods.map((item) => ({ text: item.address, kind: 'address', pods: 1 }));
}
