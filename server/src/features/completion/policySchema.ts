import type { JsonValue } from '../../model/manifest.ts';
import { parseCidr } from '../../engine/address.ts';
import { dnsLabelFaults, subdomainFaults } from '../../syntax/apiServer/names.ts';
import { cidrs, excepts, firstPart } from './addresses.ts';
import { namespaceNames, policyNames } from './namespaces.ts';
import { peers, rules } from './peers.ts';
import { policies } from './policySnippets.ts';
import { endPorts, portEntries, portValues } from './ports.ts';
import type { Asked } from './proposal.ts';
import { isLabelValue } from './selectable.ts';
import { LABEL_SELECTOR } from './selectorSchema.ts';
import { list, oneOf, scalar, struct, TEXT, type Field, type StructSchema } from './schema.ts';
import { mapOf, type Blank } from './template.ts';

/**
 * networking.k8s.io/v1 NetworkPolicy as people write it: what the API server alone writes (uid, managedFields, …) is
 * not offered. In the order in which fields usually stand.
 */

const HERE: Blank = { isText: true };
const ANYTHING: Blank = {};
const LABELS: Blank = { isMap: true };
const A_PROTOCOL: Blank = { given: 'TCP', choices: ['TCP', 'UDP', 'SCTP'], isText: true };

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
      write: A_PROTOCOL,
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
  write: [mapOf({ protocol: A_PROTOCOL, port: ANYTHING })],
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
      return mapOf({ policyTypes: [{ given, choices: ['Ingress', 'Egress'], isText: true }] });
    },
  },
  { name: 'ingress', schema: list(INGRESS_RULE), detail: 'what may come in', write: [mapOf({ from: [ANYTHING] })] },
  { name: 'egress', schema: list(EGRESS_RULE), detail: 'what may go out', write: [mapOf({ to: [ANYTHING] })] },
]);

function isNameOf(faults: (name: string) => readonly string[]): (value: JsonValue) => boolean {
  return (value) => typeof value === 'string' && faults(value).length === 0;
}

const METADATA = struct([
  { name: 'name', schema: scalar(policyNames, isNameOf(subdomainFaults)), detail: 'of the policy', write: HERE },
  {
    name: 'namespace',
    schema: scalar(namespaceNames, isNameOf(dnsLabelFaults)),
    detail: 'of the policy and the pods that it isolates',
    write: HERE,
  },
  {
    name: 'labels',
    schema: { kind: 'open', value: scalar(undefined, isLabelValue) },
    detail: 'of the policy itself',
    write: LABELS,
  },
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
