import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { processStat } from './processIdentity.ts';

/** Whether a process goes on when the editor that started it ends. */
export interface Outlives {
  readonly answer: 'yes' | 'no' | 'notKnown';
  /** One sentence; present unless the answer is yes. */
  readonly why?: string;
}

/**
 * What can be known of this process: it leads a session of its own and is nobody's child, so that no terminal, no
 * process group and no editor that ends its children takes it along. A container that stops with the editor takes all of its processes, and none of them can see it coming.
 *
 * @param variables of the starter's environment, which say whether it runs in a container of an editor
 */
export function outlivesStarter(variables: Readonly<Record<string, string | undefined>>): Outlives {
  const stat = processStat(process.pid);
  if (stat !== undefined && (stat.session !== process.pid || stat.group !== process.pid)) {
    return { answer: 'no', why: 'The helper process shares a session with the editor, which takes it along.' };
  }
  const container = containerSign(variables);
  if (container !== undefined) {
    return {
      answer: 'notKnown',
      why: `This is a container (${container}): if it stops with the editor, the helper process stops too, and the next start asks what to do.`,
    };
  }
  if (platform() === 'win32') {
    return { answer: 'notKnown', why: 'Windows may end the helper process with the editor that started it.' };
  }
  return { answer: 'yes' };
}

function containerSign(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = CONTAINER_FILES.find((path) => existsSync(path));
  return file ?? CONTAINER_VARIABLES.find((name) => (variables[name] ?? '') !== '');
}

const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'];
const CONTAINER_VARIABLES = ['REMOTE_CONTAINERS', 'CODESPACES', 'KUBERNETES_SERVICE_HOST', 'container'];
