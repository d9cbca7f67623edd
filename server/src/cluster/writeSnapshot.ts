import type { NetworkPlugins } from '../model/networkPlugin.ts';
import { COVERAGE_ANNOTATION } from '../workspace/snapshotCoverage.ts';
import type { SnapshotOptions, SnapshotReport } from '../workspace/clusterModule.ts';
import type { Coverage, CoverageStatus } from '../workspace/clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from '../workspace/clusterSource.ts';
import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { Fault } from './apiFault.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { httpTransport, requestJson } from './apiTransport.ts';
import type { ConnectionParts } from './connection.ts';
import { discoverPolicies } from './discoverPolicies.ts';
import { prepareLogin } from './login.ts';
import { plainText } from './plainText.ts';
import { readPlugins } from './readPlugins.ts';
import { missingRight } from './readResource.ts';
import { readVersion } from './serverVersion.ts';
import { acceptHeader, apiVersionOf, NAMESPACES, resourcePath } from './resource.ts';
import { metadataOnly } from './snapshotFields.ts';
import { SNAPSHOT_KINDS } from './snapshotKinds.ts';
import type { SnapshotKind } from './snapshotKinds.ts';
import { pluginTraces } from './pluginTraces.ts';
import type { SnapshotPart } from './snapshotPart.ts';
import { readSnapshotPart } from './snapshotPart.ts';

/** Reads a cluster kind by kind and writes it as one List, holding no more than a page of it. Never throws. */
export async function writeSnapshot(options: SnapshotOptions, parts: ConnectionParts): Promise<SnapshotReport> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    const identity = undefined;
    const login = await prepareLogin({ ...options, context: options.context, identity, clock: parts.clock, signal });
    const { context, credentials, proxy } = login;
    const transport = httpTransport({ server: context.server, credentials, proxy, clock: parts.clock, signal });
    // Asked first: where there is no server, or no login, nothing else needs to be tried.
    const version = await readVersion(transport, signal);
    const writer = new SnapshotWriter(options, transport, parts, signal, context.namespace ?? 'default');
    const problem = await writer.writeKinds();
    if (problem !== undefined) return { ok: false, problem };
    const plugins = await writer.plugins();
    await writer.writeEnd({
      readAt: new Date(parts.clock.now()).toISOString(),
      context: context.name,
      server: context.server,
      ...(version !== undefined && { serverVersion: version }),
      ...(plugins !== undefined && { plugins }),
    });
    return { ok: true, objects: writer.objects, unread: writer.unread() };
  } catch (error) {
    return { ok: false, problem: error instanceof ApiError ? error.message : plainText(String(error)) };
  } finally {
    stop.abort();
  }
}

class SnapshotWriter {
  objects = 0;
  readonly #options: SnapshotOptions;
  readonly #part: Omit<SnapshotPart, 'kind' | 'onObjects'>;
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  readonly #coverage: Coverage[] = [];
  /** Where a kind may not be read in the whole cluster it is read in these. */
  #namespaces: readonly string[];
  readonly #listed: string[] = [];
  readonly #traces = pluginTraces();
  #begun = false;

  constructor(
    options: SnapshotOptions,
    transport: Transport,
    { clock, random }: ConnectionParts,
    signal: AbortSignal,
    ownNamespace: string,
  ) {
    this.#options = options;
    this.#transport = transport;
    this.#signal = signal;
    this.#part = { transport, clock, random, signal };
    this.#namespaces = options.namespaces ?? [ownNamespace];
  }

  /** Returns the problem where nothing at all could be read. */
  async writeKinds(): Promise<string | undefined> {
    for (const kind of SNAPSHOT_KINDS) {
      await this.#writeKind(kind);
      if (kind.resource === NAMESPACES && this.#options.namespaces === undefined && this.#listed.length > 0) {
        this.#namespaces = this.#listed;
      }
    }
    await this.#writeForeign();
    const firstFault = this.#coverage.find(({ status }) => status.state !== 'complete')?.status;
    const anything = this.#coverage.some(({ status }) => status.state === 'complete');
    return anything || firstFault === undefined || !('why' in firstFault) ? undefined : firstFault.why;
  }

