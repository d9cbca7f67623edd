import { printable, qualifiedName } from '../../analysis/wording.ts';
import type { Ingress, IngressBackend } from '../../model/exposure.ts';
import type { Service, ServicePort } from '../../model/workload.ts';
import type { NeedLookup } from './lookup.ts';
import type { Need, NeedSource, NeedTarget, Sureness, WrittenPlace } from './need.ts';
import { controllersOf, type PlatformWorkload } from './platformPods.ts';

/** That ingress controllers reach the backends of Ingresses. */
export function ingressNeeds(
  ingress: Ingress,
  controllers: readonly PlatformWorkload[],
  lookup: Pick<NeedLookup, 'targetsOf'>,
  written?: WrittenPlace,
): readonly Need[] {
  const { namespace, name, backends } = ingress;
  const from = sources(ingress, controllers);
  const services = lookup.targetsOf(namespace);
  if (services === undefined) return [];
  return backends.flatMap((backend) => {
    const service = services.services.get(backend.service);
    const port = service && portOf(service, backend);
    const target = service && port && services.target(service, port.protocol, port.port);
    if (service === undefined || port === undefined || target === undefined) return [];
    return from.map(({ source, sureness, by }): Need => ({
      kind: 'ingress',
      sureness,
      from: source,
      to: [target],
      what: `Ingress ${name}`,
      ...onlyWorkload(target),
      service: { namespace, name: service.name, port: port.port },
      evidence: {
        what: `Ingress ${printable(qualifiedName(ingress))} sends traffic to Service ${printable(service.name)}, ${by}`,
        ...(written !== undefined && { written }),
      },
    }));
  });
}

/** That clients outside of the cluster reach what a Service opens to them. */
export function exposedNeeds(
  service: Service,
  lookup: Pick<NeedLookup, 'targetsOf'>,
  written?: WrittenPlace,
): readonly Need[] {
  const { namespace, name, type, ports } = service;
  if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
  return ports.flatMap(({ protocol, port }) => {
    const target = lookup.targetsOf(namespace)?.target(service, protocol, port);
    if (target === undefined) return [];
    return [
      {
        kind: 'service',
        sureness: type === 'LoadBalancer' ? 'likely' : 'possible',
        from: { kind: 'outside' },
        to: [target],
        what: `clients of Service ${name} outside of the cluster`,
        service: { namespace, name, port },
        evidence: {
          what: `Service ${printable(qualifiedName(service))} is of type ${type}`,
          ...(written !== undefined && { written }),
        },
      } satisfies Need,
    ];
  });
}

interface Source {
  readonly source: NeedSource;
  readonly sureness: Sureness;
  /** Goes on after the Ingress' part of the evidence. */
  readonly by: string;
}

function sources({ className }: Ingress, controllers: readonly PlatformWorkload[]): readonly Source[] {
  const found = controllersOf(className, controllers);
  if (found === 'cloud') {
    return [{ source: { kind: 'outside' }, sureness: 'likely', by: 'from a load balancer outside of the cluster' }];
  }
  const { among, named } = found;
  if (among.length === 0) {
    return [
      { source: { kind: 'unseenPods' }, sureness: 'possible', by: 'by a controller that is not among the known pods' },
    ];
  }
  const sureness = named ? 'certain' : among.length === 1 ? 'likely' : 'possible';
  return among.map(({ id }) => ({ source: { kind: 'workload', id }, sureness, by: `by ${printable(id)}` }));
}

function portOf({ ports }: Service, { port }: IngressBackend): ServicePort | undefined {
  return ports.find(
    (each) => each.protocol === 'TCP' && (typeof port === 'number' ? each.port === port : each.name === port),
  );
}

export function onlyWorkload(target: NeedTarget): Pick<Need, 'of'> | undefined {
  const [first, ...others] = target.kind === 'pods' ? target.workloads : [];
  return first === undefined || others.length > 0 ? undefined : { of: first };
}
