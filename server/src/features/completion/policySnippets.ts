import { CompletionItemKind } from 'vscode-languageserver-types';
import { platformPods } from './platformPods.ts';
import { dnsRule } from './dnsRule.ts';
import { peerWorkloads } from './peers.ts';
import { podsPeer } from './peerTemplates.ts';
import { portEntry } from './portEntry.ts';
import { portsOfGroup } from './ports.ts';
import { withSource } from './podUse.ts';
import type { Asked, Proposal } from './proposal.ts';
import { mapOf, type Template, type TemplateMap } from './template.ts';

/** Whole policies for what people need most, filled in with what this source shows; they say what they assume. */
export function policies(asked: Asked): readonly Proposal[] {
  const makers = [
    denyIngress,
    denyBoth,
    fromWorkload,
    fromNamespace,
    dns,
    apiServer,
    ingressController,
    scraping,
    toAddresses,
  ];
  return makers.map((make, index): Proposal => {
    const { label, detail, words, name, spec } = make(asked);
    return {
      label,
      detail,
      kind: CompletionItemKind.Snippet,
      words: `${label} ${words} networkpolicy apiVersion kind`,
      // Before the single fields: whoever begins a file wants a policy.
      rank: index - makers.length,
      write: { entries: policyTemplate(asked, name, spec) },
    };
  });
}

interface Snippet {
  readonly label: string;
  readonly detail: string;
  readonly words: string;
  readonly name: string;
  readonly spec: TemplateMap;
}

function policyTemplate({ policy }: Asked, name: string, spec: TemplateMap): TemplateMap {
  return mapOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: mapOf({
      name: { given: name, isText: true },
      namespace: { given: policy.namespace, isText: true },
    }),
    spec,
  });
}

const EVERY_POD = mapOf({});

function denyIngress(): Snippet {
  return {
    label: 'default-deny ingress',
    detail: 'nobody reaches any pod of the namespace',
    words: 'isolate all',
    name: 'default-deny-ingress',
    spec: mapOf({ podSelector: EVERY_POD, policyTypes: ['Ingress'] }),
  };
}

function denyBoth(asked: Asked): Snippet {
  const { rule, note } = dnsRule(asked);
  return {
    label: 'default-deny ingress and egress, with DNS',
    detail: `no pod of the namespace is reached or reaches anything but DNS · ${note}`,
    words: 'isolate all both',
    name: 'default-deny',
    spec: mapOf({ podSelector: EVERY_POD, policyTypes: ['Ingress', 'Egress'], egress: [rule] }),
  };
}

function fromWorkload(asked: Asked): Snippet {
  const own = peerWorkloads(asked).filter(({ group }) => group.workload.namespace === asked.policy.namespace);
  const [target, peer] = [own[0], own[1]];
  const ports = target === undefined ? [] : portsOfGroup(asked, target.group).slice(0, 1);
  return {
    label: 'allow from workload',
    detail:
      target === undefined
        ? 'one workload reaches another'
        : withSource(`such as ${peer?.name ?? 'frontend'} to ${target.name}`, asked),
    words: 'ingress pods app',
    name: `allow-to-${target?.name ?? 'web'}`,
    spec: mapOf({
      podSelector: mapOf({ matchLabels: blankLabels(target?.labels() ?? { app: 'web' }) }),
      policyTypes: ['Ingress'],
      ingress: [
        mapOf({
          from: [mapOf({ podSelector: mapOf({ matchLabels: blankLabels(peer?.labels() ?? { app: 'frontend' }) }) })],
          ports: ports.length > 0 ? ports.map(portEntry) : [mapOf({ protocol: 'TCP', port: { given: '8080' } })],
        }),
      ],
    }),
  };
}

function fromNamespace({ policy }: Asked): Snippet {
  return {
    label: 'allow from namespace',
    detail: 'every pod of another namespace reaches every pod of this one',
    words: 'ingress team',
    name: 'allow-from-namespace',
    spec: mapOf({
      podSelector: EVERY_POD,
      policyTypes: ['Ingress'],
      ingress: [
        mapOf({
          from: [
            mapOf({
              namespaceSelector: mapOf({
                matchLabels: mapOf({ 'kubernetes.io/metadata.name': { given: policy.namespace, isText: true } }),
              }),
            }),
          ],
        }),
      ],
    }),
  };
}

