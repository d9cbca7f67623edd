import type { DiagnosisStep } from '../../workspace/clusterModule.ts';

export function passed(name: string, ...says: readonly string[]): DiagnosisStep {
  return { name, state: 'pass', says };
}

export function failed(name: string, says: string | readonly string[], remedy: string): DiagnosisStep {
  return { name, state: 'fail', says: [says].flat(), remedy };
}

export function skipped(name: string, why: string): DiagnosisStep {
  return { name, state: 'skipped', says: [why] };
}
