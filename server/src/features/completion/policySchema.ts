import type { JsonValue } from '../../model/manifest.ts';
import { parseCidr } from '../../engine/address.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import { cidrs, excepts, firstPart } from './addresses.ts';
import { everything, expressionKeys, expressionValues, labelKeys, labelValues, usualValues } from './labels.ts';
import { namespaceNames, policyNames } from './namespaces.ts';
import { peers, rules } from './peers.ts';
import { policies } from './policySnippets.ts';
import { endPorts, portEntries, portValues } from './ports.ts';
import type { Asked } from './proposal.ts';
import { valueAt } from './selectorPlace.ts';
import { list, oneOf, scalar, struct, TEXT, type Field, type StructSchema } from './schema.ts';
import { mapOf, type Blank, type Template, type TemplateMap } from './template.ts';

/**
 * networking.k8s.io/v1 NetworkPolicy as people write it: what the API server alone writes (uid, managedFields, …) is
 * not offered. In the order in which fields usually stand.
 */

const HERE: Blank = { isText: true };
const ANYTHING: Blank = {};
const LABELS: Blank = { isMap: true };

/** A condition on a label: whichever field is chosen, those that the server requires come with it. */
function conditionField(name: 'key' | 'operator' | 'values', schema: Field['schema'], detail: string): Field {
  return {
    name,
    schema,
    detail,
    fits: ({ siblings }) => name !== 'values' || !takesNone(siblings['operator']),
    write: (asked) => condition(name, asked),
  };
}

/** The chosen field, where the cursor is, and those that are missing. */
function condition(chosen: 'key' | 'operator' | 'values', asked: Asked): TemplateMap {
  const { siblings } = asked;
  const label = expressionKeys(asked).find(({ nothing }) => nothing !== true)?.label ?? 'app';
  const value = usualValues(asked, asString(siblings['key']) || label)[0]?.label ?? 'value';
  const all: readonly (readonly [name: string, value: Template])[] = [
    ['key', { given: label, isText: true }],
    ['operator', { given: 'In', choices: ['In', 'NotIn', 'Exists', 'DoesNotExist'], isText: true }],
    ...(takesNone(siblings['operator']) ? [] : [['values', [{ given: value, isText: true }]] as const]),
  ];
  const missing = all.filter(([name]) => name === chosen || !Object.hasOwn(siblings, name));
  return new Map(missing.toSorted(([a], [b]) => Number(b === chosen) - Number(a === chosen)));
}

function takesNone(operator: JsonValue | undefined): boolean {
  return operator === 'Exists' || operator === 'DoesNotExist';
}

/** The operators that ask for a label alone take no values. */
function hasNoValues({ object, path }: Asked): boolean {
  return asList(asMap(valueAt(object, path.slice(0, -1)))['values']).length === 0;
}

const CONDITION = struct([
  conditionField('key', scalar(expressionKeys), 'the label'),
  conditionField(
    'operator',
    oneOf([
      ['In', 'has one of the values'],
      ['NotIn', 'has none of the values, or lacks the label'],
      ['Exists', 'has the label', hasNoValues],
      ['DoesNotExist', 'lacks the label', hasNoValues],
    ]),
    'how it is compared',
  ),
  conditionField('values', list(scalar(expressionValues)), 'with what'),
]);

const LABEL_SELECTOR = struct(
  [
    {
      name: 'matchLabels',
      schema: { kind: 'open', keys: labelKeys, value: scalar(labelValues) },
      detail: 'labels with exactly these values',
      write: LABELS,
    },
    {
      name: 'matchExpressions',
      schema: list(CONDITION),
      detail: 'other conditions on labels',
      write: (asked) => mapOf({ matchExpressions: [condition('key', { ...asked, siblings: {} })] }),
    },
  ],
  everything,
);

const has =
  (name: string) =>
  ({ siblings }: Asked): boolean =>
    (siblings[name] ?? null) !== null;
const hasNot =
  (name: string) =>
  (asked: Asked): boolean =>
    !has(name)(asked);

function isCidr(value: JsonValue): boolean {
  return typeof value === 'string' && parseCidr(value) !== undefined;
}

const PEER = struct(
  [
    {
      name: 'podSelector',
      schema: LABEL_SELECTOR,
      detail: 'pods by their labels',
      write: mapOf({ matchLabels: LABELS }),
      fits: hasNot('ipBlock'),
    },
    {
      name: 'namespaceSelector',
      schema: LABEL_SELECTOR,
      detail: 'namespaces by their labels',
      write: mapOf({ matchLabels: mapOf({ 'kubernetes.io/metadata.name': HERE }) }),
      fits: hasNot('ipBlock'),
    },
    {
      name: 'podSelector',
      label: 'podSelector: {}',
      schema: LABEL_SELECTOR,
      detail: 'every pod',
      write: mapOf({}),
      fits: hasNot('ipBlock'),
    },
    {
      name: 'namespaceSelector',
      label: 'namespaceSelector: {}',
      schema: LABEL_SELECTOR,
      detail: 'every namespace',
      write: mapOf({}),
      fits: hasNot('ipBlock'),
    },
    {
      name: 'ipBlock',
      schema: struct([
        { name: 'cidr', schema: scalar(cidrs, isCidr), detail: 'addresses', write: HERE },
        {
          name: 'except',
          schema: list(scalar(excepts, isCidr)),
          detail: 'but not these of them',
          write: ({ siblings: { cidr } }) => {
            const part = typeof cidr === 'string' ? firstPart(cidr) : undefined;
            return mapOf({ except: part === undefined ? [] : [{ given: part, isText: true }] });
          },
        },
      ]),
      detail: 'addresses outside the cluster',
      write: mapOf({ cidr: HERE }),
      fits: (asked) => hasNot('podSelector')(asked) && hasNot('namespaceSelector')(asked),
    },
  ],
  peers,
);

