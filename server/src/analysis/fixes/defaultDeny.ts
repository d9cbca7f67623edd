import type { JsonValue } from '../../model/manifest.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { blockSource } from '../../syntax/yamlSource.ts';
import { DEFAULT_STYLE, type YamlStyle } from '../../syntax/yamlStyle.ts';
import type { CheckContext, WrittenPolicy } from '../check.ts';
import type { FileEdit, Fix } from '../finding.ts';
import { dnsRule } from './dnsRule.ts';

/**
 * Default-deny for a namespace as a policy of its own, behind the other documents of the file (beside it, where the file
 * is JSON). Ingress alone comes first: it is the smaller step. Whoever chooses one sees first what it takes.
 *
 * @param beside a policy of the file and the namespace
 * @param lacking the directions that have no default-deny yet
 */
export function defaultDenyFixes(
  context: CheckContext,
  beside: WrittenPolicy,
  lacking: readonly Direction[],
): readonly Fix[] {
  const { namespace } = beside.policy;
  const { rule, assumes } = dnsRule(context);
  const add = (directions: readonly Direction[], what: string, more = ''): Fix => ({
    title: `Add default-deny for ${what} in ${namespace}${more}`,
    confirm: true,
    edits: [newPolicy(context, beside, directions, rule)],
  });
  const dns = `with a rule for DNS${assumes === undefined ? '' : ` (${assumes})`}`;
  if (!lacking.includes('ingress')) return [add(['egress'], 'egress', `, ${dns}`)];
  const ingress = add(['ingress'], 'ingress');
  return lacking.includes('egress') ? [ingress, add(['ingress', 'egress'], 'both directions', `, ${dns}`)] : [ingress];
}

function newPolicy(
  context: CheckContext,
  beside: WrittenPolicy,
  directions: readonly Direction[],
  dns: JsonValue,
): FileEdit {
  const { file, text } = context;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const source = `${blockSource(policyOf(context, beside, directions, dns), 0, { ...styleOf(text), newline })}${newline}`;
  if (/^\s*[{[]/.test(text)) {
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    const created = `${folder}default-deny-${beside.policy.namespace}.yaml`;
    return { file: created, range: { start: 0, end: 0 }, newText: source, create: true };
  }
  const gap = text === '' || text.endsWith('\n') ? '' : newline;
  return { file, range: { start: text.length, end: text.length }, newText: `${gap}---${newline}${source}` };
}

function policyOf(
  context: CheckContext,
  beside: WrittenPolicy,
  directions: readonly Direction[],
  dns: JsonValue,
): { [key: string]: JsonValue } {
  const { namespace } = beside.policy;
  const isNamespaceWritten = beside.manifest.namespace !== '';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: freeName(context, namespace, directions), ...(isNamespaceWritten ? { namespace } : {}) },
    spec: {
      podSelector: {},
      policyTypes: directions.map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')),
      ...(directions.includes('egress') ? { egress: [dns] } : {}),
    },
  };
}

function freeName(context: CheckContext, namespace: string, directions: readonly Direction[]): string {
  const taken = new Set([
    ...context.intendedPolicies(namespace).map(({ name }) => name),
    ...context.whole.manifests.map(({ manifest }) => manifest.name),
  ]);
  const [first = 'ingress', second] = directions;
  const wanted = ['default-deny', `default-deny-${second === undefined ? first : 'all'}`];
  for (let number = 2; ; number++) {
    const name = wanted.shift() ?? `default-deny-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Dashes as the file writes them, elsewhere as most people do. */
function styleOf(text: string): YamlStyle {
  const list = /^( *)[\w.-]+:[ \t]*(?:#.*)?\r?\n( *)- /m.exec(text);
  const listIndent = list === null ? DEFAULT_STYLE.listIndent : (list[2] ?? '').length - (list[1] ?? '').length;
  return { ...DEFAULT_STYLE, listIndent: listIndent < 0 ? DEFAULT_STYLE.listIndent : listIndent };
}
