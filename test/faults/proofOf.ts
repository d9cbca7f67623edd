import { mkdirSync } from 'node:fs';
import { systemFiles } from '../../server/src/guard/durableFiles.ts';
import { guardOf } from '../../server/src/guard/guard.ts';
import { runHelper } from '../../server/src/guard/helper.ts';
import { readHelperStatus } from '../../server/src/guard/helperStatus.ts';
import { ownIdentity } from '../../server/src/guard/processIdentity.ts';
import type { Proof } from '../../server/src/guard/proof.ts';
import { guardFolder, writeRecord } from '../../server/src/guard/recordStore.ts';
import { systemTimes } from '../../server/src/guard/times.ts';
import type { OpenedSession, SessionOptions } from '../../server/src/workspace/clusterSession.ts';

/** What the helper process finds out before a change of the policy `shop/web`, which is then cancelled. */
export async function proofOf(
  folder: string,
  session: SessionOptions,
  openSession: (options: SessionOptions) => Promise<OpenedSession>,
): Promise<Proof | undefined> {
  const own = guardFolder(folder, 'guard');
  mkdirSync(own, { recursive: true });
  await writeRecord(systemFiles, own, {
    version: 1,
    id: 'guard',
    state: 'prepared',
    preparedAt: new Date().toISOString(),
    starter: ownIdentity(),
    target: { context: session.context, identity: session.identity, server: '', user: 'eve', files: [] },
    who: { name: 'eve', by: 'kubeconfig' },
    journal: folder,
    seconds: 120,
    objects: [{ ref: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' }, change: 'replace' }],
    rollbackDelta: '',
  });
  const { cancel } = guardOf('guard', own, { can: true, of: 'unknown', outlives: { answer: 'yes' } });
  await runHelper(
    own,
    { environment: session.environment },
    {
      files: systemFiles,
      times: systemTimes,
      openSession: (options) => openSession({ ...options, allowExec: session.allowExec }),
      outlives: () => ({ answer: 'yes' }),
      pause: cancel,
      every: () => () => undefined,
      random: Math.random,
      log: () => undefined,
    },
  );
  return (await readHelperStatus(systemFiles, own))?.proof;
}
