import type { Labels } from '../../model/labels.ts';
import type { PodGroup } from './serviceTargets.ts';

/** Parts of the platform that are known by their labels. */
export interface PlatformPods {
  readonly ingressControllers: readonly PlatformWorkload[];
  readonly prometheus: readonly PlatformWorkload[];
  /** Through which the API server of a managed control plane reaches pods. */
  readonly konnectivity: readonly PlatformWorkload[];
}

export interface PlatformWorkload {
  readonly id: string;
  /** The name by which it is known: `ingress-nginx`. */
  readonly product: string;
}

const known = new WeakMap<readonly PodGroup[], PlatformPods>();

/** Those of one namespace. */
export function platformPods(groups: readonly PodGroup[]): PlatformPods {
  let found = known.get(groups);
  if (found === undefined) {
    const all = new Map(groups.map((group) => [group.id, group]));
    const some = (productOf: (labels: Labels) => string | undefined): readonly PlatformWorkload[] =>
      [...all.values()].flatMap(({ id, labels }) => {
        const product = productOf(labels);
        return product === undefined ? [] : [{ id, product }];
      });
    found = {
      ingressControllers: some(controllerName),
      prometheus: some(prometheusName),
      konnectivity: some(agentName),
    };
    known.set(groups, found);
  }
  return found;
}

const NAME_KEYS = ['app.kubernetes.io/name', 'app', 'k8s-app'];
const COMPONENT_KEYS = ['app.kubernetes.io/component', 'component'];

function nameAmong(labels: Labels, names: ReadonlySet<string>): string | undefined {
  return NAME_KEYS.map((key) => labelOf(labels, key)).find((name) => name !== undefined && names.has(name));
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function controllerName(labels: Labels): string | undefined {
  if (Object.hasOwn(labels, OPENSHIFT_ROUTER)) return 'openshift-router';
  const name = nameAmong(labels, CONTROLLERS);
  if (name === undefined) return undefined;
  // Its default backend, its webhook and Contour's control plane carry the name, and no traffic of Ingresses.
  const component = COMPONENT_KEYS.map((key) => labelOf(labels, key)).find((value) => value !== undefined);
  if (name === 'contour' || name === 'envoy') return component === 'envoy' || name === 'envoy' ? 'contour' : undefined;
  return component === undefined || CARRYING.has(component) ? name : undefined;
}

const OPENSHIFT_ROUTER = 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller';
const CONTROLLERS: ReadonlySet<string> = new Set([
  'ingress-nginx',
  'nginx-ingress',
  'nginx-ingress-controller',
  'traefik',
  'haproxy-ingress',
  'kubernetes-ingress',
  'contour',
  'kong',
  'ingress-kong',
  'istio-ingressgateway',
]);
const CARRYING: ReadonlySet<string> = new Set(['controller', 'ingress-controller', 'app', 'proxy', 'gateway']);

function prometheusName(labels: Labels): string | undefined {
  const name = nameAmong(labels, SCRAPERS);
  if (name === undefined) return undefined;
  // Charts of Prometheus name their other parts by it, too.
  const component = COMPONENT_KEYS.map((key) => labelOf(labels, key)).find((value) => value !== undefined);
  return component === undefined || /^(?:server|prometheus|agent|monitor)/.test(component) ? name : undefined;
}

const SCRAPERS: ReadonlySet<string> = new Set([
  'prometheus',
  'prometheus-server',
  'kube-prometheus',
  'vmagent',
  'grafana-agent',
  'alloy',
]);

function agentName(labels: Labels): string | undefined {
  return nameAmong(labels, new Set(['konnectivity-agent']));
}

/**
 * The controllers that an Ingress' class may mean: those whose product its name mentions, else all of them. `cloud`: a load
 * balancer outside of the cluster.
 */
export function controllersOf(
  className: string | undefined,
  controllers: readonly PlatformWorkload[],
): { readonly among: readonly PlatformWorkload[]; readonly named: boolean } | 'cloud' {
  const words = (className ?? '').toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => CLOUDS.has(word))) return 'cloud';
  const named = controllers.filter(({ product }) =>
    product.split('-').some((word) => word !== 'ingress' && word !== 'controller' && words.includes(word)),
  );
  return named.length > 0 ? { among: named, named: true } : { among: controllers, named: false };
}

const CLOUDS: ReadonlySet<string> = new Set(['alb', 'gce', 'azure', 'azureapplicationgateway', 'gke']);
