import { decodeForeignPolicy, decodeMeshPolicy, MESH_GROUPS, POLICY_GROUPS } from '../syntax/objects/foreignPolicy.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { JsonValue } from '../model/manifest.ts';
import type { Transport } from './apiTransport.ts';
import { requestJson } from './apiTransport.ts';
import type { Resource } from './resource.ts';

const IDLE_MS = 30_000;

/** The policy kinds of other APIs and of meshes that the server serves, each in one version. Throws ApiError. */
export async function discoverPolicies(transport: Transport, signal: AbortSignal): Promise<readonly Resource[]> {
  const get = async (path: string): Promise<JsonValue> =>
    (await requestJson(transport, { path, idleMs: () => IDLE_MS, signal })) as JsonValue;
  const found = new Map<string, Resource>();
  for (const item of asList(asMap(await get('/apis'))['groups'])) {
    const group = asString(asMap(item)['name']);
    if (!POLICY_GROUPS.includes(group) && !MESH_GROUPS.includes(group)) continue;
    for (const version of servedVersions(item)) {
      // A kind may be served in one version only (AdminNetworkPolicy beside ClusterNetworkPolicy).
      for (const resource of policyResources(await get(`/apis/${group}/${version}`), group, version)) {
        const key = `${resource.kind}.${group}`;
        if (!found.has(key)) found.set(key, resource);
      }
    }
  }
  return [...found.values()];
}

/** The preferred version first. */
function servedVersions(group: JsonValue): readonly string[] {
  const { preferredVersion, versions } = asMap(group);
  const names = [asMap(preferredVersion), ...asList(versions).map((entry) => asMap(entry))].map((entry) =>
    asString(entry['version']),
  );
  return [...new Set(names)].filter((name) => name !== '');
}

function policyResources(list: JsonValue, group: string, version: string): readonly Resource[] {
  const resources: Resource[] = [];
  for (const item of asList(asMap(list)['resources'])) {
    const { name, kind, namespaced, verbs } = asMap(item);
    const plural = asString(name);
    if (plural === '' || plural.includes('/') || !asList(verbs).includes('list')) continue;
    const identity = { apiVersion: `${group}/${version}`, group, kind: asString(kind), name: '', namespace: '' };
    if (decodeForeignPolicy(identity) === undefined && decodeMeshPolicy(identity) === undefined) continue;
    const scope = namespaced === true;
    resources.push({ group, version, plural, kind: identity.kind, namespaced: scope, metadataOnly: true });
  }
  return resources;
}
