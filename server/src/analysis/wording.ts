/**
 * The words that hover, lens, finding and command line share, so that they read as one product: numbers before
 * names, workloads before pods.
 */
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { Connections, PortRange } from '../model/verdict.ts';

/** The loudest thing that there is to say of a cluster; undefined where it is not so. */
export function notEnforced(plugins: NetworkPlugins | undefined): string | undefined {
  if (plugins?.enforces !== 'no') return undefined;
  return `Nothing in this cluster enforces NetworkPolicies: ${plugins.why}.`;
}

/** `1 pod`, `5 pods`, `1,806 pods`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

export function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** What a manifest may leave out, and a person reads all the same. */
export function shownName(name: string): string {
  return name === '' ? '(no name)' : name;
}

/** `shop/web`; the name alone where no namespace is given. */
export function qualifiedName({
  namespace = '',
  name,
}: {
  readonly namespace?: string;
  readonly name: string;
}): string {
  return namespace === '' ? shownName(name) : `${namespace}/${shownName(name)}`;
}

/** `web`, `web and api`, `web and 2 other workloads`. */
export function nameSome(names: readonly string[], what: string): string {
  const [first, second] = names.map(shownName);
  if (first === undefined) return `no ${what}`;
  if (second === undefined) return first;
  if (names.length === 2) return `${first} and ${second}`;
  return `${first} and ${names.length - 1} other ${what}s`;
}

/** The first names and how many more: `web, api, db and 4 more`. */
export function listSome(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** cli-contract's port list: `80,90-95`. */
export function portList(ranges: readonly PortRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** For people: `8080/TCP, 53/UDP`, `all TCP ports`, `all ports`. */
export function connectionsText(connections: Connections): string {
  if (connections.length === 0) return 'no port';
  const whole = (ranges: readonly PortRange[]): boolean =>
    ranges.length === 1 && ranges[0]?.from === 1 && ranges[0].to === 65535;
  if (connections.length === 3 && connections.every(({ ranges }) => whole(ranges))) return 'all ports';
  return connections
    .map(({ protocol, ranges }) => (whole(ranges) ? `all ${protocol} ports` : `${portList(ranges)}/${protocol}`))
    .join(', ');
}

/**
 * Text from manifests, clusters and logs is hostile: control characters could move a terminal's cursor or hide
 * text. They are shown as their escapes.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}
