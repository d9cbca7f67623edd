/** A workspace as large repositories are: YAML and JSON of every sort, with a manifest here and there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every tenth file is a manifest of three pods, every hundredth also isolates them. */
const MANIFEST_EVERY = 10;
const PODS = 3;

export interface ManyFiles {
  readonly pods: number;
  readonly policies: number;
}

/** Writes that many files below a folder. Returns what they hold. */
export function writeManyFiles(folder: string, count: number): ManyFiles {
  let pods = 0;
  let policies = 0;
  const made = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const file = join(folder, `part-${Math.floor(index / 100)}`, nameOf(index));
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    made.add(dirname(file));
    let text = otherText(index);
    if (index % MANIFEST_EVERY === 0) {
      text = workload(index);
      pods += PODS;
      if (index % 100 === 0) {
        text += policy(index);
        policies += 1;
      }
    }
    writeFileSync(file, text);
  }
  return { pods, policies };
}

function nameOf(index: number): string {
  if (index % MANIFEST_EVERY === 0) return `manifest-${index}.yaml`;
  return `file-${index}.${index % 3 === 0 ? 'json' : 'yml'}`;
}

function otherText(index: number): string {
  if (index % 3 === 0)
    return JSON.stringify({ name: `package-${index}`, version: '1.0.0', files: lines(index) }, null, 2);
  return `name: workflow ${index}\non: [push]\njobs:\n  build:\n    steps:\n${lines(index)
    .map((line) => `    - run: ${line}\n`)
    .join('')}`;
}

function lines(index: number): readonly string[] {
  return Array.from({ length: 40 }, (_, line) => `make step-${index}-${line} --all --verbose`);
}

function workload(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${index}, namespace: team-${index % 50} }
spec:
  replicas: ${PODS}
  selector: { matchLabels: { app: app-${index} } }
  template:
    metadata: { labels: { app: app-${index} } }
    spec: { containers: [{ name: main, image: example/app:1, ports: [{ containerPort: 8080 }] }] }
`;
}

function policy(index: number): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: app-${index}, namespace: team-${index % 50} }
spec:
  podSelector: { matchLabels: { app: app-${index} } }
  policyTypes: [Ingress]
`;
}
