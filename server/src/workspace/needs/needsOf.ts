import type { FieldPath } from '../../model/manifest.ts';
import type { ServiceReference } from '../../model/workload.ts';
import { effectiveObjects, type ObjectTable, type PlacedObject } from '../objectTable.ts';
import type { UniverseParts } from '../universe.ts';
import { accessNeeds, boundAccounts } from './accessNeeds.ts';
import { dnsNeeds, dnsTargets } from './dnsNeeds.ts';
import { environmentNeeds } from './environmentNeeds.ts';
import { exposedNeeds, ingressNeeds } from './ingressNeeds.ts';
import { NeedLookup, type DeclaringFile } from './lookup.ts';
import { annotatedNeeds, monitorNeeds, scrapedServiceNeeds } from './metricsNeeds.ts';
import type { Need, WrittenPlace } from './need.ts';
import { platformPods, type PlatformPods } from './platformPods.ts';
import { webhookNeeds } from './webhookNeeds.ts';

/** Where needs are found. */
export interface NeedInputs {
  /** Pods, Services, Ingresses: what is there. */
  readonly parts: UniverseParts;
  /** What people have written, also what is not part of the universe: variables are read from here alone. */
  readonly manifests: ObjectTable;
  readonly files: Iterable<DeclaringFile>;
  /** Services that the cluster's API server calls, as far as that is known. */
  readonly references?: readonly ServiceReference[] | undefined;
}

/**
 * Everything that something is known to need, in no particular order. What costs anything is kept for the documents and
 * namespaces that it was made from, so that after a keystroke only what changed is looked at again.
 */
export function needsOf({ parts, manifests, files, references = [] }: NeedInputs): readonly Need[] {
  const lookup = new NeedLookup(parts, files);
  const platform: PlatformPods[] = [];
  const needs: Need[] = [];
  const add = (found: readonly Need[]): void => {
    // One by one: a spread of ten thousand arguments would not fit on the stack.
    for (const need of found) needs.push(need);
  };
  const dns = dnsTargets(parts);
  for (const namespace of parts.contents.keys()) {
    const targets = lookup.targetsOf(namespace);
    if (targets === undefined) continue;
    platform.push(platformPods(targets.groups));
    add(dnsNeeds(targets, dns));
  }
  const controllers = platform.flatMap(({ ingressControllers }) => ingressControllers);
  const prometheus = platform.flatMap((pods) => pods.prometheus);
  const agents = platform.flatMap(({ konnectivity }) => konnectivity);
  for (const { ingresses, services } of parts.contents.values()) {
    for (const ingress of ingresses) {
      add(ingressNeeds(ingress, controllers, lookup, placeOf(manifests, 'Ingress', ingress, ['spec'])));
    }
    for (const service of services) {
      add(exposedNeeds(service, lookup, placeOf(manifests, 'Service', service, ['spec', 'type'])));
    }
  }
  for (const reference of references) add(webhookNeeds(reference, agents, lookup));
  for (const { value, uri, document, path } of lookup.all('references')) {
    if (!isReferred(references, value))
      add(webhookNeeds(value, agents, lookup, { uri, document, path: [...path, 'metadata', 'name'] }));
  }
  for (const found of lookup.all('scraped')) add(scrapedServiceNeeds(found, prometheus, lookup));
  for (const found of lookup.all('monitors')) add(monitorNeeds(found, prometheus, lookup));
  const accounts = boundAccounts(lookup);
  for (const placed of workloads(manifests)) {
    add(environmentNeeds(placed, lookup));
    add(annotatedNeeds(placed, prometheus, lookup));
    add(accessNeeds(placed, accounts, lookup));
  }
  return needs;
}

/** Where a manifest writes an object, of which the universe may have another one. */
function placeOf(
  { namespaces }: ObjectTable,
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  path: FieldPath,
): WrittenPlace | undefined {
  const origin = namespaces.get(namespace)?.get(`${kind}/${namespace}/${name}`)?.at(-1)?.origin;
  return (
    origin && {
      uri: origin.file.uri,
      document: origin.placed.document,
      path: [...origin.manifest.path, ...path],
    }
  );
}

function isReferred(references: readonly ServiceReference[], { by, namespace, name, port }: ServiceReference): boolean {
  return references.some(
    (each) => each.by === by && each.namespace === namespace && each.name === name && each.port === port,
  );
}

function* workloads(manifests: ObjectTable): Generator<PlacedObject> {
  for (const placed of effectiveObjects(manifests)) {
    if (placed.object.type === 'workload') yield placed;
  }
}
