/** The real Kustomize, where the machine has it: on its own or within kubectl. */
import { execFileSync, spawnSync } from 'node:child_process';

const CANDIDATES: readonly (readonly string[])[] = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
];

/** The command that builds a folder; undefined where there is none. */
export const KUSTOMIZE: readonly string[] | undefined = CANDIDATES.find(
  ([program = '', verb = '']) => spawnSync(program, [verb, '--help'], { stdio: 'ignore' }).status === 0,
);

/** The end of a suite's title, so that a skipped suite says why it was skipped. */
export const KUSTOMIZE_NOTE = KUSTOMIZE === undefined ? ' (skipped: neither kustomize nor kubectl is installed)' : '';

/** What Kustomize builds of a folder; undefined where it refuses. */
export function kustomizeBuild(folder: string): string | undefined {
  const [program = '', ...args] = KUSTOMIZE ?? [];
  try {
    return execFileSync(program, [...args, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
