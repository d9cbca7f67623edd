import { printable } from '../../analysis/wording.ts';
import { decodeIntents } from '../../intent/decodeIntents.ts';
import type { IntentFile } from '../../intent/intentFile.ts';
import { isIntentPath } from '../../intent/intentPath.ts';
import { intentWorld, type IntentWorld } from '../../intent/intentWorld.ts';
import { runIntents } from '../../intent/runIntents.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { parseManifests } from '../../syntax/parseManifests.ts';
import type { ScopeState } from '../../workspace/scopeState.ts';
import { compileUniverse } from '../../workspace/universe.ts';
import { engineOptions, readInputs, type Inputs } from '../inputs.ts';
import { readText } from '../manifestFiles.ts';
import type { InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { TEST_REPORTERS, type TestFormat, type TestedFile } from '../reporters/testReporters.ts';
import { UsageError } from '../usageError.ts';

export interface TestOptions extends InputOptions, OutputOptions {
  readonly format: TestFormat;
  readonly tests?: readonly string[];
  readonly failOn: 'undecided' | 'failed' | 'never';
}

/** `bulkhead test`: whether what intent tests mean is so. */
export async function test(paths: readonly string[], options: TestOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const files = await testFiles(inputs, options.tests);
  refuseFaults(files);
  const worldOf = worlds(inputs, options);
  const output = await openOutput(options.output, options.color !== false);
  const reporter = TEST_REPORTERS[options.format](output);
  let failed = false;
  for (const file of files) {
    const { scope, world } = worldOf(file.name);
    const started = performance.now();
    const runs = [...runIntents(world, file.intents)];
    const tested: TestedFile = {
      file: file.name,
      lines: lineIndex(file.text),
      runs,
      seconds: (performance.now() - started) / 1000,
      manifests: scope.manifests,
    };
    reporter.file(tested);
    await output.drain();
    failed ||= runs.some(({ result }) =>
      options.failOn === 'never'
        ? false
        : result?.outcome === 'failed' || (options.failOn === 'undecided' && result?.outcome === 'undecided'),
    );
  }
  reporter.end(inputs.notEvaluated);
  await output.close();
  return failed ? 1 : 0;
}

interface TestFile {
  readonly name: string;
  readonly text: string;
  readonly intents: IntentFile;
}

/** Those that are named; where none is, those that the inputs hold. */
async function testFiles(inputs: Inputs, named: readonly string[] | undefined): Promise<readonly TestFile[]> {
  const files =
    named === undefined
      ? inputs.files
          .filter(({ uri }) => isIntentPath(uri))
          .map(({ uri, text, parsed }) => ({ name: uri, text, parsed }))
      : await Promise.all(
          named.map(async (name) => {
            const text = await readText(name);
            return { name, text, parsed: parseManifests(text) };
          }),
        );
  if (files.length === 0) {
    throw new UsageError('There is no test: no file here ends in .bulkhead-test.yaml. Name one with --tests.');
  }
  return files.map(({ name, text, parsed }) => ({ name, text, intents: decodeIntents(parsed) }));
}

/** A test that says something else than was meant would pass unseen. */
function refuseFaults(files: readonly TestFile[]): void {
  const faults = files.flatMap(({ name, text, intents }) =>
    intents.faults.map(({ message, range }) => {
      const { line, character } = lineIndex(text).position(range.start);
      return printable(`${name}:${line + 1}:${character + 1}: ${message}`);
    }),
  );
  const [first, ...rest] = faults;
  if (first === undefined) return;
  for (const fault of rest) console.error(`bulkhead: ${fault}`);
  throw new UsageError(first);
}

/** Each file is run in its own scope, as the editor does: two overlays of one folder are two worlds. */
function worlds(
  inputs: Inputs,
  options: TestOptions,
): (file: string) => { readonly scope: ScopeState; readonly world: IntentWorld } {
  const known = new Map<ScopeState, IntentWorld>();
  return (file) => {
    const scope = inputs.scopes.of(file);
    let world = known.get(scope);
    if (world === undefined) {
      const parts = inputs.partsOf(scope);
      world = intentWorld(compileUniverse(parts, engineOptions(options)), inputs.source);
      known.set(scope, world);
    }
    return { scope, world };
  };
}
