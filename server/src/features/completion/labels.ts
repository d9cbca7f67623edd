import { CompletionItemKind } from 'vscode-languageserver-types';
import { count, listSome } from '../../analysis/wording.ts';
import { matchSelector, type LabelFacts } from '../../engine/labelSelector.ts';
import { NO } from '../../engine/match.ts';
import { namespaceFacts } from '../../engine/namespaceFacts.ts';
import { asList } from '../../syntax/objects/jsonAccess.ts';
import { plain } from '../markdown.ts';
import type { Asked, Proposal, Written } from './proposal.ts';
import { PodUse, withSource } from './podUse.ts';
import { isLabelValue, isSelectableKey } from './selectable.ts';
import { groupsOf, selectorPlace, valueAt, type SelectorPlace } from './selectorPlace.ts';

/** A key or a value of labels: who has it together with what the selector asks for otherwise, and who at all. */
interface LabelUse {
  readonly meant: Users;
  readonly any: Users;
}

interface Users {
  readonly weight: number;
  readonly text: string;
}

/** Keys that pods (or namespaces) have which the rest of the selector means; those of others last. */
export function labelKeys(asked: Asked): readonly Proposal[] {
  const place = selectorPlace(asked);
  if (place === undefined) return [];
  const taken = new Set(Object.keys(place.others.matchLabels));
  const uses = usesOf(asked, place, (labels) => [...labels.keys()].filter((key) => !taken.has(key)));
  return proposed(
    asked,
    uses,
    isSelectableKey,
    place,
    (key) => ({ entries: new Map([[key, { isText: true as const }]]) }),
    CompletionItemKind.Property,
  );
}

/** Keys for an expression, as a value. */
export function expressionKeys(asked: Asked): readonly Proposal[] {
  const place = selectorPlace(asked);
  if (place === undefined) return [];
  const uses = usesOf(asked, place, (labels) => [...labels.keys()]);
  return proposed(asked, uses, isSelectableKey, place, (key) => ({ value: key }), CompletionItemKind.Value);
}

/** Values of the key that the place belongs to. */
export function labelValues(asked: Asked): readonly Proposal[] {
  const place = selectorPlace(asked);
  const key = String(asked.path.at(-1));
  return place === undefined ? [] : valuesOf(asked, place, key, []);
}

/** Values for an expression's list: those of its key that it does not have yet. */
export function expressionValues(asked: Asked): readonly Proposal[] {
  const place = selectorPlace(asked);
  const { path, object } = asked;
  const at = path.lastIndexOf('matchExpressions');
  const key = valueAt(object, [...path.slice(0, at + 2), 'key']);
  if (place === undefined || typeof key !== 'string') return [];
  const written = asList(valueAt(object, [...path.slice(0, at + 2), 'values']));
  return valuesOf(asked, place, key, written.map(String));
}

/** Values of a label that pods of the place have, the most used first. */
export function usualValues(asked: Asked, key: string): readonly Proposal[] {
  const place = selectorPlace(asked);
  return place === undefined ? [] : valuesOf(asked, place, key, []).toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
}

/** `{}`: a selector that asks for nothing. */
export function everything(asked: Asked): readonly Proposal[] {
  const place = selectorPlace(asked);
  if (place === undefined) return [];
  const detail = place.of === 'pods' ? 'every pod' : 'every namespace';
  return [{ label: '{}', detail, kind: CompletionItemKind.Value, write: { value: new Map() } }];
}

function valuesOf(asked: Asked, place: SelectorPlace, key: string, without: readonly string[]): readonly Proposal[] {
  const uses = usesOf(asked, place, (labels) => {
    const value = labels.get(key);
    return value === undefined || without.includes(value) ? [] : [value];
  });
  return proposed(asked, uses, isLabelValue, place, (value) => ({ value }), CompletionItemKind.Value);
}

function usesOf(
  asked: Asked,
  { of, compiled, namespaces }: SelectorPlace,
  textsOf: (labels: LabelFacts['labels']) => readonly string[],
): ReadonlyMap<string, LabelUse> {
  const uses = new Map<string, { readonly meant: PodUse | NamespaceUse; readonly any: PodUse | NamespaceUse }>();
  const useOf = (text: string): { readonly meant: PodUse | NamespaceUse; readonly any: PodUse | NamespaceUse } => {
    let use = uses.get(text);
    if (use === undefined) {
      const make = (): PodUse | NamespaceUse => (of === 'pods' ? new PodUse() : new NamespaceUse());
      uses.set(text, (use = { meant: make(), any: make() }));
    }
    return use;
  };
  if (of === 'namespaces') {
    for (const facts of namespaceFacts(asked.snapshot.universe.cluster).values()) {
      const isMeant = matchSelector(compiled, facts) !== NO;
      for (const text of textsOf(facts.labels)) {
        const { meant, any } = useOf(text) as { readonly meant: NamespaceUse; readonly any: NamespaceUse };
        (isMeant ? meant : any).add(facts.name);
      }
    }
    return uses;
  }
  for (const group of groupsOf(asked, namespaces)) {
    const isMeant = matchSelector(compiled, group.labels) !== NO;
    for (const text of textsOf(group.labels.labels)) {
      const { meant, any } = useOf(text) as { readonly meant: PodUse; readonly any: PodUse };
      (isMeant ? meant : any).add(group, asked.policy.namespace);
    }
  }
  return uses;
}

function proposed(
  asked: Asked,
  uses: ReadonlyMap<string, LabelUse>,
  isValid: (text: string) => boolean,
  { others }: SelectorPlace,
  write: (text: string) => Written,
  kind: Proposal['kind'],
): readonly Proposal[] {
  const beside = Object.entries(others.matchLabels).map(([key, value]) => `${plain(key)}=${plain(value)}`);
  const rest = beside.length === 0 ? 'the other conditions' : listSome(beside, 2);
  return [...uses]
    .filter(([text]) => isValid(text))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, { meant, any }]): Proposal => {
      const nothing = meant.weight === 0;
      const detail = nothing ? `nothing together with ${rest}; alone ${any.text}` : meant.text;
      return {
        label: text,
        kind,
        write: write(text),
        detail: withSource(detail, asked),
        // Every namespace has its name, and nobody else can give themselves that label.
        rank: text === NAMESPACE_NAME ? -1e9 : -(nothing ? any : meant).weight,
        ...(nothing ? { nothing } : {}),
      };
    });
}

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** Which namespaces have something. */
class NamespaceUse {
  readonly #names: string[] = [];

  add(name: string): void {
    this.#names.push(name);
  }

  get weight(): number {
    return this.#names.length;
  }

  get text(): string {
    return `${count(this.#names.length, 'namespace')} · ${listSome([...this.#names].sort().map(plain), 3)}`;
  }
}
