import type { EngineOptions } from '../model/cluster.ts';
import type { Labels } from '../model/labels.ts';
import type { ContainerPort, Pod } from '../model/workload.ts';
import { labelText, type ClassRegistry } from './classRegistry.ts';
import type { Features } from './features.ts';
import { quote } from './labelSelector.ts';
import { NO_NAMED_PORTS, NO_NAMESPACE, type NamedPorts, type NamespaceFacts, type PodClass } from './podClass.ts';
import { portName } from './portSpecs.ts';

const NONE: ReadonlySet<never> = new Set();

interface Classified {
  readonly pod: Pod;
  readonly namespace: NamespaceFacts;
  readonly found: ReadonlySet<number> | undefined;
  readonly podClass: PodClass;
}

interface RelevantLabels {
  readonly text: string;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * Puts pods into classes by the given features. Sources share label and port objects between equal pods, so what is
 * read from such an object is remembered by its identity.
 */
export class Classifier {
  readonly #registry: ClassRegistry;
  readonly #features: Features;
  readonly #options: EngineOptions;
  readonly #labels = new Map<Labels, RelevantLabels>();
  readonly #ports = new Map<readonly ContainerPort[], NamedPorts>();
  #last: Classified | undefined;

  constructor(registry: ClassRegistry, features: Features, options: EngineOptions) {
    this.#registry = registry;
    this.#features = features;
    this.#options = options;
  }

  classOf(pod: Pod, namespace: NamespaceFacts): PodClass {
    const found = this.#options.ipBlockPods === 'never' ? NONE : this.#features.blockIndex.blocksOf(pod.ips);
    const last = this.#last;
    if (last !== undefined && last.namespace === namespace && last.found === found && alike(last.pod, pod)) {
      return last.podClass;
    }
    const podClass = this.#classify(pod, namespace, found);
    this.#last = { pod, namespace, found, podClass };
    return podClass;
  }

  /** `found`: the ipBlocks that hold the pod; undefined where no address of it is known. */
  #classify(pod: Pod, namespace: NamespaceFacts, found: ReadonlySet<number> | undefined): PodClass {
    const { labels, text: labelsText } = this.#relevantLabels(pod.labels);
    const unknown = this.#relevantUnknowns(pod);
    const ports = this.#relevantPorts(pod);
    const blocks = found ?? NONE;
    const unaddressed = found === undefined;
    const unclear = pod.hostNetwork && this.#options.hostNetwork === 'unknown';
    const placeText = unaddressed ? '?' : [...blocks].join();
    const unknownText = unknown.size === 0 ? '' : [...unknown].sort().map(quote).join('');
    const text = `${unclear ? 'h' : ''}${namespace.id};${ports.id};${placeText};${labelsText}?${unknownText}`;
    return this.#registry.podClass(text, () => {
      const known = unknown.size === 0 ? labels : new Map([...labels].filter(([key]) => !unknown.has(key)));
      const content = { namespace, labels: known, unknown, ports, blocks, unaddressed };
      if (!unclear) return { ...content, kind: 'pod' };
      return { ...content, kind: 'hostNetwork', asNode: this.#nodeClass(placeText, blocks, unaddressed) };
    });
  }

  #nodeClass(placeText: string, blocks: ReadonlySet<number>, unaddressed: boolean): PodClass {
    return this.#registry.podClass(`n${placeText}`, () => ({
      namespace: NO_NAMESPACE,
      labels: NO_NAMESPACE.labels,
      unknown: NONE,
      ports: NO_NAMED_PORTS,
      blocks,
      unaddressed,
      kind: 'node',
    }));
  }

  #relevantLabels(labels: Labels): RelevantLabels {
    const known = this.#labels.get(labels);
    if (known !== undefined) return known;
    const keys = Object.keys(labels).filter((key) => this.#features.labelKeys.has(key));
    if (keys.length > 1) keys.sort();
    const relevant = new Map<string, string>();
    let text = '';
    for (const key of keys) {
      const value = labels[key] as string;
      relevant.set(key, value);
      text += labelText(key, value);
    }
    const result = { text, labels: relevant };
    this.#labels.set(labels, result);
    return result;
  }

  #relevantUnknowns({ unknownLabels }: Pod): ReadonlySet<string> {
    const relevant = unknownLabels?.filter((key) => this.#features.labelKeys.has(key)) ?? [];
    return relevant.length === 0 ? NONE : new Set(relevant);
  }

  #relevantPorts({ ports, portsIncomplete }: Pod): NamedPorts {
    if (this.#features.portNames.size === 0) return NO_NAMED_PORTS;
    const incomplete = portsIncomplete === true;
    const known = incomplete ? undefined : this.#ports.get(ports);
    if (known !== undefined) return known;
    const numbers = new Map<string, number>();
    for (const { name, port, protocol } of ports) {
      if (name === undefined) continue;
      const { text } = portName(protocol, name);
      if (this.#features.portNames.has(text) && !numbers.has(text)) numbers.set(text, port);
    }
    const named = this.#registry.namedPorts(numbers, incomplete);
    if (!incomplete) this.#ports.set(ports, named);
    return named;
  }
}

/** A cheap test that holds for the replicas of a workload, which sources list one after the other. */
function alike(a: Pod, b: Pod): boolean {
  return (
    a.labels === b.labels &&
    a.ports === b.ports &&
    a.hostNetwork === b.hostNetwork &&
    a.unknownLabels === b.unknownLabels &&
    a.portsIncomplete === b.portsIncomplete
  );
}
