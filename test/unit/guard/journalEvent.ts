import type { JournalEvent } from '../../../server/src/guard/journalLine.ts';

export function journalEvent(more: Partial<JournalEvent> = {}): JournalEvent {
  return {
    kind: 'apply',
    at: '2026-11-25T10:00:00.000Z',
    who: { name: 'eve', by: 'server' },
    context: 'prod-eu',
    server: 'https://api.example',
    object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' },
    beforeHash: null,
    afterHash: 'a'.repeat(64),
    delta: 'frontend can no longer reach db on 5432/TCP',
    ...more,
  };
}
