import type { DiagnoseOptions, DiagnosisStep } from '../../workspace/clusterModule.ts';
import { ApiError } from '../apiFault.ts';
import { httpTransport } from '../apiTransport.ts';
import type { Clock } from '../clock.ts';
import { programProblem } from '../execCredential.ts';
import { describeContext } from '../kubeContexts.ts';
import { prepareLogin } from '../login.ts';
import { plainText } from '../plainText.ts';
import { chooseProxy } from '../proxyChoice.ts';
import { readKubeconfig } from '../readKubeconfig.ts';
import { loginStep, rightSteps } from './accessSteps.ts';
import { contextStep, credentialStep, kubeconfigStep } from './kubeconfigSteps.ts';
import { proxyStep, serverSteps } from './serverSteps.ts';
import { failed, skipped } from './steps.ts';

export interface TryOptions extends DiagnoseOptions {
  readonly signal: AbortSignal;
}

/**
 * Tries a connection step by step: kubeconfig, context, what signs in, proxy, network, TLS, login, rights. Nothing is
 * contacted where the context leads elsewhere than when it was chosen, and no program runs without consent. A step that
 * cannot be tried any more says so. Never rejects.
 */
export async function tryConnection(options: TryOptions, clock: Clock): Promise<readonly DiagnosisStep[]> {
  const { environment, identity, signal } = options;
  const files = await readKubeconfig(environment);
  const context = await describeContext(files.config, options.context, environment);
  const cluster = context && files.config.clusters.get(context.cluster);
  const user = files.config.users.get(context?.user ?? '') ?? {};
  const fault = user.exec && programProblem(user.exec, context?.exec?.path, environment);
  const chosen = contextStep(options.context, context, identity, fault);
  const first = [kubeconfigStep(files, environment), chosen];
  if (context === undefined || cluster === undefined || chosen.state === 'fail')
    return [...first, ...notTried(CONTACT)];

  const allowed = context.exec === undefined || (await options.allowExec(context.exec));
  const material = await credentialStep(user, context.exec, environment, allowed);
  const choice = chooseProxy(cluster.server, cluster.proxyUrl, environment);
  const before = [...first, material, proxyStep(choice)];
  if (choice.kind === 'unusable') return [...before, ...notTried(['Network', 'TLS', 'Login', 'Rights'])];

  const server = await serverSteps({ cluster, choice, clock, signal });
  const steps = [...before, ...server];
  if (material.state === 'fail' || server.some(({ state }) => state === 'fail')) {
    return [...steps, ...notTried(['Login', 'Rights'])];
  }
  return [...steps, ...(await accessSteps(options, clock))];
}

const CONTACT = ['Login material', 'Proxy', 'Network', 'TLS', 'Login', 'Rights'];

function notTried(names: readonly string[]): readonly DiagnosisStep[] {
  return names.map((name) => skipped(name, 'Not tried, because of what has failed before.'));
}

async function accessSteps(options: TryOptions, clock: Clock): Promise<readonly DiagnosisStep[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  try {
    const { context, credentials, proxy } = await prepareLogin({ ...options, clock, signal });
    const transport = httpTransport({ server: context.server, credentials, proxy, clock, signal });
    const parts = { transport, signal, namespace: context.namespace ?? 'default' };
    const login = await loginStep(parts);
    return [login, ...(login.state === 'fail' ? notTried(['Rights']) : await rightSteps(parts))];
  } catch (error) {
    const why = error instanceof ApiError ? error.message : plainText(String(error));
    return [failed('Login', why, 'Mend what the message names.'), ...notTried(['Rights'])];
  } finally {
    // Idle connections end with it.
    stop.abort();
  }
}
