import { ASSUMED_DNS, dnsServers } from '../../analysis/dnsServers.ts';
import { EMPTY_CONTENTS } from '../../workspace/clusterSource.ts';
import { podsPeer } from './peerTemplates.ts';
import { withSource } from './podUse.ts';
import { portEntry } from './portEntry.ts';
import type { Asked } from './proposal.ts';
import { mapOf, type TemplateMap } from './template.ts';

/** The rule for the DNS servers that this source shows; upstream's where it shows none. */
export function dnsRule(asked: Asked): { readonly rule: TemplateMap; readonly note: string } {
  const { snapshot, policy } = asked;
  const found = dnsServers({
    contentsOf: (namespace) => snapshot.universe.parts.contents.get(namespace) ?? EMPTY_CONTENTS,
  });
  const servers = found.length === 0 ? [ASSUMED_DNS] : found;
  const ports = new Map(servers.flatMap((each) => each.ports).map((port) => [`${port.port}/${port.protocol}`, port]));
  const rule = mapOf({
    to: servers.map(({ namespace, selector }) => podsPeer(policy.namespace, namespace, selector)),
    ports: [...ports.values()].map(portEntry),
  });
  const [first] = found;
  return {
    rule,
    note:
      first === undefined
        ? 'assumes kube-dns in kube-system, which is not seen here'
        : withSource(
            `${first.pods[0]?.workload.name ?? 'DNS'} in ${first.namespace} on ${[...ports.keys()].join(' and ')}`,
            asked,
          ),
  };
}
