import type { KeepIntentParams } from '../../../server/src/protocol/intents.ts';
import type { PreviewRow } from '../../../server/src/protocol/preview.ts';

/** What has come about by a change, as a test that keeps it: what is gained passes, what is lost does not. */
export function keptTraffic({
  lost,
  gained,
}: Pick<PreviewRow, 'lost' | 'gained'>): Pick<KeepIntentParams, 'ports' | 'expect'> {
  const [kept, expect] = gained.connections.length > 0 ? ([gained, 'allow'] as const) : ([lost, 'deny'] as const);
  const isAll = kept.connections.length === 3 && kept.connections.every(({ ports }) => ports === '1-65535');
  return {
    ports: isAll
      ? []
      : kept.connections.flatMap(({ protocol, ports }) => ports.split(',').map((range) => `${range}/${protocol}`)),
    expect,
  };
}

/** What passes before and after. */
export type Traffic = Pick<PreviewRow, 'type' | 'before' | 'after' | 'lost' | 'gained'>;

/** What an edit opens on one side and the other side denies: kept, it is as what is gone. */
export function stillDenied(ports: PreviewRow['before']): Traffic {
  const none = { text: '', connections: [] };
  return { type: 'lost', before: ports, after: none, lost: ports, gained: none };
}
