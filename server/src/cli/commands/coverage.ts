import { policyCoverage } from '../../workspace/policyCoverage.ts';
import { readInputs, universeOf } from '../inputs.ts';
import type { InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { COVERAGE_REPORTERS, type CoverageFormat } from '../reporters/coverageReporters.ts';
import { unseenPods } from '../unseenPods.ts';

export interface CoverageOptions extends InputOptions, OutputOptions {
  readonly format: CoverageFormat;
}

/** `bulkhead coverage`: how many pods are isolated, and which namespaces have default-deny. */
export async function coverage(paths: readonly string[], options: CoverageOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const answer = policyCoverage(universeOf(inputs, options), inputs.source);
  const output = await openOutput(options.output, options.color !== false);
  const unknown = [...unseenPods(inputs), ...answer.unknown];
  COVERAGE_REPORTERS[options.format](output, { ...answer, unknown }, inputs.notEvaluated);
  await output.close();
  return 0;
}
