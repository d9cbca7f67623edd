import { readFile } from 'node:fs/promises';
import { toGoValue } from '../syntax/goValue.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import { parseTree } from '../syntax/yamlTree.ts';
import type { KubeconfigFile, KubeEnvironment } from '../workspace/clusterModule.ts';
import { inClusterConfig } from './inCluster.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { mergeKubeconfigs, readEntries } from './kubeconfig.ts';
import { kubeconfigPaths } from './kubeconfigPaths.ts';

/** The merged entries and what became of each file. */
export interface KubeconfigFiles {
  readonly files: readonly KubeconfigFile[];
  readonly config: Kubeconfig;
}

/**
 * Reads and merges the environment's kubeconfig files, and behind them the context of the cluster that this process
 * runs in. A file that cannot be used is said, never thrown.
 */
export async function readKubeconfig(environment: KubeEnvironment): Promise<KubeconfigFiles> {
  const files: KubeconfigFile[] = [];
  const configs: Kubeconfig[] = [];
  for (const path of kubeconfigPaths(environment)) {
    const { file, config } = await readOne(path, environment.platform);
    files.push(file);
    if (config !== undefined) configs.push(config);
  }
  const own = await inClusterConfig(environment);
  if (own === undefined) return { files, config: mergeKubeconfigs(configs) };
  // As for kubectl in a pod: it is the current one where no file has any context.
  const isOnly = configs.every(({ contexts }) => contexts.size === 0);
  const [currentContext] = isOnly ? own.contexts.keys() : [];
  return { files, config: mergeKubeconfigs([...configs, { ...own, ...(currentContext && { currentContext }) }]) };
}

async function readOne(path: string, platform: string): Promise<{ file: KubeconfigFile; config?: Kubeconfig }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { file: { path, state: 'missing' } };
    return { file: { path, state: 'failed', problem: `${path} cannot be read: ${READ_FAULTS[code] ?? code}.` } };
  }
  const { root, problems } = parseTree(text);
  const [first] = problems;
  if (first !== undefined) {
    // Only the line: what YAML says of it could quote a token.
    const line = lineIndex(text).position(first.range.start).line + 1;
    return { file: { path, state: 'failed', problem: `${path} is not valid YAML (line ${line}).` } };
  }
  const { value } = toGoValue(root, text);
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
    return { file: { path, state: 'failed', problem: `${path} is not a kubeconfig: it holds no map of entries.` } };
  }
  return { file: { path, state: 'read' }, config: readEntries(value, path, platform) };
}

const READ_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
};