  /** The network plug-in, which is told by more than a snapshot holds; undefined where the server has gone. */
  async plugins(): Promise<NetworkPlugins | undefined> {
    const isWhole = (name: string): boolean =>
      this.#coverage.some(({ kind, namespace, status }) => {
        return kind === name && namespace === undefined && status.state === 'complete';
      });
    const seen = { nodesKnown: isWhole('Node'), podsKnown: isWhole('Pod'), ...this.#traces.seen() };
    try {
      return await readPlugins(this.#transport, this.#signal, seen);
    } catch (error) {
      this.#options.log?.(`Network plug-in: ${faultOf(error).why}`);
      return undefined;
    }
  }

  async writeEnd(origin: { readonly [key: string]: unknown }): Promise<void> {
    const coverage = JSON.stringify({ ...origin, coverage: this.#coverage });
    const metadata = JSON.stringify({ annotations: { [COVERAGE_ANNOTATION]: coverage } });
    await this.#options.write(`${this.#begun ? '\n]' : `${HEAD}[]`},"metadata":${metadata}}\n`);
  }

  /** One sentence for each kind, the refusals of its namespaces together. */
  unread(): readonly string[] {
    const kinds = Map.groupBy(
      this.#coverage.filter(({ status }) => status.state !== 'complete'),
      ({ kind, group }) => (group === '' ? kind : `${kind}.${group}`),
    );
    return [...kinds].map(([kind, entries]) => {
      const namespaces = entries.flatMap(({ namespace }) => namespace ?? []);
      const where =
        namespaces.length === 0
          ? ''
          : ` in ${namespaces.length > 5 ? `${namespaces.length} namespaces` : namespaces.join(', ')}`;
      const status = entries[0]?.status;
      const why = status !== undefined && 'why' in status ? ` ${status.why}` : '';
      return `${kind} could not be read${where}.${why}`;
    });
  }

  async #writeKind(kind: SnapshotKind): Promise<void> {
    const { resource } = kind;
    const chosen = this.#options.namespaces;
    if (chosen === undefined || (!resource.namespaced && resource !== NAMESPACES)) {
      const status = await this.#read(kind);
      // What was refused as a whole may be allowed in parts.
      if (status.state !== 'forbidden' || (!resource.namespaced && resource !== NAMESPACES)) {
        this.#report(kind, status);
        return;
      }
      this.#report(kind, status);
    }
    for (const namespace of this.#namespaces) {
      const status = await (resource === NAMESPACES ? this.#readName(namespace) : this.#read(kind, namespace));
      this.#report(kind, status, namespace);
    }
  }

  async #writeForeign(): Promise<void> {
    let kinds: readonly SnapshotKind[] = [];
    let status: CoverageStatus = { state: 'complete' };
    try {
      kinds = (await discoverPolicies(this.#transport, this.#signal)).map((resource) => ({
        resource,
        cut: metadataOnly,
      }));
    } catch (error) {
      status = { state: 'failed', why: error instanceof ApiError ? error.message : String(error) };
    }
    for (const kind of kinds) await this.#writeKind(kind);
    this.#coverage.push({ kind: FOREIGN_POLICIES_KIND, group: '', status });
  }

  async #read(kind: SnapshotKind, namespace?: string): Promise<CoverageStatus> {
    const fault = await readSnapshotPart({
      ...this.#part,
      kind: this.#traces.traced(kind),
      ...(namespace !== undefined && { namespace }),
      onObjects: (texts, names) => this.#write(texts, kind, names),
    });
    return statusOf(fault, missingRight(kind.resource, namespace));
  }

  /** A Namespace by its name: allowed by a Role in it, where the list is not. */
  async #readName(name: string): Promise<CoverageStatus> {
    try {
      const object = await requestJson(this.#transport, {
        path: `${resourcePath(NAMESPACES)}/${encodeURIComponent(name)}`,
        headers: { Accept: acceptHeader(NAMESPACES, 'object') },
        idleMs: () => 30_000,
        signal: this.#signal,
      });
      const typed = { ...asMap(object as never), apiVersion: apiVersionOf(NAMESPACES), kind: NAMESPACES.kind };
      await this.#write([JSON.stringify(metadataOnly(typed))], undefined, []);
      return { state: 'complete' };
    } catch (error) {
      return statusOf(faultOf(error), `get the namespace ${name}`);
    }
  }

  async #write(texts: readonly string[], kind: SnapshotKind | undefined, names: readonly string[]): Promise<void> {
    if (kind?.resource === NAMESPACES) this.#listed.push(...names);
    if (texts.length === 0) return;
    this.objects += texts.length;
    const lead = this.#begun ? ',\n' : `${HEAD}[\n`;
    this.#begun = true;
    await this.#options.write(lead + texts.join(',\n'));
  }

  #report({ resource: { kind, group } }: SnapshotKind, status: CoverageStatus, namespace?: string): void {
    this.#coverage.push({ kind, group, ...(namespace !== undefined && { namespace }), status });
    if (status.state !== 'complete') this.#options.log?.(`${kind}: ${'why' in status ? status.why : status.state}`);
  }
}

const HEAD = '{"apiVersion":"v1","kind":"List","items":';

function statusOf(fault: Fault | undefined, mend: string): CoverageStatus {
  if (fault === undefined) return { state: 'complete' };
  return fault.kind === 'forbidden'
    ? { state: 'forbidden', why: fault.why, mend }
    : { state: 'failed', why: asString(fault.why) };
}

function faultOf(error: unknown): Fault {
  return error instanceof ApiError ? error.fault : { kind: 'unavailable', why: plainText(String(error)) };
}
