import { existsSync } from 'node:fs';
import type { ProcessStat } from './processIdentity.ts';
import { processStat } from './processIdentity.ts';

/** Whether a process goes on when the editor that started it ends. */
export interface Outlives {
  readonly answer: 'yes' | 'no' | 'notKnown';
  /** One sentence; present unless the answer is yes. */
  readonly why?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What a process sees of itself and of its surroundings. */
export interface Surroundings {
  readonly pid: number;
  /** Undefined where the system does not tell (not Linux). */
  readonly stat: ProcessStat | undefined;
  /** As `process.platform`. */
  readonly platform: string;
  readonly exists: (path: string) => boolean;
  /** Of the editor, not of the process itself, which has none of them. */
  readonly variables: Variables;
}

/** What can be known of this process. */
export function outlivesStarter(variables: Variables): Outlives {
  const { pid, platform } = process;
  return outlives({ pid, stat: processStat(pid), platform, exists: existsSync, variables });
}

/**
 * A process that leads a session of its own and is nobody's child is taken along by no terminal, no process group and no
 * editor that ends its children. A container or a virtual machine that stops with the editor takes all of its
 * processes, and none of them can see it coming. Pure.
 */
export function outlives({ pid, stat, platform, exists, variables }: Surroundings): Outlives {
  if (stat !== undefined && (stat.session !== pid || stat.group !== pid)) {
    return { answer: 'no', why: 'The helper process shares a session with the editor, which takes it along.' };
  }
  const isSet = (name: string): boolean => (variables[name] ?? '') !== '';
  const container = CONTAINER_FILES.find(exists) ?? CONTAINER_VARIABLES.find(isSet);
  if (container !== undefined) {
    return {
      answer: 'notKnown',
      why: `This is a container (${container}): if it stops with the editor, so does the helper process, and the next start asks what to do.`,
    };
  }
  if (isSet('WSL_DISTRO_NAME')) {
    const why =
      'This is WSL: Windows may stop it when the last window that uses it is closed, and with it the helper process; the next start asks what to do.';
    return { answer: 'notKnown', why };
  }
  if (platform === 'win32') {
    return { answer: 'notKnown', why: 'Windows may end the helper process with the editor that started it.' };
  }
  return { answer: 'yes' };
}

/** Docker, Podman, Flatpak. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv', '/.flatpak-info'];
const CONTAINER_VARIABLES = ['REMOTE_CONTAINERS', 'CODESPACES', 'KUBERNETES_SERVICE_HOST', 'container'];
