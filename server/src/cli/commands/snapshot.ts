import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { count, printable } from '../../analysis/wording.ts';
import { kubeEnvironment, loadClusterModule } from '../source.ts';
import { reason } from '../manifestFiles.ts';
import { UsageError } from '../usageError.ts';

export interface SnapshotCommandOptions {
  readonly output: string;
  readonly context?: string;
  readonly namespaces?: string;
}

/** `bulkhead snapshot`: the file stands complete or not at all. */
export async function snapshot({ output, context, namespaces }: SnapshotCommandOptions): Promise<number> {
  const cluster = await loadClusterModule();
  const partial = `${output}.partial`;
  const file = createWriteStream(partial, { mode: 0o600 });
  try {
    await once(file, 'open');
  } catch (error) {
    throw new UsageError(`${output}: ${reason(error)}`);
  }
  const report = await cluster.writeSnapshot({
    environment: kubeEnvironment(),
    ...(context === undefined ? {} : { context }),
    ...(namespaces === undefined
      ? {}
      : {
          namespaces: namespaces
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== ''),
        }),
    allowExec: () => true,
    write: async (piece) => {
      if (!file.write(piece)) await once(file, 'drain');
    },
  });
  await new Promise<void>((resolve) => file.end(() => resolve()));
  if (!report.ok) {
    await rm(partial, { force: true });
    throw new UsageError(report.problem);
  }
  await rename(partial, output);
  for (const line of report.unread) console.error(`bulkhead: ${printable(line)}`);
  console.error(`bulkhead: ${count(report.objects, 'object')} saved in ${output}`);
  return 0;
}
