/** What can be written where the cursor stands, read from a text in any state. */
import { describe, expect, test } from 'vitest';
import { pathText } from '../../../server/src/analysis/check.ts';
import { cursorContext } from '../../../server/src/features/completion/cursorSlots.ts';

/** `key PATH @COLUMN` or `value PATH @COLUMN` for each; where more than a word is replaced or written, also that. */
function slotsAt(marked: string): readonly string[] {
  const cursor = marked.indexOf('$0');
  if (cursor < 0) throw new Error('the text has no $0');
  const text = marked.replace('$0', '');
  const { slots, token } = cursorContext(text, cursor);
  return slots.map(({ kind, path, column, lead, tail, range, bare }) => {
    const replaced = text.slice(range.start, range.end);
    return [
      `${kind} ${pathText(path) || '(root)'} @${column}`,
      ...(replaced === '' ? [] : [`for ${JSON.stringify(replaced)}`]),
      ...(lead === '' ? [] : [`after ${JSON.stringify(lead)}`]),
      ...(tail === '' ? [] : [`before ${JSON.stringify(tail)}`]),
      ...(bare ? ['bare'] : []),
      ...(token?.quote ? [`in ${token.quote}`] : []),
    ].join(' ');
  });
}

type Cases = readonly (readonly [name: string, text: string, expected: readonly string[]])[];

const SPEC = `spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: web
    ports:
    - port: 80
`;

describe('a line of its own', () => {
  const cases: Cases = [
    ['an empty text', '$0', ['key (root) @0']],
    ['a word in an empty text', 'api$0', ['key (root) @0 for "api"']],
    ['blank lines and comments before it', '# a policy\n\n$0', ['key (root) @0']],
    ['below a whole key', 'kind: NetworkPolicy\n$0', ['key (root) @0']],
    ['above the first key', '$0\nkind: NetworkPolicy\n', ['key (root) @0']],
    ['below a key without a value', 'spec:\n  $0', ['value spec @2']],
    ['a word below a key without a value', 'spec:\n  pod$0', ['value spec @2 for "pod"']],
    ['in the column of that key', 'spec:\n$0', ['value spec[0] @2 after "- "', 'key (root) @0']],
    ['beside a map', 'spec:\n  podSelector: {}\n  $0', ['key spec @2']],
    ['a word beside a map', 'spec:\n  podSelector: {}\n  pol$0\n', ['key spec @2 for "pol"']],
    ['too far to the right', 'spec:\n  podSelector: {}\n      $0', ['key spec @2 for "      " after "  "']],
    ['between two columns', 'spec:\n    podSelector: {}\n   $0', ['key spec @4 for "   " after "    "']],
    ['a tab', 'spec:\n  podSelector: {}\n\t$0', ['key spec @2 for "\\t" after "  "']],
    [
      'the innermost map',
      `${SPEC.slice(0, SPEC.indexOf('    ports'))}          $0`,
      ['key spec.ingress[0].from[0].podSelector.matchLabels @10'],
    ],
    [
      'a new peer, or a key of the rule',
      `${SPEC.slice(0, SPEC.indexOf('    ports'))}    $0`,
      ['value spec.ingress[0].from[1] @6 after "- "', 'key spec.ingress[0] @4'],
    ],
    ['a key of the peer', `${SPEC.slice(0, SPEC.indexOf('    ports'))}      $0`, ['key spec.ingress[0].from[0] @6']],
    ['a new rule, or a key of the spec', `${SPEC}  $0`, ['value spec.ingress[1] @4 after "- "', 'key spec @2']],
    ['a new top-level key', `${SPEC}$0`, ['key (root) @0']],
    [
      'between two rules at the margin',
      'spec:\n  ingress:\n  - from:\n$0\n  - ports:\n',
      ['value spec.ingress[2] @4 after "  - "'],
    ],
    ['below a dash', 'ingress:\n- \n  $0', ['value ingress[0] @2']],
    [
      'above what a key has below it',
      'spec:\n  ingress:\n    $0\n    - from: []\n',
      ['value spec.ingress[1] @6 after "- "'],
    ],
    ['above the keys of a map', 'spec:\n  $0\n  podSelector: {}\n', ['key spec @2']],
    ['the key that deeper lines lack', 'spec:\n  podSel$0\n    matchLabels: {}\n', ['value spec @2 for "podSel" bare']],
    ['Windows line ends', 'spec:\r\n  podSelector: {}\r\n  $0\r\n', ['key spec @2']],
    ['a word in quotes', 'metadata:\n  labels: {}\n  "na$0"', ['key metadata @2 for "\\"na\\"" in "']],
    ['a second document', 'kind: A\n---\nkind: B\n$0', ['key (root) @0']],
    ['between two documents', 'kind: A\n---\n$0\n---\nkind: B\n', ['key (root) @0']],
    ['below a block scalar', 'data: |\n  text\n$0', ['key (root) @0']],
    ['below a quoted text that was never closed', 'metadata:\n  name: "web\n  $0\nspec: {}\n', ['key metadata @2']],
    [
      'below brackets that were never closed',
      'spec:\n  podSelector: { matchLabels: { app: web\n  pol$0\n',
      ['key spec @2 for "pol"'],
    ],
  ];
  test.each(cases)('%s', (_, text, expected) => expect(slotsAt(text)).toEqual(expected));
});

