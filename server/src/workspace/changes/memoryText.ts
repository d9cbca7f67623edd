import { isJsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { MemoryRecord } from './policyMemory.ts';
import type { SeenPolicy } from './seenPolicy.ts';

/** A memory as the text of a file: rows without field names, because a large cluster has ten thousand. */
export function memoryText({ whole, parts, policies }: MemoryRecord): string {
  const rows = policies.map(({ namespace, name, uid, resourceVersion, hash, spec, writers }) => [
    namespace,
    name,
    uid,
    resourceVersion,
    hash,
    spec ?? null,
    writers?.time ?? null,
    ...(writers?.names ?? []),
  ]);
  return JSON.stringify({ version: VERSION, whole, parts, policies: rows });
}

/** Undefined where the text is none of ours, or cut: then nothing is known of what was there. */
export function readMemory(text: string): MemoryRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonMap(value as never)) return undefined;
    const { version, whole, parts, policies } = value as Readonly<Record<string, unknown>>;
    if (version !== VERSION || !Array.isArray(parts) || !Array.isArray(policies)) return undefined;
    const [read, marks] = [policies.map(readRow), parts.map(readPart)];
    if (!read.every((row) => row !== undefined) || !marks.every((mark) => mark !== undefined)) return undefined;
    return { ...(typeof whole === 'number' && { whole }), parts: marks, policies: read };
  } catch {
    return undefined;
  }
}

const VERSION = 1;

function readRow(row: unknown): SeenPolicy | undefined {
  if (!Array.isArray(row)) return undefined;
  const [namespace, name, uid, resourceVersion, hash, spec, time, ...names] = row as readonly unknown[];
  const texts = [namespace, name, uid, resourceVersion, hash];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const known = names.filter((name) => typeof name === 'string');
  return {
    namespace: namespace as string,
    name: name as string,
    uid: uid as string,
    resourceVersion: resourceVersion as string,
    hash: hash as string,
    ...(typeof spec === 'string' && { spec }),
    ...(typeof time === 'string' && { writers: { time, names: known } }),
  };
}

function readPart(part: unknown): readonly [string, number] | undefined {
  if (!Array.isArray(part)) return undefined;
  const [namespace, at] = part as readonly unknown[];
  return typeof namespace === 'string' && typeof at === 'number' ? [namespace, at] : undefined;
}
