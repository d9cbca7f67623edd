import type { OffsetRange } from '../model/sourceRange.ts';
import type { ManifestDocument, ManifestObject } from '../syntax/manifestDocument.ts';
import type { TextItem, TextNode, TextScalar } from '../syntax/textTree.ts';
import { DIRECTIONS, peersField } from './policyPlaces.ts';
import { entriesOf, itemsOf, nodeAt, scalarOf, valueOf } from './textNodes.ts';

/**
 * The words of a document that have a meaning for policies, in the order of the text. `declared`: a workload, a
 * namespace or a Service has what is named here; otherwise a policy asks for it.
 */
export type TextToken = OffsetRange & { readonly declared: boolean } & (
    | { readonly role: 'field' | 'operator' | 'direction' | 'protocol' | 'port' | 'cidr' }
    | { readonly role: 'portName' | 'namespace'; readonly name: string }
    /** Labels of pods and of namespaces are two things, also where their keys are the same. */
    | { readonly role: 'labelKey'; readonly of: LabelOwner; readonly key: string }
    | { readonly role: 'labelValue'; readonly of: LabelOwner; readonly key: string; readonly value: string }
  );

export type LabelOwner = 'pod' | 'namespace';

/** The label that every namespace has with its name. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

const known = new WeakMap<ManifestDocument, readonly TextToken[]>();

/** Of a document whose text is broken as much as can be told. Read once and kept. */
export function textTokens(document: ManifestDocument): readonly TextToken[] {
  let tokens = known.get(document);
  if (tokens === undefined) known.set(document, (tokens = tokensOf(document)));
  return tokens;
}

function tokensOf(document: ManifestDocument): readonly TextToken[] {
  const objects = document.objects.filter(({ kind }) => kind === '' || READERS.has(kind));
  if (objects.length === 0) return [];
  const tree = document.textTree();
  const reader = new TokenReader();
  for (const object of objects) reader.object(object, nodeAt(tree, object.path));
  return reader.tokens.sort((a, b) => a.start - b.start);
}

/** Where the pods of a workload are described. */
export function podTemplate(node: TextNode | undefined, kind: string): TextNode | undefined {
  if (kind === 'Pod') return node;
  const spec = valueOf(node, 'spec');
  return valueOf(kind === 'CronJob' ? valueOf(valueOf(spec, 'jobTemplate'), 'spec') : spec, 'template');
}

class TokenReader {
  readonly tokens: TextToken[] = [];

  object({ kind }: ManifestObject, node: TextNode | undefined): void {
    const metadata = valueOf(node, 'metadata');
    this.#name('namespace', valueOf(metadata, 'namespace'), false);
    READERS.get(kind === '' ? 'NetworkPolicy' : kind)?.(this, node, kind, metadata);
  }

  policy(node: TextNode | undefined): void {
    const spec = valueOf(node, 'spec');
    this.#selector(spec, 'podSelector', 'pod');
    this.#field(spec, 'policyTypes');
    for (const { value } of itemsOf(valueOf(spec, 'policyTypes'))) this.#word('direction', value);
    for (const direction of DIRECTIONS) {
      this.#field(spec, direction);
      for (const { value: rule } of itemsOf(valueOf(spec, direction))) {
        const field = peersField(direction);
        this.#field(rule, field);
        for (const peer of itemsOf(valueOf(rule, field))) this.#peer(peer);
        for (const { value: port } of itemsOf(valueOf(rule, 'ports'))) this.#port(port, 'port', false);
      }
    }
  }

  workload(node: TextNode | undefined, kind: string, metadata: TextNode | undefined): void {
    const template = podTemplate(node, kind);
    const spec = valueOf(node, 'spec');
    this.#labels(valueOf(metadata, 'labels'), 'pod', true);
    if (template === undefined) return;
    if (kind !== 'Pod') {
      const selector = valueOf(spec, 'selector');
      if (kind === 'ReplicationController') this.#labels(selector, 'pod', false);
      else this.#requirements(selector, 'pod');
      this.#labels(valueOf(valueOf(template, 'metadata'), 'labels'), 'pod', true);
    }
    for (const list of ['containers', 'initContainers']) {
      for (const container of itemsOf(valueOf(valueOf(template, 'spec'), list))) {
        for (const { value: port } of itemsOf(valueOf(container.value, 'ports'))) {
          this.#name('portName', valueOf(port, 'name'), true);
          this.#port(port, 'containerPort', true);
        }
      }
    }
  }

