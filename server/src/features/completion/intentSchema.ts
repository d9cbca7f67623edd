import { CompletionItemKind } from 'vscode-languageserver-types';
import { count } from '../../analysis/wording.ts';
import { namespaceFacts } from '../../engine/namespaceFacts.ts';
import { END_FIELDS, END_WORDS, FILE_FIELDS, TEST_FIELDS } from '../../intent/intentFields.ts';
import type { FieldPath } from '../../model/manifest.ts';
import { fixedValues } from './fixedValues.ts';
import { namespaceNames } from './namespaces.ts';
import { namespacesMeant, podGroups } from './podGroups.ts';
import { PodUse, withSource } from './podUse.ts';
import type { Asked, Proposal } from './proposal.ts';
import { isLabelValue, isSelectableKey } from './selectable.ts';
import { valueAt } from './selectorPlace.ts';
import { list, scalar, struct, TEXT, type Field, type ScalarSchema, type Schema, type StructSchema } from './schema.ts';
import { mapOf, type Template } from './template.ts';

/** A file of intent tests, as `decodeIntents` reads it. */

const EXPECT = fixedValues([
  ['allow', 'everyone in from can reach everyone in to'],
  ['deny', 'nobody in from can reach anybody in to'],
]);

const NAMESPACES: ScalarSchema = { ...scalar(namespaceNames), orList: scalar(namespaceNames) };
const LABELS: Schema = {
  kind: 'open',
  keys: labelKeys,
  value: { ...scalar(labelValues), orList: scalar(labelValues) },
};
const NAMESPACE_LABELS: Schema = {
  kind: 'open',
  keys: namespaceLabelKeys,
  value: { ...scalar(namespaceLabelValues), orList: scalar(namespaceLabelValues) },
};
const WHO: ScalarSchema = { ...scalar(endNames), orList: scalar(endNames) };
const SERVICE = scalar(serviceNames);

function endFields(except: Schema | undefined): readonly Field[] {
  const fields: readonly Omit<Field, 'detail'>[] = [
    { name: 'who', schema: WHO, write: { given: 'any pod', isText: true } },
    { name: 'namespace', schema: NAMESPACES, write: { isText: true } },
    { name: 'labels', schema: LABELS, write: { isMap: true } },
    { name: 'namespaceLabels', schema: NAMESPACE_LABELS, write: { isMap: true } },
    { name: 'service', schema: SERVICE, write: { isText: true } },
    { name: 'cidr', schema: { ...TEXT, orList: TEXT }, write: { given: '10.0.0.0/8', isText: true } },
    { name: 'outside', schema: NAMESPACES, write: { isText: true } },
    ...(except === undefined ? [] : [{ name: 'except', schema: except, write: { isText: true } as Template }]),
  ];
  return fields.map((field) => ({ ...field, detail: ENDS[field.name] ?? '' }));
}

const ENDS: Readonly<Record<string, string>> = {
  who: 'a workload, a namespace, addresses, or everyone',
  namespace: 'pods of a namespace, or of several',
  labels: 'pods by their labels',
  namespaceLabels: 'pods by the labels of their namespaces',
  service: 'the pods behind a Service',
  cidr: 'addresses outside the cluster',
  outside: 'everyone outside a namespace',
  except: 'leaves these out',
};

/** A word, keys that say more, or a list of both. */
function end(except: Schema | undefined): ScalarSchema {
  const one: ScalarSchema = { ...scalar(endNames), orStruct: struct(endFields(except)) };
  return { ...one, orList: one };
}

const END = end(end(undefined));

const PORTS: ScalarSchema = { ...scalar(portNames), orList: scalar(portNames) };

const TEST: StructSchema = struct([
  { name: 'name', schema: TEXT, detail: 'what is meant, in words', write: { given: 'web may reach db', isText: true } },
  { name: 'from', schema: END, detail: 'who begins the connection', write: { isText: true } },
  { name: 'to', schema: END, detail: 'whom it reaches', write: { isText: true } },
  { name: 'ports', schema: PORTS, detail: 'such as 5432/TCP; all', write: [{ given: '80/TCP', isText: true }] },
  {
    name: 'expect',
    schema: scalar(EXPECT),
    detail: 'allow or deny',
    write: { given: 'deny', choices: ['deny', 'allow'] },
  },
]);

