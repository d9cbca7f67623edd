/** Policies of web with one rule, as checks of single rules want them. */
import { deployment, documents, networkPolicy as policy } from './checkFindings.ts';

/** web with 3 pods and db with 2. */
export const CLUSTER = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db')) };

/** A Service with these fields of its spec. */
export const service = (spec: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }\n`;

/** A policy of web with one rule. */
export const rule = (direction: 'Ingress' | 'Egress', text: string): string =>
  policy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [${direction}]
  ${direction.toLowerCase()}:
  - ${text}
`);

export const out = (peers: string, ports = ''): string => rule('Egress', `to: [${peers}]${ports}`);
export const inward = (peers: string, ports = ''): string => rule('Ingress', `from: [${peers}]${ports}`);

/** A peer that is a block of addresses. */
export const block = (cidr: string, except: readonly string[] = []): string =>
  `{ ipBlock: { cidr: "${cidr}"${except.length === 0 ? '' : `, except: [${except.map((each) => `"${each}"`).join(', ')}]`} } }`;
