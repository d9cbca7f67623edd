import { listSome } from '../analysis/wording.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { EndPart, IntentEnd, Who } from './intentFile.ts';

/** An end in words, for people: `shop/web`, `pods app=web of namespaces team=a, except shop/old`. */
export function endText({ parts }: IntentEnd): string {
  return listSome(parts.map(partText), 3);
}

function partText({ who, except }: EndPart): string {
  const text = listSome(who.map(whoText), 3);
  return except.length === 0 ? text : `${text} except ${listSome(except.map(whoText), 3)}`;
}

export function whoText(who: Who): string {
  switch (who.kind) {
    case 'named':
      return `${who.namespace}/${who.name}${who.workloadKind === undefined ? '' : `[${who.workloadKind}]`}`;
    case 'pods':
      return podsText(who);
    case 'service':
      return `Service ${who.namespace}/${who.name}`;
    case 'address':
      return who.address;
    case 'cidr':
      return who.cidr;
    case 'internet':
      return 'the internet';
    case 'anywhere':
      return 'anywhere';
    case 'outside':
      return `everyone outside ${listSome(who.namespaces, 3)}`;
  }
}

function podsText({ namespaces, labels, namespaceLabels }: Who & { readonly kind: 'pods' }): string {
  const pods = labels === undefined ? 'any pod' : `pods ${selectorText(labels)}`;
  if (namespaces !== undefined) return `${pods} of ${listSome(namespaces, 3)}`;
  return namespaceLabels === undefined ? pods : `${pods} of namespaces ${selectorText(namespaceLabels)}`;
}

function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) =>
      operator === 'Exists' ? key : `${key}=${values.join('|')}`,
    ),
  ].join(', ');
}
