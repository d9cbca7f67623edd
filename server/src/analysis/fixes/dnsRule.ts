import type { JsonValue } from '../../model/manifest.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import type { CheckContext, WrittenPolicy } from '../check.ts';
import { ASSUMED_DNS, dnsPeer, dnsPortEntries, dnsServers } from '../dnsServers.ts';
import type { Fix } from '../finding.ts';
import { fieldPath, type DocumentStep } from '../fixEdits.ts';
import type { PodFacts } from '../podFacts.ts';
import { listSome } from '../wording.ts';
import { coveringPolicies, editsOf } from './coveringPolicies.ts';

/** An egress rule that lets pods resolve names. */
export interface DnsRule {
  readonly rule: JsonValue;
  /** What the rule takes for granted because no DNS server was seen; a clause. */
  readonly assumes?: string;
}

/**
 * The rule for the DNS servers of the universe: their namespace, the labels by which they are known, the ports that the
 * pods themselves listen on. Where none is seen, upstream's kube-dns, which NodeLocal DNSCache and the resolvers of some
 * clouds are not.
 */
export function dnsRule(context: Pick<CheckContext, 'contentsOf'>): DnsRule {
  const servers = dnsServers(context);
  if (servers.length === 0) {
    return {
      rule: { to: [dnsPeer('', ASSUMED_DNS)], ports: dnsPortEntries(ASSUMED_DNS) },
      assumes: 'assumes kube-dns in kube-system, which is not seen here',
    };
  }
  const ports = new Map(servers.flatMap((each) => each.ports).map((entry) => [JSON.stringify(entry), { ...entry }]));
  return { rule: { to: servers.map((each) => dnsPeer('', each)), ports: [...ports.values()] } };
}

/** Lets pods that are isolated for egress resolve names, by a rule in those policies of the file that isolate them. */
export function dnsFixes(
  context: CheckContext,
  policies: readonly WrittenPolicy[],
  cut: readonly PodFacts[],
): readonly Fix[] {
  const covering = coveringPolicies(policies, cut, ['egress']);
  if (covering === undefined) return [];
  const { rule, assumes } = dnsRule(context);
  const edits = editsOf(covering, (policy) => [addEgressRule(policy, rule)]);
  if (edits === undefined) return [];
  const names = listSome(
    covering.map(({ policy }) => policy.name),
    2,
  );
  const title = `Add a rule for DNS to ${names}${assumes === undefined ? '' : ` (${assumes})`}`;
  return [{ title, ...(assumes === undefined ? { preferred: true as const } : {}), edits }];
}

export function addEgressRule(policy: WrittenPolicy, rule: JsonValue): DocumentStep {
  return (document) => appendItem(document, fieldPath(policy, ['spec', 'egress']), rule);
}
