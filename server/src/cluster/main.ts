/** The entry of `cluster.cjs`: what the server and the command line load when a cluster is asked for. */
import type { ClusterConnection, ConnectOptions, KubeContexts, KubeEnvironment } from '../workspace/clusterModule.ts';
import type { DiagnoseOptions, RunningDiagnosis } from '../workspace/clusterModule.ts';
import type { ClusterModule, SnapshotOptions, SnapshotReport } from '../workspace/clusterModule.ts';
import type { OpenedSession, SessionOptions } from '../workspace/clusterSession.ts';
import { systemClock } from './clock.ts';
import { openConnection } from './connection.ts';
import { describeContexts } from './kubeContexts.ts';
import { tryConnection } from './diagnose/tryConnection.ts';
import { completeEnvironment as complete } from './environment.ts';
import { loginShell } from './loginShell.ts';
import { readKubeconfig } from './readKubeconfig.ts';
import { openSession as open } from './session.ts';
import { writeSnapshot as write } from './writeSnapshot.ts';

const askShell = loginShell(systemClock);
const parts = { clock: systemClock, random: Math.random };

export async function completeEnvironment(
  environment: KubeEnvironment,
  own: Readonly<Record<string, string>>,
): Promise<KubeEnvironment> {
  return complete(environment, own, askShell);
}

export async function listContexts(environment: KubeEnvironment): Promise<KubeContexts> {
  return describeContexts(await readKubeconfig(environment), environment);
}

export function connect(options: ConnectOptions): ClusterConnection {
  return openConnection(options, parts);
}

export function diagnose(options: DiagnoseOptions): RunningDiagnosis {
  const stop = new AbortController();
  return { steps: tryConnection({ ...options, signal: stop.signal }, systemClock), cancel: () => stop.abort() };
}

export async function writeSnapshot(options: SnapshotOptions): Promise<SnapshotReport> {
  return write(options, parts);
}

export async function openSession(options: SessionOptions): Promise<OpenedSession> {
  return open(options, systemClock);
}

/** The exports are exactly what their users expect. */
({ completeEnvironment, listContexts, connect, diagnose, writeSnapshot, openSession }) satisfies ClusterModule;
