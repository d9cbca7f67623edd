import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { parseSeconds } from './apply/duration.ts';
import { apply, type ApplyOptions } from './commands/apply.ts';
import { check, type CheckOptions } from './commands/check.ts';
import { coverage, type CoverageOptions } from './commands/coverage.ts';
import { diff, type DiffOptions } from './commands/diff.ts';
import { explain, type ExplainOptions } from './commands/explain.ts';
import { queryCommand, type QueryOptions } from './commands/query.ts';
import { reach, type ReachOptions } from './commands/reach.ts';
import { snapshot, type SnapshotCommandOptions } from './commands/snapshot.ts';
import { test, type TestOptions } from './commands/test.ts';
import { watch, type WatchOptions } from './commands/watch.ts';
import { collect, failOnVerdict, parseDirection, parsePort, withInputs, withOutput } from './options.ts';
import { UsageError } from './usageError.ts';

// Whoever reads has gone (`| head`): there is nobody left to tell, and no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** Composition root of the command line: arguments to exit status. */
void run(process.argv).then((status) => {
  process.exitCode = status;
});

async function run(argv: readonly string[]): Promise<number> {
  let status = 0;
  const done = (code: number): void => {
    status = code;
  };
  try {
    await program(done).parseAsync(argv);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      console.error(`bulkhead: ${error.message}`);
      return 2;
    }
    // A fault of ours: the sentence is for people, the stack for a report.
    console.error(
      `bulkhead: something went wrong that should not have: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (process.env['BULKHEAD_DEBUG'] !== undefined && error instanceof Error) console.error(error.stack);
    return 2;
  }
}

function program(done: (status: number) => void): Command {
  const root = new Command('bulkhead')
    .description('What Kubernetes NetworkPolicies do: who can reach whom, and what is missing.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(bulkhead --help shows the commands)')
    .configureHelp({ showGlobalOptions: false });
  addCheck(root, done);
  addReach(root, done);
  addQuery(root, done);
  addExplain(root, done);
  addDiff(root, done);
  addCoverage(root, done);
  addTest(root, done);
  addSnapshot(root, done);
  addApply(root, done);
  addWatch(root, done);
  return root;
}

function addCheck(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('check')), ['text', 'json'])
    .description('what the API server would reject, and what is missing or does nothing')
    .argument('[path...]', 'files or folders; - is standard input')
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 on findings of this severity or worse')
        .choices(['error', 'warning', 'information', 'hint', 'never'])
        .default('error'),
    )
    .option('--target-version <version>', 'the API server whose rules and wording count, such as 1.36')
    .option('--explain <code>', "print a check's page")
    .addHelpText(
      'after',
      examples(
        'bulkhead check deploy/',
        'bulkhead check deploy/ --snapshot prod.json --fail-on warning',
        'bulkhead check --explain egress-without-dns',
      ),
    )
    .action(async (paths: string[], options: CheckOptions) => done(await check(paths, options)));
}

function addReach(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('reach')), ['text', 'json', 'csv', 'md', 'dot', 'mermaid'])
    .description('who can connect to whom')
    .argument('[path...]', 'files or folders; - is standard input')
    .option('--focus <workload>', 'only connections of this workload (may be repeated)', collect)
    .option('--direction <direction>', 'only ingress or only egress of the workloads in focus', parseDirection)
    .option('--self', 'also between the pods of one workload')
    .option('--ipv6', 'show ::/0 although no address is IPv6')
    .addHelpText(
      'after',
      examples(
        'bulkhead reach deploy/',
        "bulkhead reach --context prod-eu --focus 'shop/web[Deployment]'",
        'bulkhead reach deploy/ --format json',
      ),
    )
    .action(async (paths: string[], options: ReachOptions) => done(await reach(paths, options)));
}

function addQuery(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('query')), ['text', 'json'])
    .description('one verdict for each line of a file of queries')
    .argument('[path...]', 'files or folders; - is standard input')
    .requiredOption('--queries <file>', 'one JSON object a line; - is standard input')
    .addOption(failOnVerdict())
    .addHelpText(
      'after',
      examples(
        `echo '{"from":"shop/web","to":"shop/db","protocol":"TCP","port":5432}' | bulkhead query deploy/ --queries -`,
      ),
    )
    .action(async (paths: string[], options: QueryOptions) => done(await queryCommand(paths, options)));
}

function addExplain(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('explain')), ['text', 'json'])
    .description('whether one traffic may pass, and because of which rules')
    .argument('[path...]', 'files or folders; - is standard input')
    .option('--from <end>', 'a pod, a workload, a Service, an IP address, internet, or namespace/*')
    .option('--to <end>', 'the same; also a name or URL such as db.shop.svc:5432')
    .option('--port <port>', 'such as 5432/TCP; of a Service its own port', parsePort)
    .option('--error <line>', "a program's line about a connection that failed; it may name ends and port")
    .addOption(new Option('--propose <verdict>', 'the smallest edit that makes it so').choices(['allow', 'deny']))
    .option('--probe', 'the kubectl command that tries it on the real network; never run')
    .addOption(failOnVerdict())
    .addHelpText(
      'after',
      examples(
        'bulkhead explain deploy/ --from shop/frontend --to shop/db --port 5432/TCP',
        'bulkhead explain deploy/ --from shop/web --to 203.0.113.9 --port 443/TCP',
        "bulkhead explain --context prod-eu --from shop/web --error 'dial tcp 10.2.3.4:5432: i/o timeout' --propose allow",
      ),
    )
    .action(async (paths: string[], options: ExplainOptions) => done(await explain(paths, options)));
}

function addDiff(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('diff')), ['text', 'json', 'csv', 'md', 'dot', 'mermaid'])
    .description('whose access changes between two states')
    .argument('<before>', 'a path (several: comma-separated), a snapshot, context:NAME, cluster, or git:REVISION:PATH')
    .argument('<after>', 'the same')
    .option('--overlay', 'lay AFTER over BEFORE: its objects replace those of the same name, the rest stays')
    .option('--ipv6', 'show ::/0 although no address is IPv6')
    .addOption(
      new Option('--fail-on <what>', 'exit 1 on these changes')
        .choices(['change', 'lost', 'gained', 'never'])
        .default('change'),
    )
    .addHelpText(
      'after',
      examples(
        'bulkhead diff cluster deploy/ --overlay',
        'bulkhead diff git:main:deploy deploy/',
        'bulkhead diff before.json after.json --format json',
      ),
    )
    .action(async (before: string, after: string, options: DiffOptions) => done(await diff(before, after, options)));
}

function addCoverage(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('coverage')), ['text', 'json', 'md'])
    .description('how many pods are isolated, and which namespaces have default-deny')
    .argument('[path...]', 'files or folders; - is standard input')
    .addHelpText(
      'after',
      examples(
        'bulkhead coverage deploy/',
        'bulkhead coverage --context prod-eu',
        'bulkhead coverage deploy/ --format md',
      ),
    )
    .action(async (paths: string[], options: CoverageOptions) => done(await coverage(paths, options)));
}

function addTest(root: Command, done: (status: number) => void): void {
  withOutput(withInputs(root.command('test')), ['text', 'json', 'junit'])
    .description('whether what tests mean is so: who may reach whom, and who may not')
    .argument('[path...]', 'files or folders; - is standard input. Tests are in *.bulkhead-test.yaml')
    .option('--tests <file>', 'run the tests of this file alone (may be repeated)', collect)
    .addOption(
      new Option('--fail-on <what>', 'exit 1 on these; undecided: also on tests that are not decidable')
        .choices(['undecided', 'failed', 'never'])
        .default('undecided'),
    )
    .addHelpText(
      'after',
      examples(
        'bulkhead test deploy/',
        'bulkhead test deploy/ --snapshot prod.json --format junit --output tests.xml',
        'bulkhead test --context prod-eu --tests shop.bulkhead-test.yaml',
      ),
    )
    .action(async (paths: string[], options: TestOptions) => done(await test(paths, options)));
}

function addSnapshot(root: Command, done: (status: number) => void): void {
  root
    .command('snapshot')
    .description('save what the engine reads of a cluster as one file')
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--context <name>', "the kubeconfig's context; the current one without")
    .option('--namespaces <names>', 'only these namespaces, comma-separated')
    .addHelpText('after', examples('bulkhead snapshot --context prod-eu --output prod-eu.json'))
    .action(async (options: SnapshotCommandOptions) => done(await snapshot(options)));
}

function addApply(root: Command, done: (status: number) => void): void {
  withOutput(root.command('apply'), ['text', 'json'])
    .description('apply NetworkPolicies as they are written: previewed, tried by the server, confirmed')
    .argument('[path...]', 'files or folders; - is standard input')
    .option('--context <name>', "the kubeconfig's context; else the one of bulkhead.yaml, else the current one")
    .option('-n, --namespace <name>', 'the namespace of manifests that name none')
    .option('--dry-run', 'only preview')
    .option('--yes', 'apply without asking')
    .option('--guard <time>', 'roll back after this time unless it is kept, such as 120s', parseSeconds)
    .addOption(
      new Option('--undecided <what>', 'keep or roll back guarded changes that are not decided').choices([
        'keep',
        'rollback',
      ]),
    )
    .option('--continue', 'send the rest although one is refused')
    .option('--with-namespaces', 'also apply the Namespaces of these files')
    .addOption(
      new Option('--method <method>', 'how an existing object is changed')
        .choices(['replace', 'serverSideApply'])
        .default('replace'),
    )
    .addHelpText(
      'after',
      examples(
        'bulkhead apply deploy/ --dry-run',
        'bulkhead apply deploy/db.yaml --context prod-eu --guard 120s',
        'bulkhead apply deploy/ --context staging --yes --format json',
      ),
    )
    .action(async (paths: string[], options: ApplyOptions) =>
      done(await apply(paths, { ...options, hostNetwork: 'unknown' })),
    );
}

function addWatch(root: Command, done: (status: number) => void): void {
  root
    .command('watch')
    .description('NetworkPolicies that change in the cluster, as they do; ends with a signal')
    .option('--context <name>', "the kubeconfig's context; the current one without")
    .addOption(new Option('-f, --format <format>', 'form of the result').choices(['json', 'text']).default('json'))
    .option('-o, --output <file>', 'write the result to this file')
    .option('--no-color', 'no colours, also on a terminal')
    .option('--once', 'only what changed since the last time, then end')
    .addOption(
      new Option('--fail-on <what>', 'exit 1 where something changed').choices(['change', 'never']).default('never'),
    )
    .addHelpText(
      'after',
      examples('bulkhead watch --context prod-eu', 'bulkhead watch --once --format text --fail-on change'),
    )
    .action(async (options: WatchOptions) => done(await watch(options)));
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
