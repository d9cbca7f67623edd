import { expect, it } from 'vitest';
import { keptTraffic, stillDenied } from '../../../client/webview/changes/keptTraffic.ts';
import type { PreviewPorts } from '../../../server/src/protocol/preview.ts';

const NONE: PreviewPorts = { text: '', connections: [] };
const SOME: PreviewPorts = {
  text: '80,90-95/TCP, 53/UDP',
  connections: [
    { protocol: 'TCP', ports: '80,90-95' },
    { protocol: 'UDP', ports: '53' },
  ],
};
const ALL: PreviewPorts = {
  text: 'all ports',
  connections: (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, ports: '1-65535' })),
};
const OTHER: PreviewPorts = { text: '443/TCP', connections: [{ protocol: 'TCP', ports: '443' }] };

it.each([
  ['what is lost stays away, on each of its ports', SOME, NONE, ['80/TCP', '90-95/TCP', '53/UDP'], 'deny'],
  ['what is gained stays', NONE, OTHER, ['443/TCP'], 'allow'],
  [
    'of what is changed, what is new: what was there before says nothing of the change',
    SOME,
    OTHER,
    ['443/TCP'],
    'allow',
  ],
  ['every port has no number', ALL, NONE, [], 'deny'],
] as const)('keeping a row as a test: %s', (_, lost, gained, ports, expected) => {
  expect(keptTraffic({ lost, gained })).toEqual({ ports, expect: expected });
});

it('what an edit opens on one side and the other still denies is kept as denied', () => {
  expect(keptTraffic(stillDenied(SOME))).toEqual({ ports: ['80/TCP', '90-95/TCP', '53/UDP'], expect: 'deny' });
});
