import { describe, expect, it } from 'vitest';
import { readingOrder, stepFrom } from '../../../client/webview/graph/walk.ts';
import type { PreviewEdge, PreviewNode } from '../../../server/src/protocol/preview.ts';

function node(id: string, x: number, y: number, parent?: string): PreviewNode {
  const rest = { label: id, detail: '', focus: false, pods: 1, workloads: 1, badges: [], leadsTo: null };
  const size = { width: 100, height: 40 };
  return { id, kind: 'workload', x, y, ...size, ...rest, ...(parent !== undefined && { parent }) };
}

function edge(from: string, to: string): PreviewEdge {
  return { id: `${from} ${to}`, from, to, state: 'added', before: '', after: '', pairs: 1, points: [] };
}

/** Two boxes beside each other; `web` reaches `api` beside it, and `db` further away. */
const NODES = [
  node('shop', 0, 0),
  node('data', 300, 0),
  node('api', 320, 40, 'data'),
  node('db', 320, 120, 'data'),
  node('web', 20, 40, 'shop'),
  node('job', 20, 120, 'shop'),
  node('outside', 600, 50),
];
const EDGES = [edge('web', 'db'), edge('outside', 'api')];

describe('reading the graph', () => {
  it('goes through each box with what is in it', () => {
    expect(readingOrder(NODES)).toEqual(['shop', 'web', 'job', 'data', 'api', 'db', 'outside']);
  });

  it('leaves nothing out, whatever is said of parents', () => {
    const lost = [node('a', 0, 0, 'gone'), node('b', 0, 0, 'b')];
    expect(readingOrder(lost)).toEqual(['a', 'b']);
  });
});

describe('arrow keys in the graph', () => {
  it.each([
    ['web', 'right', 'db', 'along an edge before anything that is nearer'],
    ['db', 'left', 'web', 'back along it'],
    ['api', 'right', 'outside', 'against its direction as well'],
    ['web', 'down', 'job', 'to what is near where no edge leads there'],
    ['job', 'right', 'db', 'to what is beside it, and to no box around it'],
  ] as const)('lead from %s to the %s to %s: %s', (from, direction, to, _why) => {
    expect(stepFrom(from, direction, NODES, EDGES)).toBe(to);
  });

  it('lead nowhere at the edge of the picture', () => {
    expect(stepFrom('web', 'left', NODES, EDGES)).toBeUndefined();
    expect(stepFrom('gone', 'left', NODES, EDGES)).toBeUndefined();
  });
});
