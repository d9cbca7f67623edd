import { describe, expect, it } from 'vitest';
import { edgeLabel, edgePath, edgeWords, pointAlong } from '../../../client/webview/graph/edgeLooks.ts';
import { drawnParts } from '../../../client/webview/graph/drawnParts.ts';
import { spread } from '../../../client/webview/graph/spread.ts';
import type { PreviewEdge, PreviewNode } from '../../../server/src/protocol/preview.ts';

function edge(state: PreviewEdge['state'], before: string, after: string): PreviewEdge {
  return { id: 'e', from: 'a', to: 'b', state, before, after, pairs: 1, points: [] };
}

describe('a line of the graph', () => {
  it('is straight between two points', () => {
    expect(
      edgePath([
        { x: 0, y: 0 },
        { x: 10, y: 5 },
      ]),
    ).toBe('M0 0L10 5');
  });

  it('rounds its bends', () => {
    expect(
      edgePath([
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 20 },
      ]),
    ).toBe('M0 0L14 0Q20 0 20 6L20 20');
  });

  it('rounds a bend no further than half-way to the next one', () => {
    expect(
      edgePath([
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 4, y: 20 },
      ]),
    ).toBe('M0 0L2 0Q4 0 4 2L4 20');
  });

  it('is nothing where no layout was made', () => {
    expect(edgePath([])).toBe('');
    expect(pointAlong([], 0.5)).toEqual({ x: 0, y: 0 });
  });

  it('has its label half-way along it', () => {
    expect(
      pointAlong(
        [
          { x: 0, y: 0 },
          { x: 10, y: 0 },
          { x: 10, y: 30 },
        ],
        0.5,
      ),
    ).toEqual({ x: 10, y: 10 });
  });
});

describe('lines that join the same two nodes', () => {
  const across = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ];
  const there: PreviewEdge = { ...edge('added', '', '80/TCP'), id: 'there', from: 'a', to: 'b', points: across };
  const back: PreviewEdge = { ...there, id: 'back', from: 'b', to: 'a', points: across.toReversed() };
  const again: PreviewEdge = { ...there, id: 'again', state: 'removed' };

  it('lie beside each other, whichever way they lead', () => {
    const heights = spread([there, back, again]).map(({ points }) => points.map(({ y }) => Math.round(y)));
    expect(heights).toEqual([
      [-9, -9],
      [0, 0],
      [9, 9],
    ]);
    const two = spread([there, back]).map(({ points }) => points[0]?.y);
    expect(new Set(two).size).toBe(2);
  });

  it('keep their ends at the nodes where they lead around others', () => {
    const around = [
      { x: 0, y: 0 },
      { x: 30, y: 0 },
      { x: 30, y: 60 },
      { x: 0, y: 60 },
    ];
    const [one, other] = spread([
      { ...there, points: around },
      { ...again, points: around },
    ]);
    expect([one?.points[0]?.x, other?.points[0]?.x]).toEqual([0, 0]);
    expect(one?.points[1]?.x).not.toBe(other?.points[1]?.x);
    const [out, home] = spread([
      { ...there, points: around },
      { ...back, points: around.toReversed() },
    ]);
    expect(out?.points[1]?.x).not.toBe(home?.points[1]?.x);
  });

  it('have their labels at different places', () => {
    const places = spread([there, back, again]).map(({ points, labelAt }) => pointAlong(points, labelAt).x);
    expect(new Set(places.map(Math.round)).size).toBe(3);
  });

  it('are left alone where there is one', () => {
    expect(spread([there])).toEqual([{ ...there, labelAt: 0.5 }]);
  });
});

describe('the label of a line', () => {
  it.each([
    [edge('removed', '5432/TCP', ''), '− 5432/TCP'],
    [edge('added', '', '443/TCP'), '+ 443/TCP'],
    [edge('changed', '80/TCP', '443/TCP'), '~ 80/TCP → 443/TCP'],
    [edge('unchanged', '80/TCP', '80/TCP'), '80/TCP'],
    [edge('unknown', '80/TCP', '80/TCP'), '? 80/TCP'],
    [edge('changed', '8080,9090/TCP, 53/UDP', '443/TCP'), '~ 8080,9090/TCP, 53/UDP…'],
  ])('has a sign beside its colour, and is short: %o', (shown, label) => {
    expect(edgeLabel(shown)).toBe(label);
  });

  it('says the whole in words', () => {
    expect(edgeWords({ ...edge('removed', '5432/TCP', ''), pairs: 3 })).toBe(
      'before 5432/TCP, after nothing · removed · 3 pairs',
    );
  });
});

describe('what is drawn beside boxes, names and lines', () => {
  const badges = [
    { direction: 'ingress', kind: 'defaultDeny', state: 'added' },
    { direction: 'egress', kind: 'defaultDeny', state: 'added' },
  ] as const;
  const nodes = (count: number, of: PreviewNode['badges'] = []): PreviewNode[] =>
    Array.from({ length: count }, () => ({ badges: of }) as unknown as PreviewNode);
  const edges = (count: number, state: PreviewEdge['state']): PreviewEdge[] =>
    Array.from({ length: count }, () => edge(state, '', ''));

  it('is everything in a small picture', () => {
    expect(drawnParts({ nodes: nodes(20), edges: edges(30, 'unchanged') })).toEqual({ details: true, labels: 'all' });
  });

  it('leaves out the labels of what does not change where they would hide the picture', () => {
    const many = [...edges(200, 'unchanged'), ...edges(10, 'added')];
    expect(drawnParts({ nodes: nodes(20), edges: many })).toEqual({ details: true, labels: 'changed' });
  });

  it('labels what a person looks at where much changes', () => {
    expect(drawnParts({ nodes: nodes(20), edges: edges(200, 'added') })).toEqual({ details: true, labels: 'near' });
  });

  it.each([
    [1000, 0],
    [700, 300],
    [500, 500],
    [1, 999],
  ])('keeps the page below 5,000 elements with %i nodes and %i edges', (nodeCount, edgeCount) => {
    const graph = { nodes: nodes(nodeCount), edges: edges(edgeCount, 'added') };
    const { details, labels } = drawnParts(graph);
    const elements = nodeCount * (details ? 4 : 3) + edgeCount * (labels === 'none' ? 1 : 2);
    expect(elements).toBeLessThan(5000);
  });

  it('leaves out second lines last', () => {
    expect(drawnParts({ nodes: nodes(700, badges), edges: [] })).toEqual({ details: false, labels: 'none' });
  });
});
