import type { Labels } from '../model/labels.ts';
import type { JsonValue } from '../model/manifest.ts';
import type { PolicyPort, Protocol } from '../model/networkPolicy.ts';
import type { Pod, Service } from '../model/workload.ts';
import type { CheckContext, NamespaceView } from './check.ts';
import { peerOfPods } from './peerOfPods.ts';
import { hasLabels, targetNumber } from './serviceIndex.ts';

/** Where cluster DNS lives: upstream's namespace and OpenShift's. */
export const DNS_NAMESPACES: readonly string[] = ['kube-system', 'openshift-dns'];
/** CoreDNS answers on 53, or on an unprivileged port behind its Service (OpenShift 5353, others 8053). */
export const DNS_PORTS: readonly number[] = [53, 5353, 8053];
/** Where NodeLocal DNSCache answers on every node, unless it is told otherwise. */
export const NODE_LOCAL_ADDRESS = '169.254.20.10';

/** The cluster's DNS servers, as a policy has to name them. */
export interface DnsServers {
  readonly namespace: string;
  readonly selector: Labels;
  /** What the pods listen on, behind their Service. UDP first. */
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  readonly pods: readonly Pod[];
}

/** Upstream's, where no DNS pod is known. */
export const ASSUMED_DNS: DnsServers = {
  namespace: 'kube-system',
  selector: { 'k8s-app': 'kube-dns' },
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
  pods: [],
};

const known = new WeakMap<NamespaceView, DnsServers | 'none'>();

/** The DNS servers among the pods of the universe; none where it has no such pods. */
export function dnsServers({ contentsOf }: Pick<CheckContext, 'contentsOf'>): readonly DnsServers[] {
  return DNS_NAMESPACES.flatMap((namespace) => {
    const view = contentsOf(namespace);
    let servers = known.get(view);
    if (servers === undefined) known.set(view, (servers = serversIn(namespace, view) ?? 'none'));
    return servers === 'none' ? [] : [servers];
  });
}

/** The pods of NodeLocal DNSCache: they are on their nodes' network, so that no selector means what they answer on. */
export function hasNodeLocalDns({ contentsOf }: Pick<CheckContext, 'contentsOf'>): boolean {
  return contentsOf('kube-system').pods.some(
    ({ labels, hostNetwork }) => hostNetwork && labels['k8s-app'] === 'node-local-dns',
  );
}

/** `coredns in kube-system`. */
export function dnsServersText({ namespace, pods }: DnsServers): string {
  return `${pods[0]?.workload.name ?? 'kube-dns'} in \`${namespace}\``;
}

/** `53/UDP and 53/TCP`. */
export function dnsPortsText({ ports }: DnsServers): string {
  return ports.map(({ protocol, port }) => `${port}/${protocol}`).join(' and ');
}

/** The peer by which a policy of a namespace means the servers; `''`: of any namespace. */
export function dnsPeer(namespace: string, servers: DnsServers): JsonValue {
  return peerOfPods(namespace, servers.namespace, servers.selector);
}

export function dnsPortEntries({ ports }: DnsServers): JsonValue[] {
  return ports.map(({ protocol, port }) => ({ protocol, port }));
}

/** Whether a rule's ports say that it is for DNS and nothing else. */
export function isForDns(ports: readonly PolicyPort[] = []): boolean {
  return (
    ports.length > 0 &&
    ports.every(
      ({ port, endPort, incomplete }) =>
        incomplete !== true && endPort === undefined && typeof port === 'number' && DNS_PORTS.includes(port),
    )
  );
}

function serversIn(namespace: string, { services, pods }: NamespaceView): DnsServers | undefined {
  const service = services.find(isDnsService);
  const selector = service?.selector;
  const own = pods.filter(({ labels, hostNetwork }) => {
    return !hostNetwork && (selector === undefined ? dnsLabel(labels) !== undefined : hasLabels(labels, selector));
  });
  const [first] = own;
  if (first === undefined) return undefined;
  const labels = selector ?? dnsLabel(first.labels) ?? {};
  return { namespace, selector: labels, ports: portsOf(service, first), pods: own };
}

function isDnsService({ name, labels = {}, selector, ports }: Service): boolean {
  if (selector === undefined || !ports.some(({ port }) => port === 53)) return false;
  return ['kube-dns', 'coredns', 'dns-default'].includes(name) || labels['k8s-app'] === 'kube-dns';
}

/** The label by which DNS pods are known where no Service says it. */
function dnsLabel(labels: Labels): Labels | undefined {
  const given: readonly (readonly [key: string, value: string])[] = [
    ['k8s-app', 'kube-dns'],
    ['k8s-app', 'coredns'],
    ['app.kubernetes.io/name', 'coredns'],
    ['dns.operator.openshift.io/daemonset-dns', 'default'],
  ];
  const found = given.find(([key, value]) => labels[key] === value);
  return found && Object.fromEntries([found]);
}

function portsOf(service: Service | undefined, pod: Pod): DnsServers['ports'] {
  const ports = (['UDP', 'TCP'] as const).flatMap((protocol) => {
    const own = service?.ports.find((port) => port.port === 53 && port.protocol === protocol);
    const port = own === undefined ? declaredPort(pod, protocol) : targetNumber(own, pod.ports);
    return port === undefined ? [] : [{ protocol, port }];
  });
  return ports.length === 0 ? ASSUMED_DNS.ports : ports;
}

function declaredPort({ ports }: Pod, protocol: Protocol): number | undefined {
  const own = ports.filter((port) => port.protocol === protocol);
  return (
    own.find(({ name }) => name === 'dns' || name === 'dns-tcp')?.port ?? own.find(({ port }) => port === 53)?.port
  );
}
