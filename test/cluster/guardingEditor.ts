/**
 * Stands in for an editor that makes a guarded change: prepares it, makes it, counts down. It says each step in a line
 * on standard output, stops for good at the step that its input names, and is there to be killed. Its one argument is
 * its input (`EditorInput`) as JSON.
 */
import { connect, listContexts, openSession } from '../../server/src/cluster/main.ts';
import { inThisProcess } from '../../server/src/guard/holdHere.ts';
import { prepareGuard } from '../../server/src/guard/prepareGuard.ts';
import { inOwnProcess } from '../../server/src/guard/startHelper.ts';
import type { ApplyIntent, Preview } from '../../server/src/workspace/apply/clusterApply.ts';
import type { KubeEnvironment } from '../../server/src/workspace/clusterModule.ts';

export interface EditorInput {
  /** Where records and the journal lie. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly seconds: number;
  readonly intents: readonly ApplyIntent[];
  /** Path of the built `guard.cjs`. */
  readonly program: string;
  readonly stopAt: EditorStep;
  /** This process itself holds the guard. */
  readonly holder?: 'editor';
  /** Variables for login programs, PATH among them. */
  readonly variables?: Readonly<Record<string, string>>;
}

export type EditorStep = 'previewed' | 'prepared' | 'begun' | 'sent' | 'counting' | 'kept';

const input = JSON.parse(process.argv[2] ?? '') as EditorInput;
const environment: KubeEnvironment = {
  variables: { ...input.variables, KUBECONFIG: input.kubeconfig },
  platform: process.platform,
};

async function main(): Promise<void> {
  const { contexts, files } = await listContexts(environment);
  const context = contexts.find(({ name }) => name === input.context);
  if (context === undefined) throw new Error(`no context ${input.context}`);
  const connection = connect({
    environment,
    context: context.name,
    allowExec: () => true,
    onState: () => undefined,
  });
  const previews: Preview[] = [];
  for (const intent of input.intents) {
    const plan = await connection.apply.plan(intent);
    if (plan.kind !== 'step') throw new Error(JSON.stringify(plan));
    const tried = await connection.apply.dryRun(plan.step);
    if (tried.kind !== 'preview') throw new Error(JSON.stringify(tried));
    previews.push(tried.preview);
  }
  await say('previewed');
  const { user } = await connection.apply.identity();
  const helperInput = { environment, ...(context.exec !== undefined && { execIdentity: context.exec.identity }) };
  const prepared = await prepareGuard({
    folder: input.folder,
    seconds: input.seconds,
    target: {
      context: context.name,
      identity: context.identity,
      server: context.server,
      user: context.user,
      files: files.map(({ path }) => path),
    },
    who: { name: user, by: 'server' },
    changes: previews.map(({ step }) => ({ ref: step.target, change: step.change })),
    start:
      input.holder === undefined
        ? inOwnProcess(helperInput, { path: input.program })
        : inThisProcess(helperInput, { openSession, onPrompt: () => undefined, log: () => undefined }),
    ...(input.holder !== undefined && { holder: input.holder }),
  });
  await say('prepared', prepared);
  if (!prepared.ok) return;
  const { guard } = prepared;
  const begun = await guard.begin(previews, 'frontend reaches db again');
  await say('begun', begun);
  const outcomes = [];
  for (const preview of previews) outcomes.push(await connection.apply.send(preview));
  await say('sent', outcomes);
  for (const outcome of outcomes) await guard.settle(outcome);
  await say('counting', await guard.count());
  await say('kept', await guard.keep());
}

async function say(step: EditorStep, more?: object): Promise<void> {
  process.stdout.write(`${JSON.stringify({ step, ...(more !== undefined && { more }) })}\n`);
  if (step === input.stopAt) await new Promise<never>(() => setInterval(() => undefined, 60_000));
}

await main();
process.exit();
