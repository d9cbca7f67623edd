import { createHash } from 'node:crypto';
import type { ExecPlugin, KubeContext, KubeContexts, KubeEnvironment } from '../workspace/clusterModule.ts';
import { authorityOf } from './clusterAuthority.ts';
import { programProblem } from './execCredential.ts';
import { findProgram } from './findProgram.ts';
import type { ExecConfig, KubeCluster, Kubeconfig, KubeUser } from './kubeconfig.ts';
import { plainText } from './plainText.ts';
import type { KubeconfigFiles } from './readKubeconfig.ts';

/** What a person may see of the contexts: no certificate, key, token or value of an environment variable. */
export async function describeContexts(
  { files, config }: KubeconfigFiles,
  environment: KubeEnvironment,
): Promise<KubeContexts> {
  const contexts: KubeContext[] = [];
  for (const name of config.contexts.keys()) {
    const context = await describeContext(config, name, environment);
    if (context !== undefined) contexts.push(context);
  }
  return { contexts, files, ...(config.currentContext !== undefined && { current: config.currentContext }) };
}

/** One context; undefined where there is none of that name. */
export async function describeContext(
  config: Kubeconfig,
  name: string,
  environment: KubeEnvironment,
): Promise<KubeContext | undefined> {
  const entry = config.contexts.get(name);
  if (entry === undefined) return undefined;
  const cluster = config.clusters.get(entry.cluster);
  const user = config.users.get(entry.user);
  const ca = cluster && (await fingerprint(cluster));
  const exec = user?.exec && (await describeExec(entry.user, user.exec, environment));
  const problem =
    entry.cluster === ''
      ? `The context ${plainText(name)} names no cluster.`
      : cluster === undefined
        ? `The context ${plainText(name)} names the cluster ${plainText(entry.cluster)}, which no kubeconfig file describes.`
        : (ca?.problem ??
          serverProblem(cluster.server) ??
          userProblem(name, entry.user, user) ??
          (user?.exec && programProblem(user.exec, exec?.path, environment)));
  const server = cluster === undefined ? '' : withoutUserInfo(cluster.server);
  return {
    name,
    cluster: entry.cluster,
    server,
    identity: digest(`${server}\n${cluster?.skipTlsVerify === true ? 'not verified' : (ca?.value ?? 'system')}`),
    user: entry.user,
    ...(ca?.value !== undefined && { caFingerprint: ca.value }),
    ...(entry.namespace !== undefined && { namespace: entry.namespace }),
    ...(exec !== undefined && { exec }),
    ...(problem !== undefined && { problem }),
  };
}

/** A consent lapses with the user's name, the command, its program, its arguments or the names of its environment. */
export async function describeExec(user: string, exec: ExecConfig, environment: KubeEnvironment): Promise<ExecPlugin> {
  const env = exec.env.map(({ name }) => name);
  const path = await findProgram(exec.command, environment);
  return {
    command: exec.command,
    args: exec.args,
    env,
    identity: digest(JSON.stringify([user, exec.command, path ?? '', exec.args, env])),
    ...(path !== undefined && { path }),
    ...(exec.installHint !== undefined && { installHint: plainText(exec.installHint) }),
  };
}

/** The certificates' own bytes count, not their wrapping, so that a re-wrapped bundle is the same CA. */
async function fingerprint(cluster: KubeCluster): Promise<{ value?: string; problem?: string }> {
  const pem = await authorityOf(cluster).catch(() => null);
  if (pem === null) return { problem: `The CA file ${cluster.caFile ?? ''} cannot be read.` };
  if (pem === undefined) return {};
  const bodies = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  if (bodies.length === 0) return { value: digest(pem.trim()) };
  const hash = createHash('sha256');
  for (const [, body = ''] of bodies) hash.update(Buffer.from(body, 'base64'));
  return { value: hash.digest('hex') };
}

function serverProblem(server: string): string | undefined {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return undefined;
  return `The cluster's server ${plainText(server)} is not an http or https address.`;
}

function userProblem(context: string, name: string, user: KubeUser | undefined): string | undefined {
  if (name === '') return undefined;
  if (user === undefined) {
    return `The context ${plainText(context)} names the user ${plainText(name)}, which no kubeconfig file describes.`;
  }
  if (user.exec?.interactive === true) {
    return `The login program of user ${plainText(name)} needs a terminal (interactiveMode: Always): log in with kubectl and use a context without it.`;
  }
  return undefined;
}

function withoutUserInfo(server: string): string {
  return server.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
