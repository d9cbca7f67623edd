import { selectorText } from '../engine/canonicalPolicy.ts';
import { effectiveProtocol } from '../engine/defaulting.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { Peer, PolicyPort } from '../model/networkPolicy.ts';
import { valueAt } from '../syntax/jsonEdit.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { TextChange } from '../syntax/textChange.ts';
import { removeAt, setField } from '../syntax/yamlEdit.ts';
import { samePeer, samePort } from '../workspace/policyDifferences.ts';
import { blockObject, peerObject, portObject, selectorObject } from './policyObject.ts';
import type { Shown } from '../syntax/yamlText.ts';

/** An edit of a document; undefined where it cannot be made. */
export type Edit = (document: ManifestDocument) => readonly TextChange[] | undefined;

/**
 * As few edits as lists allow in which nothing can be inserted but at the end: equal items at both ends stay, others
 * are changed one into the other in their order, and what is left over is removed or appended.
 */
export function itemEdits<T>(
  path: FieldPath,
  written: readonly T[] = [],
  live: readonly T[] = [],
  { same, change, show }: ItemKind<T>,
): readonly Edit[] {
  if (live.length === 0) return [removal(path)];
  const alike = (a: T | undefined, b: T | undefined): boolean => a !== undefined && b !== undefined && same(a, b);
  const shorter = Math.min(written.length, live.length);
  let head = 0;
  while (head < shorter && alike(written[head], live[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && alike(written.at(-1 - tail), live.at(-1 - tail))) tail += 1;
  if (live.length > written.length && tail > 0) return [setTo(path, live.map(show))];
  const both = shorter - tail;
  const changed = Array.from({ length: both - head }, (_, at) => head + at).flatMap((index) =>
    change([...path, index], written[index] as T, live[index] as T),
  );
  const appended = live.slice(written.length).map((item, at) => setTo([...path, written.length + at], show(item)));
  const removed = Array.from({ length: Math.max(0, written.length - tail - both) }, (_, at) =>
    removal([...path, written.length - tail - 1 - at]),
  );
  return [...changed, ...appended, ...removed];
}

export interface ItemKind<T> {
  readonly same: (a: T, b: T) => boolean;
  readonly change: (path: FieldPath, written: T, live: T) => readonly Edit[];
  readonly show: (item: T) => Shown;
}

export const PEER: ItemKind<Peer> = {
  same: samePeer,
  show: peerObject,
  change: (path, written, live) => [
    ...(['podSelector', 'namespaceSelector'] as const).flatMap((field): readonly Edit[] => {
      const theirs = live[field];
      return theirs === undefined
        ? [removal([...path, field])]
        : selectorEdits([...path, field], written[field], theirs);
    }),
    ...(live.ipBlock === undefined
      ? [removal([...path, 'ipBlock'])]
      : [setTo([...path, 'ipBlock'], blockObject(live.ipBlock))]),
  ],
};

export const PORT: ItemKind<PolicyPort> = {
  same: samePort,
  show: portObject,
  change: (path, written, live) => [
    ...(effectiveProtocol(written) === effectiveProtocol(live)
      ? []
      : [setTo([...path, 'protocol'], effectiveProtocol(live))]),
    ...(['port', 'endPort'] as const).flatMap((field) => {
      const value = live[field];
      if (value === written[field]) return [];
      return [value === undefined ? removal([...path, field]) : setTo([...path, field], value)];
    }),
  ],
};

/** Label by label where only labels differ. */
export function selectorEdits(
  path: FieldPath,
  written: LabelSelector | undefined,
  live: LabelSelector,
): readonly Edit[] {
  if (written === undefined) return [setTo(path, selectorObject(live))];
  const expressions = ({ matchExpressions }: LabelSelector): string =>
    selectorText({ matchLabels: {}, matchExpressions });
  if (expressions(written) !== expressions(live)) return [setTo(path, selectorObject(live))];
  const labels = [...path, 'matchLabels'];
  const gone = Object.keys(written.matchLabels).filter((key) => !Object.hasOwn(live.matchLabels, key));
  return [
    ...Object.entries(live.matchLabels).flatMap(([key, value]) =>
      Object.hasOwn(written.matchLabels, key) && written.matchLabels[key] === value
        ? []
        : [setTo([...labels, key], value)],
    ),
    ...gone.map((key) => removal([...labels, key])),
  ];
}

export function setTo(path: FieldPath, value: Shown): Edit {
  // Without the entries that have no value.
  const json = JSON.parse(JSON.stringify(value)) as JsonValue;
  return (document) => setField(document, path, json);
}

/** What is not written needs no removal. */
export function removal(path: FieldPath): Edit {
  return (document) => (valueAt(document.value, path) === undefined ? [] : removeAt(document, path));
}
