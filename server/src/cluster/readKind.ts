import type { Coverage, CoverageStatus } from '../workspace/clusterSource.ts';
import type { Gate } from './gate.ts';
import type { ObjectSink, ReadingOptions } from './readResource.ts';
import { readResource } from './readResource.ts';
import { readNamespace } from './readNamespace.ts';
import type { Resource } from './resource.ts';
import { NAMESPACES } from './resource.ts';

/** Reads one kind: in the whole cluster, or, where that is refused, namespace by namespace. */
export interface KindReader {
  /** How far the kind is read, first the whole cluster, then namespaces. */
  readonly coverage: () => readonly Coverage[];
  /** Every part was read once, or was given up for now. */
  readonly settled: () => boolean;
  /** The namespaces to try are other ones now. */
  readonly namespacesChanged: () => void;
  readonly stop: () => void;
}

export interface KindOptions extends Pick<ReadingOptions, 'transport' | 'clock' | 'random' | 'signal' | 'wake'> {
  readonly resource: Resource;
  readonly sink: (namespace?: string) => ObjectSink;
  /** The namespaces to try one by one. */
  readonly namespaces: () => ReadonlySet<string>;
  /** So many namespaces are begun at a time. */
  readonly gate: Gate;
  readonly onChange: () => void;
}

/** Rights change rarely; a person can ask to try at once. */
const RECHECK_MS = 60_000;
const RECHECK_NAMESPACE_MS = 300_000;

export function readKind(options: KindOptions): KindReader {
  const { resource, onChange, gate } = options;
  const streaming = { supported: true };
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  const parts = new Map<string, { status: CoverageStatus; readonly stop: AbortController }>();
  let whole: CoverageStatus = { state: 'reading' };
  let byNamespace = false;

  const readPart = async (namespace: string, stop: AbortController): Promise<void> => {
    const partSignal = AbortSignal.any([signal, stop.signal]);
    const leave = await gate.enter();
    const onStatus = (status: CoverageStatus): void => {
      if (status.state !== 'reading') leave();
      const part = parts.get(namespace);
      if (part?.stop !== stop) return;
      part.status = status;
      onChange();
    };
    const reading = { ...options, namespace, onStatus, streaming, recheckMs: RECHECK_NAMESPACE_MS, signal: partSignal };
    const read = resource === NAMESPACES ? readNamespace : readResource;
    await read({ ...reading, sink: options.sink(namespace) });
    leave();
  };
  const followNamespaces = (): void => {
    if (!byNamespace || (!resource.namespaced && resource !== NAMESPACES)) return;
    const names = options.namespaces();
    for (const [namespace, { stop }] of parts) {
      if (names.has(namespace)) continue;
      stop.abort();
      parts.delete(namespace);
      if (resource.namespaced) options.sink(namespace).clear();
    }
    for (const namespace of names) {
      if (parts.has(namespace)) continue;
      const stop = new AbortController();
      parts.set(namespace, { status: { state: 'reading' }, stop });
      void readPart(namespace, stop);
    }
  };
  const onWhole = (status: CoverageStatus): void => {
    whole = status;
    if (status.state === 'forbidden') byNamespace = true;
    if (status.state === 'complete') {
      byNamespace = false;
      for (const { stop } of parts.values()) stop.abort();
      parts.clear();
    }
    followNamespaces();
    onChange();
  };

  void readResource({
    ...options,
    sink: options.sink(),
    onStatus: onWhole,
    streaming,
    recheckMs: RECHECK_MS,
    signal,
  });

  const { kind, group } = resource;
  return {
    coverage: () => [
      { kind, group, status: whole },
      ...[...parts].map(([namespace, { status }]) => ({ kind, group, namespace, status })),
    ],
    settled: () => whole.state !== 'reading' && [...parts.values()].every(({ status }) => status.state !== 'reading'),
    namespacesChanged: followNamespaces,
    stop: () => stopped.abort(),
  };
}
