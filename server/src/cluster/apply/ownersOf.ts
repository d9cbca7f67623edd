import { asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Owner } from '../../workspace/apply/clusterApply.ts';
import { plainText } from '../plainText.ts';
import { managersOf } from './fieldManagers.ts';

/**
 * Programs that keep an object as their own source says. Argo CD marks what it tracks by an annotation that names the
 * object (so that a copied one proves nothing), or by a label together with its controller among the field managers
 * (argo-cd.readthedocs.io, Resource Tracking); Flux by the labels of its kustomize and helm controllers; Helm by its
 * label and the annotations of a release. `app.kubernetes.io/instance` alone is on every second object and no sign.
 */
export function ownersOf(object: JsonMap): readonly Owner[] {
  const metadata = asMap(object['metadata']);
  const labels = (key: string): string => textOf(asMap(metadata['labels']), key);
  const annotations = (key: string): string => textOf(asMap(metadata['annotations']), key);
  const writers = managersOf(object);
  return [
    argoOwner(object, labels, annotations, writers),
    fluxOwner('Kustomization', 'kustomize.toolkit.fluxcd.io', labels, annotations),
    fluxOwner('HelmRelease', 'helm.toolkit.fluxcd.io', labels, annotations),
    helmOwner(labels, annotations),
  ].filter((owner) => owner !== undefined);
}

type Read = (key: string) => string;

const TRACKING = 'argocd.argoproj.io/tracking-id';
const ARGO_LABEL = 'argocd.argoproj.io/instance';
const COMMON_LABEL = 'app.kubernetes.io/instance';
const ARGO_CONTROLLER = /^(?:.*-)?argocd-(?:.*-)?controller$/;

function argoOwner(object: JsonMap, labels: Read, annotations: Read, writers: readonly string[]): Owner | undefined {
  const owner = (name: string, namespace: string, evidence: string): Owner => ({
    by: 'Argo CD',
    holder: { kind: 'Application', name, namespace },
    evidence,
  });
  const tracked = trackedBy(annotations(TRACKING), object);
  if (tracked !== undefined) return owner(tracked.name, tracked.namespace, `annotation ${TRACKING}`);
  const controller = writers.find((name) => ARGO_CONTROLLER.test(name));
  const label = [ARGO_LABEL, COMMON_LABEL].find((key) => labels(key) !== '');
  if (controller === undefined) {
    return label === ARGO_LABEL ? owner(labels(label), '', `label ${ARGO_LABEL}`) : undefined;
  }
  return label === undefined
    ? owner('', '', `field manager ${controller}`)
    : owner(labels(label), '', `label ${label} and field manager ${controller}`);
}

/** `app:group/kind:namespace/name`, the app with its namespace before it and `_` where that is not Argo CD's own. */
function trackedBy(id: string, object: JsonMap): { readonly name: string; readonly namespace: string } | undefined {
  const [, app = '', group, kind, namespace, name] = /^([^:]+):([^/:]*)\/([^:]+):([^/]*)\/(.+)$/.exec(id) ?? [];
  const metadata = asMap(object['metadata']);
  const apiVersion = asString(object['apiVersion']);
  const ownGroup = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isThis =
    app !== '' &&
    group === ownGroup &&
    kind === asString(object['kind']) &&
    name === asString(metadata['name']) &&
    namespace === asString(metadata['namespace']);
  if (!isThis) return undefined;
  const cut = app.indexOf('_');
  return cut < 0 ? { name: app, namespace: '' } : { name: app.slice(cut + 1), namespace: app.slice(0, cut) };
}

function fluxOwner(kind: string, group: string, labels: Read, annotations: Read): Owner | undefined {
  const name = labels(`${group}/name`);
  if (name === '' || annotations(`${group}/reconcile`) === 'disabled') return undefined;
  return {
    by: 'Flux',
    holder: { kind, name, namespace: labels(`${group}/namespace`) },
    evidence: `label ${group}/name`,
  };
}

function helmOwner(labels: Read, annotations: Read): Owner | undefined {
  const name = annotations('meta.helm.sh/release-name');
  if (labels('app.kubernetes.io/managed-by') !== 'Helm' || name === '') return undefined;
  return {
    by: 'Helm',
    holder: { kind: 'release', name, namespace: annotations('meta.helm.sh/release-namespace') },
    evidence: 'annotation meta.helm.sh/release-name',
  };
}

function textOf(map: JsonMap, key: string): string {
  return Object.hasOwn(map, key) ? plainText(asString(map[key])) : '';
}
