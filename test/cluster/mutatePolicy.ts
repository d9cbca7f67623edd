/**
 * Fresh NetworkPolicies with faults in them: a random policy, changed in a few random places (shapes, types, values,
 * keys), written as YAML. The same seed gives the same texts.
 */

import type { Random } from '../support/random.ts';

/** YAML as a tree that may say what no value could: a key twice, a scalar as it is spelled. */
type Tree = Mapping | Listing | Scalar;
interface Mapping {
  readonly type: 'map';
  readonly entries: { key: string; value: Tree }[];
}
interface Listing {
  readonly type: 'list';
  readonly items: Tree[];
}
interface Scalar {
  readonly type: 'scalar';
  readonly text: string;
}

export function mutatedPolicy(random: Random): string {
  const root = policy(random);
  const mutations = random.pick([0, 1, 1, 1, 2, 2, 3]);
  for (let count = 0; count < mutations; count++) mutate(root, random);
  return `${print(root, 0, random).replace(/^\n/, '')}\n`;
}

const KEYS = ['app', 'tier', 'env', 'example.com/team', 'kubernetes.io/metadata.name'] as const;
const VALUES = ['web', 'db', '"1"', '""', 'prod', 'a_b.c', '"yes"'] as const;
const CIDRS = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '"::/0"',
  '192.168.1.7/32',
] as const;

function policy(random: Random): Mapping {
  const types = random.pick([undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
  const metadata: [string, Tree][] = [
    ['name', scalar(random.pick(['web', 'deny-all', 'a.b']))],
    ['namespace', scalar('default')],
  ];
  if (random.chance(0.3)) metadata.push(['labels', labels(random)]);
  if (random.chance(0.2)) metadata.push(['annotations', map([['example.com/note', scalar('"text"')]])]);
  const spec: [string, Tree][] = [['podSelector', selector(random)]];
  if (types !== undefined) spec.push(['policyTypes', list(types.map(scalar))]);
  if (random.chance(0.7)) spec.push(['ingress', list(some(random, 2, () => rule(random, 'from')))]);
  if (random.chance(0.5)) spec.push(['egress', list(some(random, 2, () => rule(random, 'to')))]);
  return map([
    ['apiVersion', scalar('networking.k8s.io/v1')],
    ['kind', scalar('NetworkPolicy')],
    ['metadata', map(metadata)],
    ['spec', map(spec)],
  ]);
}

function rule(random: Random, side: 'from' | 'to'): Mapping {
  const fields: [string, Tree][] = [];
  if (random.chance(0.8)) fields.push([side, list(some(random, 2, () => peer(random)))]);
  if (random.chance(0.6)) fields.push(['ports', list(some(random, 2, () => port(random)))]);
  return map(fields);
}

function peer(random: Random): Mapping {
  if (random.chance(0.35)) {
    const cidr = random.pick(CIDRS);
    const except = random.chance(0.5) ? [['except', list([scalar(random.pick(CIDRS))])] as [string, Tree]] : [];
    return map([['ipBlock', map([['cidr', scalar(cidr)], ...except])]]);
  }
  const fields: [string, Tree][] = [];
  if (random.chance(0.7)) fields.push(['podSelector', selector(random)]);
  if (fields.length === 0 || random.chance(0.4)) fields.push(['namespaceSelector', selector(random)]);
  return map(fields);
}

function port(random: Random): Mapping {
  const fields: [string, Tree][] = [];
  if (random.chance(0.6)) fields.push(['protocol', scalar(random.pick(['TCP', 'UDP', 'SCTP']))]);
  if (random.chance(0.8)) fields.push(['port', scalar(random.pick(['80', '443', '"http"', '8080']))]);
  if (random.chance(0.15)) fields.push(['endPort', scalar(random.pick(['90', '9000', '65535']))]);
  return map(fields);
}

function selector(random: Random): Mapping {
  const fields: [string, Tree][] = [];
  if (random.chance(0.6)) fields.push(['matchLabels', labels(random)]);
  if (random.chance(0.3)) fields.push(['matchExpressions', list(some(random, 2, () => requirement(random)))]);
  return map(fields);
}

function requirement(random: Random): Mapping {
  const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  const fields: [string, Tree][] = [
    ['key', scalar(random.pick(KEYS))],
    ['operator', scalar(operator)],
  ];
  if (operator.endsWith('In')) fields.push(['values', list(some(random, 3, () => scalar(random.pick(VALUES))))]);
  return map(fields);
}

function labels(random: Random): Mapping {
  return map(some(random, 2, () => [random.pick(KEYS), scalar(random.pick(VALUES))] as [string, Tree]));
}

function some<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: 1 + random.below(most) }, make);
}

