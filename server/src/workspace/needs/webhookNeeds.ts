import { printable, qualifiedName } from '../../analysis/wording.ts';
import type { ServiceReference } from '../../model/workload.ts';
import type { NeedLookup } from './lookup.ts';
import type { Need, NeedSource, WrittenPlace } from './need.ts';
import type { PlatformWorkload } from './platformPods.ts';

/**
 * That the API server reaches a Service that it calls. It comes from an address of the control plane, which nobody here
 * knows; with a managed control plane it comes through agents that run as pods.
 */
export function webhookNeeds(
  reference: ServiceReference,
  agents: readonly PlatformWorkload[],
  { targetsOf }: Pick<NeedLookup, 'targetsOf'>,
  written?: WrittenPlace,
): readonly Need[] {
  const { by, namespace, name, port } = reference;
  const targets = targetsOf(namespace);
  const service = targets?.services.get(name);
  const target = targets && service && targets.target(service, 'TCP', port);
  if (target === undefined) return [];
  const from: readonly NeedSource[] =
    agents.length === 0 ? [{ kind: 'outside' }] : agents.map(({ id }) => ({ kind: 'workload', id }));
  return from.map((source) => ({
    kind: 'webhook',
    sureness: agents.length === 0 ? 'certain' : 'likely',
    from: source,
    to: [target],
    what: `calls of the API server for ${by}`,
    service: { namespace, name, port },
    evidence: {
      what: `${printable(by)} refers to Service ${printable(qualifiedName(reference))}`,
      ...(written !== undefined && { written }),
    },
  }));
}
