import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { Check, CheckContext, CheckResult, WrittenManifest } from '../check.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

/** `api.example.com`, `*.example.com`: several labels, the last one no number. */
const HOST_NAME =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,12}[a-z][a-z0-9-]{0,61}[a-z0-9]\.?(?:\/\d+)?$/i;
/** Keys of annotations that somebody writes hosts into in the hope that they count. */
const ABOUT_HOSTS = /(?:^|[./_-])(?:fqdns?|host-?names?|domains?|domain-?names?|allowed-?hosts?|egress-?hosts?)$/i;

export const hostNameAsAddress: Check = {
  code: 'host-name-as-address',
  severity: 'information',
  title: 'A policy names a host, and NetworkPolicies know addresses only',
  docs: `A NetworkPolicy knows pods and addresses. It cannot name a host or a Service: nobody resolves names for it. The API server refuses a name in \`cidr\`; one in an annotation is kept and does nothing.

\`\`\`yaml
egress:
- to: [{ ipBlock: { cidr: api.example.com } }]
\`\`\`

What to do: allow the host's addresses where they are stable; select the pods where the name is a Service's; else use what your network plug-in has for names (CiliumNetworkPolicy \`toFQDNs\`, Calico \`domains\`, ClusterNetworkPolicy \`domainNames\`), or an egress proxy.

It looks at \`cidr\`, at \`except\`, and at annotations whose key ends in a word such as \`fqdn\`, \`hostnames\` or \`allowed-hosts\`. If a controller of yours reads such an annotation, turn the check off.`,
  *run(context) {
    yield* inBlocks(context);
    for (const written of context.policies) yield* inAnnotations(written);
  },
};

function* inBlocks(context: CheckContext): Generator<CheckResult> {
  for (const rule of writtenRules(context)) {
    for (const { peer, path } of writtenPeers(rule)) {
      if (peer.ipBlock === undefined) continue;
      const { cidr, except } = peer.ipBlock;
      const block: FieldPath = [...path, 'ipBlock'];
      if (HOST_NAME.test(cidr)) yield named(rule.written, [...block, 'cidr'], cidr);
      for (const [index, text] of except.entries()) {
        if (HOST_NAME.test(text)) yield named(rule.written, [...block, 'except', index], text);
      }
    }
  }
}

function named(policy: WrittenManifest, path: FieldPath, host: string): CheckResult {
  const message = `No rule can let traffic to or from ${host} through by its name: a NetworkPolicy knows pods and addresses only`;
  return { policy, path, part: 'value', message };
}

function* inAnnotations(policy: WrittenManifest): Generator<CheckResult> {
  const path: FieldPath = ['metadata', 'annotations'];
  const annotations = valueAt(policy, path);
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return;
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value !== 'string' || !ABOUT_HOSTS.test(key)) continue;
    const [host] = value.split(/[\s,;]+/).filter((word) => HOST_NAME.test(word));
    if (host === undefined) continue;
    yield {
      policy,
      path: [...path, key],
      part: 'key',
      message: `This annotation lets nothing out to ${host}: a NetworkPolicy knows pods and addresses only`,
    };
  }
}

function valueAt({ placed, manifest }: WrittenManifest, path: FieldPath): JsonValue | undefined {
  let value = placed.document.value;
  for (const step of [...manifest.path, ...path]) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = typeof step === 'number' ? value[step] : undefined;
    else value = typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}