function dns(asked: Asked): Snippet {
  const { rule, note } = dnsRule(asked);
  return {
    label: 'allow DNS',
    detail: `every pod of the namespace resolves names · ${note}`,
    words: 'egress kube-dns coredns 53',
    name: 'allow-dns',
    spec: mapOf({ podSelector: EVERY_POD, policyTypes: ['Egress'], egress: [rule] }),
  };
}

function apiServer(asked: Asked): Snippet {
  const service = asked.snapshot.universe.parts.contents
    .get('default')
    ?.services.find(({ name }) => name === 'kubernetes');
  const addresses = (service?.clusterIPs ?? []).filter((ip) => ip !== 'None' && ip !== '');
  const cidrs = addresses.map((ip) => `${ip}/${ip.includes(':') ? 128 : 32}`);
  return {
    label: 'allow API server',
    detail:
      cidrs.length === 0
        ? 'assumes 10.96.0.1: neither the API server’s address nor its port is seen here'
        : withSource(
            `its Service ${addresses.join(' and ')}; plug-ins that look behind Services need its own addresses on 6443`,
            asked,
          ),
    words: 'egress kubernetes controller webhook 443 6443',
    name: 'allow-api-server',
    spec: mapOf({
      podSelector: EVERY_POD,
      policyTypes: ['Egress'],
      egress: [
        mapOf({
          to: (cidrs.length === 0 ? ['10.96.0.1/32'] : cidrs).map((cidr): Template =>
            mapOf({ ipBlock: mapOf({ cidr: { given: cidr, isText: true } }) }),
          ),
          ports: [mapOf({ protocol: 'TCP', port: 443 }), mapOf({ protocol: 'TCP', port: 6443 })],
        }),
      ],
    }),
  };
}

function ingressController(asked: Asked): Snippet {
  return fromPlatform(asked, 'ingressController', {
    label: 'allow from ingress controller',
    words: 'ingress nginx traefik gateway',
    name: 'allow-from-ingress-controller',
    assumed: { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } },
  });
}

function scraping(asked: Asked): Snippet {
  return fromPlatform(asked, 'prometheus', {
    label: 'allow Prometheus scraping',
    words: 'ingress metrics monitoring',
    name: 'allow-prometheus',
    assumed: { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } },
    port: 'metrics',
  });
}

function fromPlatform(
  asked: Asked,
  what: 'ingressController' | 'prometheus',
  given: {
    readonly label: string;
    readonly words: string;
    readonly name: string;
    readonly assumed: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
    readonly port?: string;
  },
): Snippet {
  const found = platformPods(asked, what);
  const { namespace, labels } = found ?? given.assumed;
  const rule = new Map<string, Template>([['from', [podsPeer(asked.policy.namespace, namespace, labels)]]]);
  if (given.port !== undefined)
    rule.set('ports', [mapOf({ protocol: 'TCP', port: { given: given.port, isText: true } })]);
  return {
    label: given.label,
    words: given.words,
    name: given.name,
    detail:
      found === undefined
        ? `assumes ${Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join()} in ${namespace}, which is not seen here`
        : withSource(`${found.name} in ${namespace}`, asked),
    spec: mapOf({ podSelector: EVERY_POD, policyTypes: ['Ingress'], ingress: [rule] }),
  };
}

function toAddresses(): Snippet {
  return {
    label: 'allow to CIDR',
    detail: 'every pod of the namespace reaches these addresses',
    words: 'egress ipBlock address outside internet',
    name: 'allow-to-addresses',
    spec: mapOf({
      podSelector: EVERY_POD,
      policyTypes: ['Egress'],
      egress: [
        mapOf({
          to: [mapOf({ ipBlock: mapOf({ cidr: { given: '203.0.113.0/24', isText: true } }) })],
          ports: [mapOf({ protocol: 'TCP', port: { given: '443' } })],
        }),
      ],
    }),
  };
}

function blankLabels(labels: Readonly<Record<string, string>>): TemplateMap {
  return new Map(Object.entries(labels));
}
