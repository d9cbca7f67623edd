import { analyzeFile } from '../../analysis/analyzeFile.ts';
import type { Knowledge } from '../../analysis/check.ts';
import { pageOf, PAGES } from '../../analysis/pages.ts';
import type { Severity } from '../../model/finding.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { checkContext } from '../../workspace/checkContext.ts';
import { knowledgeOf } from '../../workspace/knowledge.ts';
import type { ScopeState } from '../../workspace/scopeState.ts';
import { compileUniverse, type Universe } from '../../workspace/universe.ts';
import { engineOptions, isEvidentManifest, readInputs, type Inputs } from '../inputs.ts';
import type { FailOnCheck, InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { writeCheckText, type LocatedFinding } from '../reporters/checkText.ts';
import { UsageError } from '../usageError.ts';

export interface CheckOptions extends InputOptions, OutputOptions {
  readonly format: 'text' | 'json';
  readonly failOn: FailOnCheck;
  readonly explain?: string;
}

const SYSTEM_NAMESPACES = ['kube-*', 'openshift-*'];
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** `bulkhead check`: what the API server would reject, and what is missing or does nothing. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  if (options.explain !== undefined) return explainCheck(options.explain, options);
  const inputs = await readInputs(paths, options, true);
  const findings = findingsOf(inputs, options);
  const output = await openOutput(options.output, options.color !== false);
  if (options.format === 'json') {
    output.write(`{"version":1,"findings":[`);
    findings.forEach(({ finding, range }, index) => {
      const { code, severity, message, file, path, policy, layer, behind, fixes = [] } = finding;
      const shown = {
        code,
        severity,
        message,
        file,
        range,
        path,
        policy,
        layer,
        behind,
        docs: docsOf(code),
        fixes: fixes.flatMap(({ title, quiet }) => (quiet === true ? [] : [title])),
      };
      output.write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(shown)}`);
    });
    output.write(`],\n"notEvaluated":${JSON.stringify(inputs.notEvaluated)}}\n`);
  } else {
    const objects = [...inputs.table.files.values()].flat();
    writeCheckText(output, findings, {
      files: inputs.files.length,
      policies: objects.filter(({ object }) => object.type === 'networkPolicy' || object.type === 'rejectedPolicy')
        .length,
      workloads: objects.filter(({ object }) => object.type === 'workload').length,
      notEvaluated: inputs.notEvaluated,
    });
  }
  await output.close();
  if (options.failOn === 'never') return 0;
  const limit = SEVERITIES.indexOf(options.failOn);
  return findings.some(({ finding }) => SEVERITIES.indexOf(finding.severity) <= limit) ? 1 : 0;
}

/** What is known where the pods of a file live. */
interface World {
  readonly universe: Universe;
  readonly knowledge: Knowledge;
}

/** Each file is judged in its own scope: two overlays of one folder are two worlds. */
function findingsOf(inputs: Inputs, options: CheckOptions): readonly LocatedFinding[] {
  const worlds = new Map<ScopeState, World>();
  const worldOf = (scope: ScopeState): World => {
    let world = worlds.get(scope);
    if (world === undefined) {
      const parts = inputs.partsOf(scope);
      world = {
        universe: compileUniverse(parts, engineOptions(options)),
        knowledge: knowledgeOf(parts, inputs.source, true),
      };
      worlds.set(scope, world);
    }
    return world;
  };
  return inputs.files.flatMap((file) => {
    const { uri, text, parsed, fragment } = file;
    const lines = lineIndex(text);
    const scope = inputs.scopes.of(uri);
    const { universe, knowledge } = worldOf(scope);
    const context = fragment
      ? undefined
      : checkContext(
          {
            universe,
            intended: universe,
            knowledge,
            manifests: scope.manifests,
            plugins: inputs.source?.plugins,
            references: inputs.source?.references,
            systemNamespaces: SYSTEM_NAMESPACES,
            turnOff: () => undefined,
            problemsOf: inputs.problemsOf,
          },
          file,
        );
    const findings = analyzeFile(
      {
        file: uri,
        parsed,
        problemsOf: (document, object) => inputs.problemsOf(document, object, fragment),
        namespace: inputs.namespaceOf(uri),
      },
      context,
      (code) => inputs.configurations.checkSetting(uri, code)?.severity,
    );
    const said = isEvidentManifest(uri, text) ? findings : findings.filter(({ layer }) => layer !== 'syntax');
    return said.map((finding) => ({ finding, range: lines.range(finding.range) }));
  });
}

/** How to read a finding's page on the command line; the same text that the editor opens. */
function docsOf(code: string): string | undefined {
  return pageOf(code) === undefined ? undefined : `bulkhead check --explain ${code}`;
}

async function explainCheck(code: string, options: OutputOptions): Promise<number> {
  const page = pageOf(code);
  if (page === undefined) {
    throw new UsageError(`There is no check ${code}. There are: ${PAGES.map((each) => each.code).join(', ')}.`);
  }
  const output = await openOutput(options.output, false);
  output.write(page);
  await output.close();
  return 0;
}
