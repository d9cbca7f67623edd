import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { ClusterSession, LoginLife } from '../workspace/clusterSession.ts';

import type { ApplyTarget, PlannedStep } from '../workspace/apply/clusterApply.ts';
import type { Outlives } from './outlives.ts';
import { objectPath } from './objectPath.ts';

/** What the helper process has found out before anything is changed. */
export interface Proof {
  /** It can roll back: it signs in without a person until past the deadline, and has the rights. */
  readonly can: boolean;
  /** Why it cannot, one sentence; present unless it can. */
  readonly why?: string;
  /**
   * What it cannot do without; present unless it can. `login`: nobody is there who could sign in. `place`: it would end
   * with the editor. `time`: its login ends too soon. `server`: a right is missing, or the server does not answer.
   */
  readonly lacks?: 'login' | 'place' | 'time' | 'server';
  /** ISO 8601: when its login ends as far as that is known. */
  readonly until?: string;
  /** What ends then; `program`: a login program renews it, and has just done so without asking. */
  readonly of: LoginLife['of'];
  readonly outlives: Outlives;
}

/** A change whose rollback has to be possible. */
export interface WantedChange {
  readonly ref: ApplyTarget;
  readonly change: PlannedStep['change'];
}

/** Why there is no login without a person. */
export const ASKING = 'The login program asks a person to sign in.';

/** Past the deadline by this: a rollback takes a while, and clocks differ. */
const MARGIN_MS = 60_000;

/**
 * Tries what a rollback needs: signs in, reads the objects, asks the server for the rights (SelfSubjectAccessReview).
 * Never rejects.
 *
 * @param deadline ms since 1970, when the rollback would begin at the latest
 * @param prompted resolves when the login program asks something of a person
 */
export async function prove(
  session: ClusterSession,
  wanted: readonly WantedChange[],
  { deadline, prompted, outlives }: { deadline: number; prompted: Promise<void>; outlives: Outlives },
): Promise<Proof> {
  const asked: LoginLife = { of: 'program', problem: ASKING };
  const life = await Promise.race([session.life(), prompted.then(() => asked)]);
  const lack =
    lacking('login', life.problem) ??
    lacking('time', lifeProblem(life, deadline)) ??
    lacking('place', outlives.answer === 'no' ? outlives.why : undefined) ??
    (await Promise.race([requestLack(session, wanted), prompted.then(() => lacking('login', ASKING))]));
  return {
    can: lack === undefined,
    ...lack,
    ...(life.until !== undefined && { until: new Date(life.until).toISOString() }),
    of: life.of,
    outlives,
  };
}

type Lack = Required<Pick<Proof, 'lacks' | 'why'>>;

function lacking(lacks: Lack['lacks'], why: string | undefined): Lack | undefined {
  return why === undefined ? undefined : { lacks, why };
}

function lifeProblem({ until, of }: LoginLife, deadline: number): string | undefined {
  if (until === undefined || until >= deadline + MARGIN_MS) return undefined;
  const what = of === 'certificate' ? 'client certificate' : 'token';
  return `The ${what} ends at ${new Date(until).toISOString()}, before a rollback would be over.`;
}

async function requestLack(session: ClusterSession, wanted: readonly WantedChange[]): Promise<Lack | undefined> {
  const asked = new Map<string, Promise<string | undefined>>();
  for (const { ref, change } of wanted) {
    for (const verb of ['get', VERBS[change]] as const) {
      const key = JSON.stringify([verb, ref]);
      if (!asked.has(key)) asked.set(key, rightProblem(session, verb, ref));
    }
  }
  const [first] = wanted;
  if (first !== undefined) {
    const answer = await session.request({ method: 'GET', path: objectPath(first.ref) });
    if (!answer.ok && answer.kind !== 'notFound') {
      return { lacks: answer.kind === 'login' ? 'login' : 'server', why: answer.message };
    }
  }
  const problems = await Promise.all(asked.values());
  return lacking(
    'server',
    problems.find((problem) => problem !== undefined),
  );
}

/** What takes each change back. */
const VERBS = { create: 'delete', replace: 'update', delete: 'create' } as const satisfies Record<
  PlannedStep['change'],
  string
>;

async function rightProblem(session: ClusterSession, verb: string, ref: ApplyTarget): Promise<string | undefined> {
  const { kind, name } = ref;
  const namespace = kind === 'Namespace' ? undefined : ref.namespace;
  // A Namespace that was created is not deleted again.
  if (kind === 'Namespace' && verb !== 'get' && verb !== 'update') return undefined;
  const resource =
    kind === 'Namespace' ? { resource: 'namespaces' } : { group: 'networking.k8s.io', resource: 'networkpolicies' };
  const answer = await session.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      // The name of what is created is not known to the authorizer.
      spec: {
        resourceAttributes: {
          ...resource,
          verb,
          ...(verb !== 'create' && { name }),
          ...(namespace !== undefined && { namespace }),
        },
      },
    },
  });
  if (!answer.ok) return answer.message;
  if (asMap(asMap(answer.body)['status'])['allowed'] === true) return undefined;
  const reason = asString(asMap(asMap(answer.body)['status'])['reason']);
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  return `Rolling back needs the right to ${verb} ${resource.resource}${where}${reason === '' ? '.' : `: ${reason}.`}`;
}
