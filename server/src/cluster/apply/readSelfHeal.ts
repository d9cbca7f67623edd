import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Owner, SelfHeal } from '../../workspace/apply/clusterApply.ts';
import { ApiError } from '../apiFault.ts';
import type { Transport } from '../apiTransport.ts';
import { requestJson } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { lostRequest } from './askApi.ts';

const IDLE_MS = 10_000;

/** Whether an owner puts an object back by itself, where its own object may be read. Never rejects. */
export async function readSelfHeal(transport: Transport, owner: Owner, signal: AbortSignal): Promise<SelfHeal> {
  const read = async (path: string, query?: Readonly<Record<string, string>>): Promise<JsonMap> =>
    asMap(
      (await requestJson(transport, {
        path,
        ...(query !== undefined && { query }),
        idleMs: () => IDLE_MS,
        signal,
      })) as JsonValue,
    );
  try {
    switch (owner.holder.kind) {
      case 'Application':
        return await argo(read, owner);
      case 'Kustomization':
        return kustomization(await read(fluxPath('kustomize.toolkit.fluxcd.io/v1', 'kustomizations', owner)));
      case 'HelmRelease':
        return helmRelease(await read(fluxPath('helm.toolkit.fluxcd.io/v2', 'helmreleases', owner)));
      default:
        return { state: 'off', how: 'Helm writes it again at the next upgrade or rollback of the release.' };
    }
  } catch (error) {
    const { fault } = lostRequest(error);
    const name = `${owner.holder.kind} ${owner.holder.name}`;
    const known = { forbidden: `${name} may not be read.`, notServed: `${name} was not found.` } as const;
    const why = fault.kind === 'forbidden' || fault.kind === 'notServed' ? known[fault.kind] : undefined;
    return { state: 'unknown', why: why ?? `${name} could not be read: ${fault.why}` };
  }
}

type Read = (path: string, query?: Readonly<Record<string, string>>) => Promise<JsonMap>;

const ARGO_API = '/apis/argoproj.io/v1alpha1';

async function argo(read: Read, { holder: { name, namespace } }: Owner): Promise<SelfHeal> {
  if (name === '') return { state: 'unknown', why: 'Which Application it belongs to is not known.' };
  const found = await application(read, name, namespace);
  if (found === undefined) return { state: 'unknown', why: `Application ${name} was not found.` };
  const { automated } = asMap(asMap(found['spec'])['syncPolicy']);
  if (!isJsonMap(automated) || automated['enabled'] === false) {
    return { state: 'off', how: 'Argo CD syncs it when somebody asks for it.' };
  }
  return automated['selfHeal'] === true
    ? { state: 'on', how: 'Argo CD puts it back within seconds (self-heal is on).' }
    : { state: 'off', how: 'Argo CD writes it again at the next commit (self-heal is off).' };
}

/** Where Argo CD lives is not written on what it tracks: its usual namespace, else any. */
async function application(read: Read, name: string, namespace: string): Promise<JsonMap | undefined> {
  const usual = `${ARGO_API}/namespaces/${encodeURIComponent(namespace === '' ? 'argocd' : namespace)}/applications`;
  try {
    return await read(`${usual}/${encodeURIComponent(name)}`);
  } catch (error) {
    if (namespace !== '' || !(error instanceof ApiError)) throw error;
  }
  const list = await read(`${ARGO_API}/applications`, { fieldSelector: `metadata.name=${name}`, limit: '2' });
  const items = asList(list['items']);
  // Two of one name: which one is meant cannot be said.
  return items.length === 1 ? asMap(items[0]) : undefined;
}

function fluxPath(api: string, plural: string, { holder: { name, namespace } }: Owner): string {
  return `/apis/${api}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}

function kustomization(object: JsonMap): SelfHeal {
  const { suspend, interval } = asMap(object['spec']);
  if (suspend === true) return { state: 'off', how: 'The Kustomization is suspended.' };
  return { state: 'on', how: `Flux puts it back at its next round (every ${plainText(asString(interval)) || '?'}).` };
}

function helmRelease(object: JsonMap): SelfHeal {
  const { suspend, driftDetection, interval } = asMap(object['spec']);
  if (suspend === true) return { state: 'off', how: 'The HelmRelease is suspended.' };
  return asMap(driftDetection)['mode'] === 'enabled'
    ? { state: 'on', how: `Flux puts it back at its next round (every ${plainText(asString(interval)) || '?'}).` }
    : { state: 'off', how: 'Flux writes it again at the next upgrade (drift detection is off).' };
}
