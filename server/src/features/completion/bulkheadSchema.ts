import { CompletionItemKind } from 'vscode-languageserver-types';
import { CHECKS } from '../../analysis/registry.ts';
import type { FieldPath } from '../../model/manifest.ts';
import { fixedValues } from './fixedValues.ts';
import { namespaceNames } from './namespaces.ts';
import type { Asked, Proposal } from './proposal.ts';
import { list, scalar, struct, TEXT, type OpenSchema, type Schema, type StructSchema } from './schema.ts';
import { mapOf, type Template } from './template.ts';

/** `bulkhead.yaml`, as `decodeBulkheadYaml` reads it. */

const SEVERITY_WORDS = [
  ['error', 'a pipeline fails'],
  ['warning', 'shown among the problems'],
  ['information', 'shown among the problems, quietly'],
  ['hint', 'shown in the editor alone'],
  ['off', 'not looked for'],
] as const;

const SEVERITY = fixedValues(SEVERITY_WORDS);

const CHECK_SETTING: Schema = {
  kind: 'scalar',
  values: SEVERITY,
  orStruct: struct([
    {
      name: 'severity',
      schema: scalar(SEVERITY),
      detail: 'how the finding is shown',
      write: { given: 'warning', choices: SEVERITY_WORDS.map(([word]) => word) },
    },
    {
      name: 'reason',
      schema: TEXT,
      detail: 'why, for whoever reads this later',
      write: ({ siblings }): ReadonlyMap<string, Template> =>
        mapOf({
          reason: { given: 'why', isText: true },
          ...(Object.hasOwn(siblings, 'severity') ? {} : { severity: { given: 'warning' } }),
        }),
    },
  ]),
};

const CHECK_MAP: OpenSchema = { kind: 'open', keys: checkCodes, value: CHECK_SETTING };

const FILES: Schema = list(TEXT);
const FILES_FIELD = {
  name: 'files',
  schema: FILES,
  detail: 'which files, by globs',
  write: [{ given: '**', isText: true }] as Template,
};
const CHECKS_FIELD = { name: 'checks', schema: CHECK_MAP, detail: 'how findings are shown', write: {} as Template };

export const BULKHEAD_YAML: StructSchema = struct([
  {
    name: 'namespace',
    schema: scalar(namespaceNames),
    detail: 'of documents that name none',
    write: { isText: true },
  },
  {
    name: 'exclude',
    schema: FILES,
    detail: 'files that take no part, by globs',
    write: [{ given: 'vendor/**', isText: true }],
  },
  CHECKS_FIELD,
  {
    name: 'overrides',
    schema: list(struct([FILES_FIELD, CHECKS_FIELD])),
    detail: 'other settings of checks for some files',
    write: [mapOf({ files: [{ given: 'legacy/**', isText: true }], checks: {} })],
  },
  {
    name: 'contexts',
    schema: list(
      struct([
        FILES_FIELD,
        {
          name: 'context',
          schema: scalar(knownContexts),
          detail: 'the kubeconfig context that they belong to',
          write: { isText: true },
        },
        {
          name: 'namespace',
          schema: scalar(namespaceNames),
          detail: 'of documents that name none',
          write: { isText: true },
        },
      ]),
    ),
    detail: 'which cluster files belong to',
    write: [mapOf({ files: [{ given: 'clusters/prod/**', isText: true }], context: { given: 'prod', isText: true } })],
  },
]);

const DOCS: ReadonlyMap<string, string> = new Map([
  [
    'namespace',
    'The namespace of documents that name none. The editor’s setting and the flag `--namespace` come before it.',
  ],
  ['exclude', 'Globs, relative to this file’s folder: such files take no part in answers.'],
  [
    'checks',
    'How findings of a check are shown, or that they are not looked for, with a reason. What the API server rejects cannot be switched off.',
  ],
  ['overrides', 'Settings of checks for some files; the last one that fits counts.'],
  ['contexts', 'The kubeconfig context that files belong to, and the namespace of their documents.'],
  ['files', 'Globs, relative to this file’s folder.'],
  ['context', 'A context of the kubeconfig. Nothing is contacted before somebody has chosen it.'],
  ['severity', '`error`, `warning`, `information`, `hint` or `off`.'],
  ['reason', 'Why the check is set so, for whoever reads this later.'],
]);

/** The documentation of a key, or of a check by its code. */
export function configurationDoc(path: FieldPath): string | undefined {
  const name = String(path.at(-1));
  const check = path.at(-2) === 'checks' ? CHECKS.find(({ code }) => code === name) : undefined;
  return check === undefined ? DOCS.get(name) : `${check.title}.`;
}

function checkCodes(asked: Asked): readonly Proposal[] {
  return CHECKS.map(({ code, title, severity }): Proposal => ({
    label: code,
    detail: `${severity} · ${title}`,
    kind: CompletionItemKind.Property,
    write: { entries: mapOf({ [code]: { given: severity, choices: SEVERITY_WORDS.map(([word]) => word) } }) },
    doc: [...asked.path, code],
  }));
}

/** The context that the folder is connected to. */
function knownContexts({ snapshot: { source } }: Asked): readonly Proposal[] {
  if (source.kind !== 'live') return [];
  return [
    { label: source.label, detail: 'connected now', kind: CompletionItemKind.Value, write: { value: source.label } },
  ];
}
