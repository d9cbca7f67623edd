import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALL_PORTS, NO_PORTS, PortSets, type PortSetId } from '../../../server/src/engine/portSets.ts';
import { PROTOCOLS, type Protocol } from '../../../server/src/model/networkPolicy.ts';

describe('port sets', () => {
  const sets = new PortSets();
  const range = (from: number, to: number, protocol: Protocol = 'TCP'): PortSetId => sets.range(protocol, from, to);

  test('equal sets have one id, however they were made', () => {
    expect(sets.union(range(80, 90), range(91, 95))).toBe(range(80, 95));
    expect(sets.union(range(1, 40_000), range(30_000, 65_535))).toBe(range(1, 65_535));
    const everything = PROTOCOLS.reduce((all, protocol) => sets.union(all, range(1, 65_535, protocol)), NO_PORTS);
    expect(everything).toBe(ALL_PORTS);
    expect(sets.subtract(range(80, 80), range(80, 80))).toBe(NO_PORTS);
  });

  test.each([
    [0, 80, [{ from: 1, to: 80 }]],
    [65_000, 70_000, [{ from: 65_000, to: 65_535 }]],
    [90, 80, []],
    [Number.NaN, 80, []],
  ])('%j to %j is clipped to what ports there are', (from, to, ranges) => {
    expect(sets.connections(range(from, to))).toEqual(ranges.length === 0 ? [] : [{ protocol: 'TCP', ranges }]);
  });

  test('lists protocols in one order and ranges ascending and merged', () => {
    const mixed = [range(90, 95), range(53, 53, 'UDP'), range(80, 80), range(96, 96), range(7, 7, 'SCTP')];
    expect(sets.connections(mixed.reduce((all, part) => sets.union(all, part)))).toEqual([
      {
        protocol: 'TCP',
        ranges: [
          { from: 80, to: 80 },
          { from: 90, to: 96 },
        ],
      },
      { protocol: 'UDP', ranges: [{ from: 53, to: 53 }] },
      { protocol: 'SCTP', ranges: [{ from: 7, to: 7 }] },
    ]);
  });

  test('union, intersection and difference are those of sets of ports', () => {
    const ranges = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(...PROTOCOLS)),
      { maxLength: 4 },
    );
    const made = (parts: [number, number, Protocol][]): PortSetId =>
      parts.reduce((all, [from, length, protocol]) => sets.union(all, range(from, from + length, protocol)), NO_PORTS);
    const members = (id: PortSetId): string[] =>
      PROTOCOLS.flatMap((protocol) =>
        Array.from({ length: 18 }, (_, port) => port)
          .filter((port) => sets.has(id, protocol, port))
          .map((port) => `${protocol} ${port}`),
      );
    fc.assert(
      fc.property(ranges, ranges, (left, right) => {
        const [a, b] = [made(left), made(right)];
        const [inA, inB] = [members(a), members(b)];
        expect(members(sets.union(a, b))).toEqual(members(made([...left, ...right])));
        expect(members(sets.intersect(a, b))).toEqual(inA.filter((port) => inB.includes(port)));
        expect(members(sets.subtract(a, b))).toEqual(inA.filter((port) => !inB.includes(port)));
        expect(sets.fromConnections(sets.connections(a))).toBe(a);
      }),
    );
  });
});