/** Scalars as people and programs spell them, right and wrong. */
const ODD_SCALARS: readonly string[] = [
  ...words('yes no on OFF y N true True tRUE null ~ "" .nan .inf -.5 1e3 0 -1 010 0o17 0x50 0b1 1_000 80.0 80.5 65536'),
  ...words('99999999999 "80" \'80\' 12:30 2024-01-01 über "-" a--b -web web- HTTP averyveryverylongportname'),
  ...words('tcp ICMP ANY ingress Both in Gt exists 10.0.0.0 10.0.0.5/8 010.0.0.0/8 10.0.0.0/33 10.0.0.0/08 1.2.3/8'),
  ...words('::ffff:10.0.0.0/104 2001:DB8::/32 2001:db8::1/32 fe80::1%eth0/64 example.com 10.0.0.0-10.0.0.9'),
  '!!str 80',
  '!!int "80"',
  '"a b"',
  '"http "',
  '" 10.0.0.0/8"',
  'x'.repeat(64),
];

const ODD_KEYS: readonly string[] = [
  ...words('foo From FROM to from ports port except Spec a/b/c /x x/ -x _x UPPER.com/x "" 123 true matchLabels'),
  ...words('podSelector values endPort protocol ipBlock cidr "é" .x x. 1.5'),
  '"a b"',
  'x'.repeat(64),
  `${'x'.repeat(254)}/y`,
];

function words(text: string): readonly string[] {
  return text.split(' ');
}

function mutate(root: Mapping, random: Random): void {
  const places = collect(root);
  if (places.length === 0) return;
  const place = random.pick(places);
  const odd = (): Tree => scalar(random.pick(ODD_SCALARS));
  // A copy: a tree that is put into itself has no end.
  const other = (): Tree => structuredClone(random.pick(places).value);
  const mutations: readonly (() => void)[] = [
    () => place.set(odd()),
    () => place.set(odd()),
    () => place.set(odd()),
    () => place.set(random.pick([map([]), list([]), scalar(''), list([place.value]), map([['x', place.value]])])),
    () => place.set(other()),
    () => place.remove(),
    () => place.rename(random.pick(ODD_KEYS)),
    () => place.twice(random.chance(0.5) ? structuredClone(place.value) : odd()),
    () => {
      const { value } = random.pick(places);
      if (value.type === 'map')
        value.entries.push({ key: random.pick(ODD_KEYS), value: random.chance(0.5) ? odd() : other() });
    },
  ];
  random.pick(mutations)();
}

interface Place {
  readonly value: Tree;
  readonly set: (value: Tree) => void;
  readonly remove: () => void;
  readonly rename: (key: string) => void;
  readonly twice: (value: Tree) => void;
}

/** Every place below the root; its type and its namespace stay, because the request's address holds them. */
function collect(root: Mapping): Place[] {
  const places: Place[] = [];
  const visit = (tree: Tree, path: string): void => {
    if (tree.type === 'scalar') return;
    if (tree.type === 'list') {
      for (const [index, value] of tree.items.entries()) {
        places.push({
          value,
          set: (next) => (tree.items[index] = next),
          remove: () => tree.items.splice(index, 1),
          rename: () => tree.items.push(value),
          twice: (next) => tree.items.push(next),
        });
        visit(value, `${path}[]`);
      }
      return;
    }
    for (const entry of tree.entries) {
      const own = `${path}.${entry.key}`;
      if (!FIXED.has(own)) {
        places.push({
          value: entry.value,
          set: (next) => (entry.value = next),
          remove: () => tree.entries.splice(tree.entries.indexOf(entry), 1),
          rename: (key) => (entry.key = key),
          twice: (value) => tree.entries.push({ key: entry.key, value }),
        });
      }
      visit(entry.value, own);
    }
  };
  visit(root, '');
  return places;
}

const FIXED: ReadonlySet<string> = new Set(['.apiVersion', '.kind', '.metadata', '.metadata.namespace']);

function scalar(text: string): Scalar {
  return { type: 'scalar', text };
}

function map(entries: readonly [string, Tree][]): Mapping {
  return { type: 'map', entries: entries.map(([key, value]) => ({ key, value })) };
}

function list(items: readonly Tree[]): Listing {
  return { type: 'list', items: [...items] };
}

/** Block style with two spaces, here and there a flow collection. */
function print(tree: Tree, depth: number, random: Random): string {
  const indent = '  '.repeat(depth);
  if (tree.type === 'scalar') return tree.text === '' ? '' : ` ${tree.text}`;
  if (tree.type === 'map') {
    if (tree.entries.length === 0) return ' {}';
    if (depth > 2 && random.chance(0.1)) return ` ${flow(tree)}`;
    return tree.entries.map(({ key, value }) => `\n${indent}${key}:${print(value, depth + 1, random)}`).join('');
  }
  if (tree.items.length === 0) return ' []';
  if (random.chance(0.15)) return ` ${flow(tree)}`;
  return tree.items.map((item) => `\n${indent}-${print(item, depth + 1, random).replace(/^\n +/, ' ')}`).join('');
}

function flow(tree: Tree): string {
  switch (tree.type) {
    case 'scalar':
      return tree.text === '' ? 'null' : tree.text;
    case 'list':
      return `[${tree.items.map((item) => flow(item)).join(', ')}]`;
    case 'map':
      return `{${tree.entries.map(({ key, value }) => `${key}: ${flow(value)}`).join(', ')}}`;
  }
}