export const INTENTS: StructSchema = struct([
  { name: 'version', schema: scalar(), detail: 'of this format', write: 1 },
  {
    name: 'tests',
    schema: list(TEST),
    detail: 'what is meant, one entry each',
    write: [
      mapOf({
        name: { given: 'web may reach db', isText: true },
        from: { given: 'shop/web', isText: true },
        to: { given: 'shop/db', isText: true },
        ports: [{ given: '5432/TCP', isText: true }],
        expect: { given: 'allow', choices: ['allow', 'deny'] },
      }),
    ],
  },
]);

/** The documentation of a key. */
export function intentDoc(path: FieldPath): string | undefined {
  const name = path.findLast((step) => typeof step === 'string') ?? '';
  const docs = path.length < 2 ? FILE_FIELDS : isInEnd(path) ? END_FIELDS : TEST_FIELDS;
  return Object.hasOwn(docs, name) ? docs[name] : undefined;
}

/** `tests[0].from.labels`: below an end, not the end itself. */
function isInEnd([, , field, ...rest]: FieldPath): boolean {
  return (field === 'from' || field === 'to') && rest.some((step) => typeof step === 'string');
}

/** Words, workloads, and namespaces as a whole, those with the most pods first. */
function endNames(asked: Asked): readonly Proposal[] {
  const words = Object.entries(END_WORDS).map(([word, detail], index): Proposal => ({
    label: word,
    detail,
    kind: CompletionItemKind.Keyword,
    write: { value: word },
    rank: -1e9 + index,
  }));
  const written = writtenEnds(asked);
  const names = namespacesMeant(asked.snapshot).flatMap((namespace): readonly Proposal[] => {
    const groups = podGroups(asked.snapshot, namespace);
    const workloads = Map.groupBy(groups, ({ workload }) => workload.name);
    const pods = groups.reduce((sum, group) => sum + group.pods, 0);
    if (groups.length === 0) return [];
    const whole: Proposal = {
      label: `${namespace}/*`,
      detail: withSource(`${count(pods, 'pod')} of ${count(workloads.size, 'workload')}`, asked),
      kind: CompletionItemKind.Module,
      write: { value: `${namespace}/*` },
      rank: -pods,
    };
    const each = [...workloads].map(([name, own]): Proposal => {
      const kinds = new Set(own.map(({ workload }) => workload.kind));
      const [kind = ''] = kinds;
      const label = kinds.size === 1 ? `${namespace}/${name}` : `${namespace}/${name}[${kind}]`;
      const counted = own.reduce((sum, group) => sum + group.pods, 0);
      return {
        label,
        detail: () => withSource(`${kind} · ${count(counted, 'pod')}`, asked),
        kind: CompletionItemKind.Class,
        write: { value: label },
        rank: -counted,
      };
    });
    return [...each, whole];
  });
  return [...words, ...names].filter(({ label }) => !written.has(label));
}

/** What the list under the cursor says already. */
function writtenEnds({ object, path }: Asked): ReadonlySet<unknown> {
  const beside = typeof path.at(-1) === 'number' ? valueAt(object, path.slice(0, -1)) : undefined;
  return new Set(Array.isArray(beside) ? beside : []);
}

function serviceNames({ snapshot }: Asked): readonly Proposal[] {
  return [...snapshot.universe.parts.contents].flatMap(([namespace, { services }]) =>
    services.map(({ name, ports }): Proposal => {
      const shown = ports.map((port) => `${port.port}/${port.protocol}`);
      return {
        label: `${namespace}/${name}`,
        detail: shown.join(', '),
        kind: CompletionItemKind.Interface,
        write: { value: `${namespace}/${name}` },
      };
    }),
  );
}

