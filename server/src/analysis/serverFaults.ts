import type { Severity } from '../model/finding.ts';

/** A code that stands for one judge's faults, whose messages are that judge's own words. */
export interface FaultKind {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** The page below its title, Markdown. */
  readonly docs: string;
}

/** YAML and the three layers of the API server. They cannot be switched off: the server will not be talked out of them. */
export const FAULT_KINDS: readonly FaultKind[] = [
  {
    code: 'yaml',
    severity: 'error',
    title: 'The text is not YAML, or not JSON',
    docs: `The document cannot be read, so nothing of it reaches the cluster, and nothing can be said of its policy. Usual causes are a tab in the indentation, a colon without a space behind it, a quote that is not closed, and a list item that stands one column off.

Other documents of the same file are judged as they are. Lenses and counts keep the last state that could be read.`,
  },
  {
    code: 'bulkhead-yaml',
    severity: 'error',
    title: 'A key or value of bulkhead.yaml is not known',
    docs: `\`bulkhead.yaml\` says which namespace manifests without one belong to, which files are left out and how severe the checks are. An unknown key or value is an error here and ends the command line with status 2, because a typo would otherwise turn a check on or off unseen.

\`\`\`yaml
namespace: shop
exclude: ["vendor/**"]
checks: { egress-without-dns: { severity: off, reason: "no names are resolved here" } }
\`\`\`

Faults that the API server rejects cannot be switched off.`,
  },
  {
    code: 'not-evaluated',
    severity: 'hint',
    title: 'Part of the text, or all of it, takes no part in answers',
    docs: `A chart's template can only be read by a template engine; a placeholder such as \`\${NAMESPACE}\` is filled in by another program; a Kustomize patch changes another file. What depends on them is not known, so it is neither counted nor called missing, and a verdict that it could change is _unknown_.

The rest of the text is judged as always: the values of a patch, and every field beside a placeholder.`,
  },
  {
    code: 'unused-suppression',
    severity: 'hint',
    title: 'A comment that suppresses a finding suppresses nothing',
    docs: `A comment takes findings of a check back, for the next line that says something or, at the top of a file, for the whole file. Several codes are separated by commas; behind a dash there is room for a reason.

\`\`\`yaml
# bulkhead-disable-file namespace-without-default-deny — the cluster's baseline does it
kind: NetworkPolicy
metadata:
  # bulkhead-disable-next-line missing-egress -- goes through the proxy
  name: web
\`\`\`

One that names no check, or a check that finds nothing there, is left over: it would hide what comes later. Faults that the API server rejects cannot be suppressed. Nothing is said where a check is off or where the pods of the file's namespaces are not completely known, because then another source may need the comment.`,
  },
  {
    code: 'decode',
    severity: 'error',
    title: 'The API server cannot decode the object (400 Bad Request)',
    docs: `A field has another type than the API says: a number where a list belongs, a list where an object belongs. The server refuses the object before it looks at what it means; what was applied before stays in force.

\`\`\`yaml
ingress:
  from: []        # ingress is a list of rules: "- from: []"
\`\`\`

The server stops at the first such fault and names only that one. Here the others are shown as well.`,
  },
  {
    code: 'strict',
    severity: 'error',
    title: 'A field is unknown or written twice (400 with strict field validation)',
    docs: `\`kubectl\` asks the server to be strict, and the server then refuses the object. Without that, as with many other clients, the field is dropped without a word, and the policy that is stored means less or more than what is written: a misspelled \`podSelector\` selects every pod, a dropped \`from\` lets everyone in.

Of a key that is written twice the last one counts.`,
  },
  {
    code: 'validation',
    severity: 'error',
    title: 'The API server refuses the values (422 Unprocessable Entity)',
    docs: `The object has the right form, but a value is not allowed: a port beyond 65535, an address range that is none, a label that is too long, a peer that is both a selector and an \`ipBlock\`. The path and the words are the server's; what was applied before stays in force.

The rules and their wording are those of the Kubernetes version that the setting \`bulkhead.targetVersion\` or the flag \`--target-version\` names, else of the connected cluster.`,
  },
];
