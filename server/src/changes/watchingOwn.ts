import type { ClusterConnection } from '../workspace/clusterModule.ts';
import type { Applied } from '../workspace/apply/clusterApply.ts';
import type { LeftState } from '../guard/journalLine.ts';
import { identityOfObject } from '../guard/guardedObject.ts';
import type { OwnWrites } from './ownWrites.ts';

/** The same connection; what is written through it is noted as our own before anybody is told of it. */
export function watchingOwn(connection: ClusterConnection, own: OwnWrites, closed: () => void): ClusterConnection {
  const { apply, close } = connection;
  return {
    ...connection,
    apply: {
      ...apply,
      send: async (...asked) => {
        const end = own.begin();
        try {
          const outcome = await apply.send(...asked);
          if (outcome.kind === 'applied' || outcome.kind === 'altered') own.note(leftBy(outcome.applied));
          return outcome;
        } finally {
          end();
        }
      },
    },
    close: () => {
      closed();
      close();
    },
  };
}

/** The state that a write has left, or the object that it has deleted. */
export function leftBy({ before, after }: Pick<Applied, 'before' | 'after'>): LeftState {
  return after === undefined ? { uid: identityOfObject(before ?? {}).uid } : identityOfObject(after);
}