/** Ports that the workloads of `to` have, with the names that containers give them. */
function portNames({ snapshot, object, path }: Asked): readonly Proposal[] {
  const to = valueAt(object, [...path.slice(0, 2), 'to']);
  const ends = (Array.isArray(to) ? to : [to]).filter((one) => typeof one === 'string');
  const found = new Map<string, string>();
  for (const text of ends) {
    const [namespace = '', name = ''] = text.replace(/\[.*$/, '').split('/');
    for (const { workload, ports } of podGroups(snapshot, namespace)) {
      if (name !== '*' && workload.name !== name) continue;
      for (const port of ports) {
        const detail = port.name === undefined ? workload.name : `${port.name} of ${workload.name}`;
        found.set(`${port.port}/${port.protocol}`, detail);
      }
    }
  }
  const all: Proposal = {
    label: 'all',
    detail: 'every port',
    kind: CompletionItemKind.Keyword,
    write: { value: 'all' },
    rank: 1,
  };
  return [
    ...[...found].map(([label, detail]): Proposal => ({
      label,
      detail,
      kind: CompletionItemKind.Value,
      write: { value: label },
    })),
    ...(typeof path.at(-1) === 'number' ? [] : [all]),
  ];
}

function labelKeys(asked: Asked): readonly Proposal[] {
  return labelUses(asked, (labels) => [...labels.keys()].filter(isSelectableKey)).map(([key, use]): Proposal => ({
    label: key,
    detail: () => withSource(use.text, asked),
    kind: CompletionItemKind.Property,
    write: { entries: new Map([[key, { isText: true as const }]]) },
    rank: -use.weight,
  }));
}

function labelValues(asked: Asked): readonly Proposal[] {
  const key = asked.path.findLast((step) => typeof step === 'string') ?? '';
  const uses = labelUses(asked, (labels) => {
    const value = labels.get(key);
    return value === undefined || !isLabelValue(value) ? [] : [value];
  });
  return uses.map(([value, use]): Proposal => ({
    label: value,
    detail: () => withSource(use.text, asked),
    kind: CompletionItemKind.Value,
    write: { value },
    rank: -use.weight,
  }));
}

function namespaceLabelKeys(asked: Asked): readonly Proposal[] {
  return namespaceLabels(asked, (labels) => [...labels.keys()].filter(isSelectableKey)).map(([key, names]) => ({
    label: key,
    detail: () => withSource(count(names, 'namespace'), asked),
    kind: CompletionItemKind.Property,
    write: { entries: new Map([[key, { isText: true as const }]]) },
    rank: -names,
  }));
}

function namespaceLabelValues(asked: Asked): readonly Proposal[] {
  const key = asked.path.findLast((step) => typeof step === 'string') ?? '';
  const values = namespaceLabels(asked, (labels) => [labels.get(key) ?? []].flat().filter(isLabelValue));
  return values.map(([value, names]) => ({
    label: value,
    detail: () => withSource(count(names, 'namespace'), asked),
    kind: CompletionItemKind.Value,
    write: { value },
    rank: -names,
  }));
}

/** How many namespaces have each. */
function namespaceLabels(
  { snapshot }: Asked,
  textsOf: (labels: ReadonlyMap<string, string>) => readonly string[],
): readonly (readonly [string, number])[] {
  const numbers = new Map<string, number>();
  for (const { labels } of namespaceFacts(snapshot.universe.cluster).values()) {
    for (const text of textsOf(labels)) numbers.set(text, (numbers.get(text) ?? 0) + 1);
  }
  return [...numbers].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of pods in the namespaces that the end names, where it names any. */
function labelUses(
  asked: Asked,
  textsOf: (labels: ReadonlyMap<string, string>) => readonly string[],
): readonly (readonly [string, PodUse])[] {
  const { snapshot, object, path } = asked;
  const at = path.lastIndexOf('labels');
  const given = valueAt(object, [...path.slice(0, at), 'namespace']);
  const named = (Array.isArray(given) ? given : [given]).filter((name) => typeof name === 'string');
  const uses = new Map<string, PodUse>();
  for (const namespace of named.length > 0 ? named : namespacesMeant(snapshot)) {
    for (const group of podGroups(snapshot, namespace)) {
      for (const text of textsOf(group.labels.labels)) {
        let use = uses.get(text);
        if (use === undefined) uses.set(text, (use = new PodUse()));
        use.add(group, '');
      }
    }
  }
  return [...uses].sort(([a], [b]) => (a < b ? -1 : 1));
}
