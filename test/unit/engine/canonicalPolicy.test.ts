import { describe, expect, it } from 'vitest';
import { canonicalPolicy } from '../../../server/src/engine/canonicalPolicy.ts';
import type { NetworkPolicy } from '../../../server/src/model/networkPolicy.ts';
import { readDocument } from '../../../server/src/syntax/readDocument.ts';
import { networkPolicy } from '../../support/checkFindings.ts';

function policyOf(spec: string): NetworkPolicy {
  const [object] = readDocument(networkPolicy(spec)).objects;
  if (object?.object?.type !== 'networkPolicy') throw new Error(`no policy: ${spec}`);
  return object.object.policy;
}

function meansTheSame(a: string, b: string): boolean {
  return canonicalPolicy(policyOf(a)) === canonicalPolicy(policyOf(b));
}

describe('two policies mean the same for any pods', () => {
  it.each([
    ['  podSelector: {}\n', '  policyTypes: [Ingress]\n'],
    ['  podSelector: {}\n  ingress: []\n', '  podSelector: {}\n'],
    ['  podSelector: {}\n  ingress: [{ from: [], ports: [] }]\n', '  podSelector: {}\n  ingress: [{}]\n'],
    ['  podSelector: {}\n  policyTypes: [Ingress, Egress]\n', '  podSelector: {}\n  policyTypes: [Egress, Ingress]\n'],
    ['  podSelector: {}\n  egress: [{}]\n', '  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  egress: [{}]\n'],
    [
      '  podSelector: { matchLabels: { app: web } }\n',
      '  podSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] }\n',
    ],
    [
      '  podSelector: {}\n  ingress: [{ ports: [{ port: 80 }] }]\n',
      '  podSelector: {}\n  ingress: [{ ports: [{ port: 80, protocol: TCP, endPort: 80 }, { port: 80 }] }]\n',
    ],
    ['  podSelector: {}\n  policyTypes: [Ingress]\n  egress: [{}]\n', '  podSelector: {}\n'],
  ])('%j and %j', (a, b) => {
    expect(meansTheSame(a, b)).toBe(true);
  });
});

describe('two policies may differ for some pods', () => {
  it.each([
    ['  podSelector: {}\n', '  podSelector: {}\n  ingress: [{}]\n'],
    ['  podSelector: {}\n', '  podSelector: {}\n  policyTypes: [Ingress, Egress]\n'],
    [
      '  podSelector: {}\n  ingress: [{ from: [] }]\n',
      '  podSelector: {}\n  ingress: [{ from: [{ podSelector: {} }] }]\n',
    ],
    [
      '  podSelector: {}\n  ingress: [{ from: [{ podSelector: {} }] }]\n',
      '  podSelector: {}\n  ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }]\n',
    ],
    [
      '  podSelector: {}\n  ingress: [{ ports: [{ port: 80 }] }]\n',
      '  podSelector: {}\n  ingress: [{ ports: [{ port: 80, protocol: UDP }] }]\n',
    ],
    [
      '  podSelector: {}\n  ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]\n',
      '  podSelector: {}\n  ingress: [{ from: [{ podSelector: {} }] }, { ports: [{ port: 80 }] }]\n',
    ],
    [
      '  podSelector: {}\n  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]\n',
      '  podSelector: {}\n  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }]\n',
    ],
  ])('%j and %j', (a, b) => {
    expect(meansTheSame(a, b)).toBe(false);
  });
});
