import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { DiagnosisStep, ExecPlugin, KubeContext, KubeEnvironment } from '../../workspace/clusterModule.ts';
import { programProblem } from '../execCredential.ts';
import type { KubeUser } from '../kubeconfig.ts';
import { plainText } from '../plainText.ts';
import type { KubeconfigFiles } from '../readKubeconfig.ts';
import { dateText, nameText } from './certificateText.ts';
import { failed, passed } from './steps.ts';

/** Which kubeconfig files there are, on which machine. */
export function kubeconfigStep({ files, config }: KubeconfigFiles, { machine }: KubeEnvironment): DiagnosisStep {
  const says = [
    `Looked for on ${plainText(machine ?? 'this machine')}.`,
    ...files.map(({ path, state, problem }) =>
      problem === undefined ? `${plainText(path)}: ${state === 'read' ? 'read' : 'not there'}` : plainText(problem),
    ),
  ];
  if (config.contexts.size > 0 && files.every(({ state }) => state !== 'failed')) return passed('Kubeconfig', ...says);
  const remedy =
    config.contexts.size === 0
      ? 'Name a kubeconfig that has a context in the setting bulkhead.kubeconfig, or use a snapshot.'
      : 'Mend the file, or name another one in the setting bulkhead.kubeconfig.';
  return failed('Kubeconfig', says, remedy);
}

/**
 * Whether the context still is the one that a person chose.
 *
 * @param programFault what is wrong with the program that signs in
 */
export function contextStep(
  name: string,
  context: KubeContext | undefined,
  identity: string,
  programFault: string | undefined,
): DiagnosisStep {
  if (context === undefined) {
    return failed('Context', `No kubeconfig has a context ${plainText(name)}.`, 'Choose another context.');
  }
  const says = [
    `${plainText(context.name)}: cluster ${plainText(context.cluster)} at ${plainText(context.server)}, user ${plainText(context.user) || '(none)'}, namespace ${plainText(context.namespace ?? 'default')}`,
    context.caFingerprint === undefined
      ? "Certificates of the system's authorities are accepted."
      : `Only certificates of its own authority are accepted (SHA-256 ${context.caFingerprint.slice(0, 16)}…).`,
  ];
  if (context.identity !== identity) {
    const moved =
      'It leads to another address or certificate authority than when it was chosen. Nothing was contacted.';
    return failed('Context', [...says, moved], 'Choose the context again if the change is meant.');
  }
  // What is wrong with its program has a step of its own.
  if (context.problem !== undefined && context.problem !== programFault) {
    return failed(
      'Context',
      [...says, context.problem],
      'Mend the entry in the kubeconfig, or choose another context.',
    );
  }
  return passed('Context', ...says);
}

/** What signs in: a program, a certificate with its end, a token. */
export async function credentialStep(
  user: KubeUser,
  plugin: ExecPlugin | undefined,
  environment: KubeEnvironment,
  allowed: boolean,
): Promise<DiagnosisStep> {
  const name = 'Login material';
  if (user.exec !== undefined && plugin !== undefined) return pluginStep(name, user, plugin, environment, allowed);
  if (user.certData !== undefined || user.certFile !== undefined) return certificateStep(name, user);
  if (user.tokenFile !== undefined) {
    const token = await readFile(user.tokenFile, 'utf8').catch(() => undefined);
    if (token?.trim()) return passed(name, `A token from ${plainText(user.tokenFile)}, read anew for each request.`);
    const why = `${plainText(user.tokenFile)} ${token === undefined ? 'cannot be read' : 'is empty'}.`;
    return failed(name, why, 'Have the token written there again.');
  }
  if (user.token !== undefined) return passed(name, 'A token of the kubeconfig.');
  if (user.authProvider !== undefined) return passed(name, `The auth provider ${plainText(user.authProvider.name)}.`);
  if (user.username !== undefined) return passed(name, 'A user name and password of the kubeconfig.');
  return passed(name, 'None: the server is asked as anonymous.');
}

function pluginStep(
  name: string,
  { exec }: KubeUser,
  plugin: ExecPlugin,
  environment: KubeEnvironment,
  allowed: boolean,
): DiagnosisStep {
  const says = [
    `The program ${plainText(plugin.command)}${plugin.path === undefined ? '' : `, found as ${plainText(plugin.path)}`}`,
    ...(plugin.installHint === undefined ? [] : [`Its install hint: ${plugin.installHint}`]),
  ];
  const problem = exec && programProblem(exec, plugin.path, environment);
  if (problem !== undefined) {
    return failed(
      name,
      [...says, problem],
      'Install it, or add its folder to PATH in the setting bulkhead.environment.',
    );
  }
  if (!allowed) {
    const why = 'Nobody has agreed that it runs as it is now.';
    return failed(name, [...says, why], 'Choose the context again: you are shown what would run.');
  }
  return passed(name, ...says);
}

async function certificateStep(name: string, user: KubeUser): Promise<DiagnosisStep> {
  let certificate: X509Certificate;
  try {
    const pem =
      user.certData === undefined ? await readFile(user.certFile ?? '') : Buffer.from(user.certData, 'base64');
    certificate = new X509Certificate(pem);
  } catch {
    const from = user.certData === undefined ? plainText(user.certFile ?? '') : 'the kubeconfig';
    return failed(name, `The client certificate of ${from} cannot be read.`, 'Have the certificate issued again.');
  }
  const says = `A client certificate for ${nameText(certificate.subject)}, valid until ${dateText(certificate.validTo)}`;
  const isOver = Date.parse(certificate.validTo) < Date.now();
  if (!isOver) return passed(name, says);
  return failed(name, [says, 'It has expired.'], 'Have the certificate issued again.');
}
