import type { Namespace } from '../model/workload.ts';
import { quote } from './labelSelector.ts';
import { NO_NAMED_PORTS, NO_NAMESPACE, type NamedPorts, type NamespaceFacts, type PodClass } from './podClass.ts';
import { UNREAD_LABELS } from './unreadLabels.ts';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

const NOBODY: readonly number[] = [];

/**
 * All classes and namespaces that any version of a cluster has had, with an inverted index from labels to them.
 *
 * Invariant: it only grows, and ids are given in order. So every version of a cluster shares it, and whoever has
 * looked at the first n classes need only look at the rest.
 */
export class ClassRegistry {
  readonly #namespaces: NamespaceFacts[] = [NO_NAMESPACE];
  readonly #namespaceByText = new Map<string, NamespaceFacts>();
  readonly #namespacesByLabel = new Map<string, number[]>();
  readonly #namespacesWithUnknowns: number[] = [];

  readonly #classes: PodClass[] = [];
  readonly #classByText = new Map<string, PodClass>();
  readonly #classesByNamespace = new Map<string, number[]>();
  readonly #classesByLabel = new Map<string, number[]>();
  readonly #classesWithUnknowns: number[] = [];
  readonly #classesInBlock = new Map<number, number[]>();
  readonly #unaddressedClasses: number[] = [];
  readonly #hostNetworkClasses: number[] = [];

  readonly #namedPorts = new Map<string, NamedPorts>();

  get classes(): readonly PodClass[] {
    return this.#classes;
  }

  get namespaces(): readonly NamespaceFacts[] {
    return this.#namespaces;
  }

  /** Implies `kubernetes.io/metadata.name`, which the API server sets on every namespace. */
  namespace({ name, labels, unknownLabels = [], labelsUnknown }: Namespace): NamespaceFacts {
    const all = new Map(Object.entries(labels)).set(NAMESPACE_NAME, name);
    const unknown =
      labelsUnknown === true ? UNREAD_LABELS : new Set(unknownLabels.filter((key) => key !== NAMESPACE_NAME));
    const texts = [...all].filter(([key]) => !unknown.has(key)).map(([key, value]) => labelText(key, value));
    const text = `${quote(name)}${texts.sort().join('')}?${[...unknown].sort().map(quote).join('')}`;
    const known = this.#namespaceByText.get(text);
    if (known !== undefined) return known;
    const facts: NamespaceFacts = { id: this.#namespaces.length, name, labels: all, unknown };
    this.#namespaces.push(facts);
    this.#namespaceByText.set(text, facts);
    for (const label of texts) append(this.#namespacesByLabel, label, facts.id);
    if (unknown.size > 0) this.#namespacesWithUnknowns.push(facts.id);
    return facts;
  }

  /** The class with this content; `text` is a canonical form of it and decides equality. */
  podClass(text: string, content: () => Omit<PodClass, 'id'>): PodClass {
    const known = this.#classByText.get(text);
    if (known !== undefined) return known;
    // Making the content may make another class (`asNode`), which then has the smaller id.
    const made = content();
    const created: PodClass = { id: this.#classes.length, ...made };
    this.#classes.push(created);
    this.#classByText.set(text, created);
    for (const block of created.blocks) append(this.#classesInBlock, block, created.id);
    if (created.unaddressed) this.#unaddressedClasses.push(created.id);
    if (created.kind === 'node') return created;
    append(this.#classesByNamespace, created.namespace.name, created.id);
    for (const [key, value] of created.labels) append(this.#classesByLabel, labelText(key, value), created.id);
    if (created.unknown.size > 0) this.#classesWithUnknowns.push(created.id);
    if (created.kind === 'hostNetwork') this.#hostNetworkClasses.push(created.id);
    return created;
  }

  namedPorts(numbers: ReadonlyMap<string, number>, incomplete: boolean): NamedPorts {
    if (numbers.size === 0 && !incomplete) return NO_NAMED_PORTS;
    const texts = [...numbers].map(([name, number]) => `${quote(name)}${number};`).sort();
    const text = `${incomplete ? '?' : ''}${texts.join('')}`;
    let ports = this.#namedPorts.get(text);
    if (ports === undefined) {
      ports = { id: this.#namedPorts.size + 1, numbers, incomplete };
      this.#namedPorts.set(text, ports);
    }
    return ports;
  }

  /** Ascending ids of the classes in every namespace of that name, whatever its labels. */
  classesIn(namespaceName: string): readonly number[] {
    return this.#classesByNamespace.get(namespaceName) ?? NOBODY;
  }

  classesLabelled(key: string, value: string): readonly number[] {
    return this.#classesByLabel.get(labelText(key, value)) ?? NOBODY;
  }

  /** Classes with a label whose value is not known: every selector has to look at them. */
  get classesWithUnknowns(): readonly number[] {
    return this.#classesWithUnknowns;
  }

  /** Classes that name an ipBlock among their `blocks`. */
  classesInBlock(block: number): readonly number[] {
    return this.#classesInBlock.get(block) ?? NOBODY;
  }

  /** Classes of pods without a known address. */
  get unaddressedClasses(): readonly number[] {
    return this.#unaddressedClasses;
  }

  /** Classes of pods on their node's network, where it is not known how those are treated. */
  get hostNetworkClasses(): readonly number[] {
    return this.#hostNetworkClasses;
  }

  namespacesLabelled(key: string, value: string): readonly number[] {
    return this.#namespacesByLabel.get(labelText(key, value)) ?? NOBODY;
  }

  get namespacesWithUnknowns(): readonly number[] {
    return this.#namespacesWithUnknowns;
  }
}

export function labelText(key: string, value: string): string {
  return `${quote(key)}${quote(value)}`;
}

function append<Key>(lists: Map<Key, number[]>, key: Key, id: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
}
