import { stateOf } from '../../engine/compiledCluster.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import { isClosedToAddresses } from '../../engine/outsideReach.ts';
import type { Service, ServiceReference } from '../../model/workload.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { wholePolicies } from '../policyRules.ts';
import { hasLabels, targetNumber } from '../serviceIndex.ts';
import { listSome } from '../wording.ts';

export const apiServerLeftOut: Check = {
  code: 'api-server-left-out',
  severity: 'warning',
  title: 'The API server calls a Service of isolated pods, and no rule lets any address in',
  docs: `Admission webhooks and aggregated APIs are called by the API server, which is no pod: it comes from an address of the control plane. Only a rule without peers, or with an \`ipBlock\`, lets it in; a rule that names pods does not. Where it is kept out, every request that the webhook is for fails or waits for its time limit, in the whole cluster.

\`\`\`yaml
metadata: { name: default-deny, namespace: cert-manager }    # the webhook of cert-manager lives here
spec:
  podSelector: {}
  policyTypes: [Ingress]                                     # and nobody may call it
\`\`\`

What to do: let the control plane's addresses in on the port of the container (often 9443 or 10250, not the Service's 443); where they are not known, open that port to everybody.

\`\`\`yaml
ingress:
- ports: [{ port: 10250 }]
\`\`\`

It speaks of what webhook configurations and APIServices of the cluster refer to, where no address at all can reach a pod behind the Service on that port. It is silent for pods on the host's network, and where Services, pods or policies are not completely known. An API server on the pod's own node is always let in, which this check does not take into account.`,
  *run(context) {
    if (context.references === undefined || context.references.length === 0) return;
    const all = Map.groupBy(context.references, ({ namespace }) => namespace);
    const said = new Set<ServiceReference>();
    for (const written of wholePolicies(context)) {
      const own = (all.get(written.policy.namespace) ?? []).filter((each) => !said.has(each));
      const result = finding(context, written, own);
      if (result === undefined) continue;
      for (const reference of result.closed) said.add(reference);
      yield result.result;
    }
  },
};

/** @param own references into the policy's namespace of which nothing has been said yet */
function finding(
  context: CheckContext,
  written: WrittenPolicy,
  own: readonly ServiceReference[],
): { readonly result: CheckResult; readonly closed: readonly ServiceReference[] } | undefined {
  const { policy } = written;
  const { namespace } = policy;
  if (own.length === 0 || !isolates(policy, 'ingress')) return undefined;
  const { podsKnown, policiesKnown } = context.knowledge;
  if (!podsKnown(namespace) || !policiesKnown(namespace, 'ingress')) return undefined;
  const closed = own.filter((reference) => isClosed(context, written, reference));
  if (closed.length === 0) return undefined;
  const services = listSome([...new Set(closed.map(({ name }) => `\`${name}\``))], 3);
  const by = listSome([...new Set(closed.map((reference) => reference.by))], 3);
  const result: CheckResult = {
    policy: written,
    path: ['spec', (policy.policyTypes ?? []).length === 0 ? 'podSelector' : 'policyTypes'],
    part: 'key',
    message: `The API server cannot call Service ${services}, to which ${by} ${closed.length === 1 ? 'refers' : 'refer'}: no rule lets any address in`,
  };
  return { result, closed };
}

/** Whether pods behind the Service are among the policy's targets, and no address reaches any of them. */
function isClosed(context: CheckContext, { policy }: WrittenPolicy, reference: ServiceReference): boolean {
  const service = context.contentsOf(policy.namespace).services.find(({ name }) => name === reference.name);
  const compiled = context.intended.policies.get(policyKey(policy));
  const selector = service?.selector;
  if (service === undefined || selector === undefined || compiled === undefined) return false;
  const cluster = context.intended;
  cluster.facts.peers.update(compiled.targets);
  let closed = false;
  for (const id of compiled.targets.yes.ids) {
    if (stateOf(cluster, id) === undefined) continue;
    for (const { pods } of cluster.pods.membersOf(id)) {
      const behind = pods.find(({ labels }) => hasLabels(labels, selector));
      const port = behind && portOf(service, reference, behind.ports);
      if (port === undefined) continue;
      if (!isClosedToAddresses(cluster, id, 'TCP', port)) return false;
      closed = true;
    }
  }
  return closed;
}

function portOf(
  { ports }: Service,
  reference: ServiceReference,
  containerPorts: Parameters<typeof targetNumber>[1],
): number | undefined {
  const port = ports.find((each) => each.port === reference.port && each.protocol === 'TCP');
  return port && targetNumber(port, containerPorts);
}