describe('behind a key or a dash', () => {
  const cases: Cases = [
    ['a value', 'kind: $0', ['value kind @0']],
    ['a value that is begun', 'kind: Net$0', ['value kind @0 for "Net"']],
    ['a value that is changed', 'kind: Net$0work\nspec: {}', ['value kind @0 for "Network"']],
    ['right behind the colon', 'kind:$0', ['value kind @0 after " "']],
    ['before a comment', 'kind: $0 # which', ['value kind @0']],
    ['a quoted value', 'kind: "Net$0"', ['value kind @0 for "\\"Net\\"" in "']],
    ['a quote that is not closed', "kind: '$0", [`value kind @0 for "'" in '`]],
    ['behind an anchor', 'kind: &k Net$0', ['value kind @0 for "Net"']],
    ['an item', 'policyTypes:\n- In$0', ['value policyTypes[0] @2 for "In"']],
    ['right behind the dash', 'policyTypes:\n-$0', ['value policyTypes[0] @2 after " "']],
    ['a later item', 'policyTypes:\n  - Ingress\n  - $0', ['value policyTypes[1] @4']],
    ['an item of an item', 'ingress:\n- from:\n  - pod$0', ['value ingress[0].from[0] @4 for "pod"']],
    ['a dash behind a dash', 'a:\n- - $0', ['value a[0][0] @4']],
    ['a key in an item', 'ingress:\n- fro$0m:\n', ['key ingress[0] @2 for "from" bare']],
    ['a key before its value', 'ki$0nd: NetworkPolicy', ['key (root) @0 for "kind" bare']],
    ['a key with a typo', 'spec:\n  podSelectr$0: {}\n', ['key spec @2 for "podSelectr" bare']],
    ['behind a dash whose keys stand below', 'from:\n- $0\n  podSelector: {}\n', ['key from[0] @2 before "\\n  "']],
    ['items in a document that begins with its marker', '--- # first\nkind: $0', ['value kind @0']],
  ];
  test.each(cases)('%s', (_, text, expected) => expect(slotsAt(text)).toEqual(expected));
});

describe('between brackets', () => {
  const cases: Cases = [
    ['an empty map', 'spec: {$0}', ['key spec @0']],
    ['a blank in it', 'spec: { $0 }', ['key spec @0']],
    ['a key that is begun', 'spec: { pod$0 }', ['key spec @0 for "pod"']],
    ['a key with its colon', 'spec: { pod$0: {} }', ['key spec @0 for "pod" bare']],
    ['a value', 'labels: { app: $0 }', ['value labels.app @0']],
    ['right behind the colon', 'labels: { app:$0 }', ['value labels.app @0 after " "']],
    ['a value that is begun', 'labels: { app: we$0, tier: x }', ['value labels.app @0 for "we"']],
    ['behind a comma', 'labels: { app: web, $0 }', ['key labels @0']],
    ['before another entry', 'labels: { $0 app: web }', ['key labels @0 before ", "']],
    ['an empty list', 'policyTypes: [$0]', ['value policyTypes[0] @0']],
    ['an item', 'policyTypes: [Ingress, E$0]', ['value policyTypes[1] @0 for "E"']],
    ['right behind a comma', 'policyTypes: [Ingress,$0]', ['value policyTypes[1] @0 after " "']],
    [
      'brackets in brackets',
      'from: [{ podSelector: { matchLabels: { a: b, $0 } } }]',
      ['key from[0].podSelector.matchLabels @0'],
    ],
    ['a second peer', 'from: [{ podSelector: {} }, { $0 }]', ['key from[1] @0']],
    ['brackets that are not closed', 'from: [{ podSelector: { $0', ['key from[0].podSelector @0']],
    ['several lines', 'spec: {\n  podSelector: {},\n  $0\n}', ['key spec @0']],
    ['a quote that is not closed', 'labels: { app: "we$0 }', ['value labels.app @0 for "\\"we" in "']],
    ['JSON', '{\n  "kind": "Net$0"\n}', ['value kind @0 for "\\"Net\\"" in "']],
    ['a JSON key', '{\n  "kind": "NetworkPolicy",\n  "sp$0"\n}', ['key (root) @0 for "\\"sp\\"" in "']],
    ['a JSON value', '{ "spec": $0 }', ['value spec @0']],
    ['a JSON quote that is not closed', '{\n  "kind": "Net$0\n}', ['value kind @0 for "\\"Net" in "']],
    ['JSON that has lines below', '{\n  "kind": "A",\n  $0\n  "spec": {}\n}', ['key (root) @0 before ", "']],
  ];
  test.each(cases)('%s', (_, text, expected) => expect(slotsAt(text)).toEqual(expected));
});

describe('nothing can be written', () => {
  test.each([
    ['in a comment', 'kind: A # wh$0'],
    ['on a line of comment', '# wh$0\nkind: A'],
    ['in a comment between brackets', 'spec: { # wh$0\n}'],
    ['behind a whole value', 'kind: A $0'],
    ['in a block scalar', 'data: |\n  te$0xt\n'],
    ['in the header of a block scalar', 'data: |$0\n  text\n'],
    ['on a blank line of a block scalar', 'data: |\n  text\n  $0\n  more\n'],
    ['before a dash', 'a:\n  $0- b'],
    ['behind the closing quote', 'kind: "A"$0'],
    ['between brackets before a value that is there', 'a: { b:$0 c }'],
    ['where a comma is missing', 'a: { b: c $0 }'],
    ['on a marker of documents', 'a: b\n--$0-\nc: d\n'],
    ['behind a key whose value stands below', 'spec: $0\n  podSelector: {}\n'],
    ['in what a template engine fills in', 'name: {{ .Val$0ues.name }}'],
    ['on a line of a template', '{{- if .Val$0ues.on }}\nkind: A'],
    ['in the second line of a quoted text', 'note: "one\n  tw$0o"\n'],
    ['in a directive', '%YA$0ML 1.2\n---\n'],
  ])('%s', (_, text) => expect(slotsAt(text)).toEqual([]));
});
