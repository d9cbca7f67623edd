import { describe, expect, it } from 'vitest';
import { badgeText, badgeWords, neighbours, nodeLabel, nodeName } from '../../../client/webview/graph/nodeWords.ts';
import type { PreviewEdge, PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';

function node(id: string, label: string, parent?: string, badges: PreviewNode['badges'] = []): PreviewNode {
  const place = { x: 0, y: 0, width: 1, height: 1 };
  const rest = { focus: false, pods: 3, workloads: 1, leadsTo: null, detail: 'Deployment · 3 pods' };
  return { id, kind: 'workload', label, badges, ...place, ...rest, ...(parent !== undefined && { parent }) };
}

function edge(from: string, to: string, state: PreviewEdge['state'], before: string, after: string): PreviewEdge {
  return { id: `${from} ${to}`, from, to, state, before, after, pairs: 1, points: [] };
}

const WEB = node('w', 'web', 's', [{ direction: 'egress', kind: 'defaultDeny', state: 'added' }]);
const NODES = [
  { ...node('s', 'shop'), kind: 'namespace' as const },
  WEB,
  node('d', 'db', 's'),
  node('x', '10.0.0.0/8'),
];
const BY_ID = new Map(NODES.map((each) => [each.id, each]));
const GRAPH: PreviewGraph = {
  version: 1,
  id: '1',
  revision: 1,
  width: 1,
  height: 1,
  nodes: NODES,
  edges: [edge('x', 'w', 'unchanged', '443/TCP', '443/TCP'), edge('w', 'd', 'removed', '5432/TCP', '')],
};

describe('a node in words', () => {
  it('has its namespace in its name', () => {
    expect(nodeName(WEB, BY_ID)).toBe('shop/web');
    expect(nodeName(NODES[3] as PreviewNode, BY_ID)).toBe('10.0.0.0/8');
  });

  it('says what isolates it and how much changes', () => {
    expect(nodeLabel(WEB, GRAPH, BY_ID)).toBe(
      'shop/web, Deployment · 3 pods, no egress (added), 2 connections, 1 changed or not known',
    );
  });

  it('says whom it reaches and who reaches it, what changes first', () => {
    expect(neighbours(WEB, GRAPH, BY_ID)).toEqual([
      'reaches shop/db 5432/TCP (removed)',
      'reached by 10.0.0.0/8 443/TCP',
    ]);
  });

  it('names a few of many', () => {
    const edges = Array.from({ length: 9 }, (_, index) => ({
      ...edge('w', 'd', 'added', '', `${index}/TCP`),
      id: String(index),
    }));
    expect(neighbours(WEB, { ...GRAPH, edges }, BY_ID).at(-1)).toBe('and 5 more');
  });

  it('keeps a name that is read from right to left to itself', () => {
    const hebrew = node('h', 'שלום');
    expect(nodeLabel(hebrew, { ...GRAPH, edges: [] }, BY_ID)).toBe('\u2068שלום\u2069, Deployment · 3 pods');
  });
});

describe('a badge', () => {
  it('has a sign beside its colour', () => {
    expect(badgeText({ direction: 'ingress', kind: 'defaultDeny', state: 'added' })).toBe('+ no ingress');
    expect(badgeText({ direction: 'egress', kind: 'isolated', state: 'removed' })).toBe('− egress isolated');
    expect(badgeText({ direction: 'egress', kind: 'unknown', state: 'unknown' })).toBe('egress not known');
  });

  it('says in words what its sign says', () => {
    expect(badgeWords({ direction: 'ingress', kind: 'isolated', state: 'unchanged' })).toBe('ingress isolated');
    expect(badgeWords({ direction: 'ingress', kind: 'isolated', state: 'removed' })).toBe('ingress isolated (removed)');
  });
});