const PROTOCOL = oneOf([
  ['TCP', 'also where none is written'],
  ['UDP', 'DNS, QUIC'],
  ['SCTP', 'where the network plug-in knows it'],
]);

const PORT = struct(
  [
    {
      name: 'protocol',
      schema: PROTOCOL,
      detail: 'TCP where it is left out',
      write: { given: 'TCP', choices: ['TCP', 'UDP', 'SCTP'] },
    },
    {
      name: 'port',
      schema: scalar(portValues, (value) => typeof value === 'string' || Number.isInteger(value)),
      detail: 'a number, or the name of a container port',
      write: ANYTHING,
    },
    {
      name: 'endPort',
      schema: scalar(endPorts, Number.isInteger),
      detail: 'the last port of a range',
      write: ANYTHING,
      fits: ({ siblings }) => typeof siblings['port'] === 'number',
    },
  ],
  portEntries,
);

const PORTS = list(PORT);
const PEERS = list(PEER);
const PORTS_FIELD: Field = {
  name: 'ports',
  schema: PORTS,
  detail: 'on these ports; left out: on every one',
  write: [mapOf({ protocol: { given: 'TCP', choices: ['TCP', 'UDP', 'SCTP'] }, port: ANYTHING })],
};

const INGRESS_RULE = struct(
  [
    { name: 'from', schema: PEERS, detail: 'from these peers; left out: from everywhere', write: [ANYTHING] },
    PORTS_FIELD,
  ],
  rules,
);
const EGRESS_RULE = struct(
  [{ name: 'to', schema: PEERS, detail: 'to these peers; left out: to everywhere', write: [ANYTHING] }, PORTS_FIELD],
  rules,
);

const SPEC = struct([
  {
    name: 'podSelector',
    schema: LABEL_SELECTOR,
    detail: 'the pods that the policy isolates',
    write: mapOf({ matchLabels: LABELS }),
  },
  {
    name: 'podSelector',
    label: 'podSelector: {}',
    schema: LABEL_SELECTOR,
    detail: 'every pod of the namespace',
    write: mapOf({}),
  },
  {
    name: 'policyTypes',
    schema: list(
      oneOf([
        ['Ingress', 'isolates what may come in'],
        ['Egress', 'isolates what may go out'],
      ]),
    ),
    detail: 'the directions that it isolates',
    write: ({ siblings }) => {
      const given = Object.hasOwn(siblings, 'egress') && !Object.hasOwn(siblings, 'ingress') ? 'Egress' : 'Ingress';
      return mapOf({ policyTypes: [{ given, choices: ['Ingress', 'Egress'] }] });
    },
  },
  { name: 'ingress', schema: list(INGRESS_RULE), detail: 'what may come in', write: [mapOf({ from: [ANYTHING] })] },
  { name: 'egress', schema: list(EGRESS_RULE), detail: 'what may go out', write: [mapOf({ to: [ANYTHING] })] },
]);

const METADATA = struct([
  { name: 'name', schema: scalar(policyNames), detail: 'of the policy', write: HERE },
  {
    name: 'namespace',
    schema: scalar(namespaceNames),
    detail: 'of the policy and the pods that it isolates',
    write: HERE,
  },
  { name: 'labels', schema: { kind: 'open', value: TEXT }, detail: 'of the policy itself', write: LABELS },
  { name: 'annotations', schema: { kind: 'open', value: TEXT }, detail: 'notes on the policy', write: LABELS },
  {
    name: 'generateName',
    schema: TEXT,
    detail: 'the beginning of a name that the server finishes',
    write: HERE,
    fits: hasNot('name'),
  },
]);

const API_VERSION = 'networking.k8s.io/v1';
const KIND = 'NetworkPolicy';

export const POLICY: StructSchema = struct(
  [
    {
      name: 'apiVersion',
      schema: oneOf([[API_VERSION, 'NetworkPolicy']]),
      detail: API_VERSION,
      write: ({ siblings }) =>
        mapOf({ apiVersion: API_VERSION, ...(Object.hasOwn(siblings, 'kind') ? {} : { kind: KIND }) }),
    },
    {
      name: 'kind',
      schema: oneOf([[KIND, API_VERSION]]),
      detail: KIND,
      write: ({ siblings }) =>
        mapOf({ kind: KIND, ...(Object.hasOwn(siblings, 'apiVersion') ? {} : { apiVersion: API_VERSION }) }),
    },
    { name: 'metadata', schema: METADATA, detail: 'name and namespace', write: mapOf({ name: HERE }) },
    {
      name: 'spec',
      schema: SPEC,
      detail: 'which pods, and what may pass',
      write: mapOf({ podSelector: mapOf({ matchLabels: LABELS }) }),
    },
  ],
  policies,
);