  service(node: TextNode | undefined): void {
    const spec = valueOf(node, 'spec');
    this.#labels(valueOf(spec, 'selector'), 'pod', false);
    for (const { value: port } of itemsOf(valueOf(spec, 'ports'))) {
      this.#port(port, 'port', true);
      this.#portValue(valueOf(port, 'targetPort'), false);
    }
  }

  namespace(metadata: TextNode | undefined): void {
    this.#name('namespace', valueOf(metadata, 'name'), true);
    this.#labels(valueOf(metadata, 'labels'), 'namespace', true);
  }

  #peer({ value: peer }: TextItem): void {
    this.#selector(peer, 'podSelector', 'pod');
    this.#selector(peer, 'namespaceSelector', 'namespace');
    this.#field(peer, 'ipBlock');
    const block = valueOf(peer, 'ipBlock');
    this.#word('cidr', valueOf(block, 'cidr'));
    for (const { value } of itemsOf(valueOf(block, 'except'))) this.#word('cidr', value);
  }

  #selector(parent: TextNode | undefined, key: string, of: LabelOwner): void {
    this.#field(parent, key);
    this.#requirements(valueOf(parent, key), of);
  }

  #requirements(selector: TextNode | undefined, of: LabelOwner): void {
    this.#labels(valueOf(selector, 'matchLabels'), of, false);
    for (const { value: expression } of itemsOf(valueOf(selector, 'matchExpressions'))) {
      const written = valueOf(expression, 'key');
      const key = scalarOf(written);
      this.#word('operator', valueOf(expression, 'operator'));
      if (written?.kind !== 'scalar' || key === undefined) continue;
      this.#push(written, { role: 'labelKey', of, key, declared: false });
      for (const { value } of itemsOf(valueOf(expression, 'values'))) this.#labelValue(value, of, key, false);
    }
  }

  #labels(labels: TextNode | undefined, of: LabelOwner, declared: boolean): void {
    for (const { key, keyRange, value } of entriesOf(labels)) {
      this.tokens.push({ start: keyRange.start, end: keyRange.end, role: 'labelKey', of, key, declared });
      this.#labelValue(value, of, key, declared);
    }
  }

  #labelValue(node: TextNode | undefined, of: LabelOwner, key: string, declared: boolean): void {
    if (of === 'namespace' && key === NAMESPACE_NAME) this.#name('namespace', node, declared);
    else if (node?.kind === 'scalar') this.#push(node, { role: 'labelValue', of, key, value: node.text, declared });
  }

  #port(port: TextNode | undefined, key: 'port' | 'containerPort', declared: boolean): void {
    this.#portValue(valueOf(port, key), declared);
    this.#portValue(valueOf(port, 'endPort'), declared);
    this.#word('protocol', valueOf(port, 'protocol'));
  }

  #portValue(node: TextNode | undefined, declared: boolean): void {
    if (node?.kind === 'scalar' && !/^\d+$/.test(node.text)) this.#name('portName', node, declared);
    else this.#word('port', node);
  }

  #field(parent: TextNode | undefined, key: string): void {
    for (const entry of entriesOf(parent)) {
      if (entry.key === key) this.tokens.push({ ...spread(entry.keyRange), role: 'field', declared: false });
    }
  }

  #word(role: 'operator' | 'direction' | 'protocol' | 'port' | 'cidr', node: TextNode | undefined): void {
    if (node?.kind === 'scalar') this.#push(node, { role, declared: false });
  }

  #name(role: 'portName' | 'namespace', node: TextNode | undefined, declared: boolean): void {
    if (node?.kind === 'scalar' && node.text !== '') this.#push(node, { role, name: node.text, declared });
  }

  #push({ inner }: TextScalar, token: Unplaced<TextToken>): void {
    if (inner.end > inner.start) this.tokens.push({ ...spread(inner), ...token });
  }
}

type Unplaced<T> = T extends unknown ? Omit<T, 'start' | 'end'> : never;

function spread({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}

type Read = (reader: TokenReader, node: TextNode | undefined, kind: string, metadata: TextNode | undefined) => void;

const WORKLOAD: Read = (reader, node, kind, metadata) => reader.workload(node, kind, metadata);

/** A map, because a kind is any text (`constructor`). */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['NetworkPolicy', (reader, node) => reader.policy(node)],
  ['Service', (reader, node) => reader.service(node)],
  ['Namespace', (reader, _, __, metadata) => reader.namespace(metadata)],
  ['Pod', WORKLOAD],
  ['Deployment', WORKLOAD],
  ['ReplicaSet', WORKLOAD],
  ['StatefulSet', WORKLOAD],
  ['DaemonSet', WORKLOAD],
  ['Job', WORKLOAD],
  ['CronJob', WORKLOAD],
  ['ReplicationController', WORKLOAD],
]);
