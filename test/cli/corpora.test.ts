/** The ground truth of other programs through the command line, as continuous integration runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json } from '../support/apiObjects.ts';
import { bulkhead } from '../support/commandLine.ts';
import {
  connectionLines,
  expectedLines,
  parseConnections,
  connectionsText,
  peerOf,
} from '../support/connectionLines.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';

/** netpol-analyzer's conventions (corpora README, section 4). */
const CONVENTIONS = ['--host-network', 'pods', '--ip-block-pods', 'never', '--format', 'json'];

const here = CORPORA !== undefined;
const folderOf = (dir: string): string => join(CORPORA as string, 'manifests', dir);

describe.skipIf(!here)(`connection lists of folders through reach${CORPORA_NOTE}`, () => {
  const cases: Json[] = here
    ? [...readCorpus<Json>('netpol-analyzer.json').cases, ...readCorpus<Json>('netpol-analyzer-ingress.json').cases]
    : [];
  test.each(cases.map((entry) => [entry.case as string, entry] as const))('%s', async (_name, entry) => {
    const { stdout } = await bulkhead(['reach', folderOf(entry.dir), ...CONVENTIONS]);
    const answer = JSON.parse(stdout);
    expect(connectionLines(answer.connections.map(withRanges))).toEqual(expectedLines(entry.expected));
    expect(answer.unknown).toEqual([]);
  });
});

describe.skipIf(!here)(`changes between folders through diff${CORPORA_NOTE}`, () => {
  const cases: Json[] = here
    ? readCorpus<Json>('netpol-analyzer-diff.json').cases.filter(({ category }: Json) => category === 'core')
    : [];
  test.each(cases.map((entry) => [entry.case as string, entry] as const))('%s', async (_name, entry) => {
    const { stdout } = await bulkhead([
      'diff',
      folderOf(entry.dir1),
      folderOf(entry.dir2),
      '--fail-on',
      'never',
      ...CONVENTIONS,
    ]);
    const answer = JSON.parse(stdout);
    const ours = answer.changes
      .map(({ type, from, to, before, after }: Json) => ({ type, from, to, connections: changeText(before, after) }))
      .filter(({ from, to }: Json) => typeof from === 'string' && typeof to === 'string')
      .map(lineOf)
      .sort();
    const theirs = entry.expected
      .filter(({ src, dst }: Json) => typeof peerOf(src) === 'string' && typeof peerOf(dst) === 'string')
      .map(({ type, src, dst, conns1, conns2 }: Json) => {
        const connections = `${connectionsText(parseConnections(conns1))} ⇒ ${connectionsText(parseConnections(conns2))}`;
        return lineOf({ type, from: src, to: dst, connections });
      })
      .sort();
    expect(ours).toEqual(theirs);
    for (const { because } of answer.changes) for (const cause of because) expect(cause.policy).toContain('/');
  });
});

describe.skipIf(!here)(`truth tables of random clusters through query${CORPORA_NOTE}`, () => {
  // Every tenth cluster: the engine's own suite reads all cells.
  const cases: Json[] = here
    ? [...readCorpus<Json>('oracle-fuzz.json').cases, ...readCorpus<Json>('oracle-fuzz-ipv6.json').cases].filter(
        (_, index) => index % 10 === 0,
      )
    : [];
  test.each(cases.map((entry, index) => [`${index}: case ${entry.id}`, entry] as const))('%s', async (_name, entry) => {
    const folder = mkdtempSync(join(tmpdir(), 'bulkhead-fuzz-'));
    try {
      writeFileSync(join(folder, 'cluster.json'), JSON.stringify(listOf(entry)));
      const cells = cellsOf(entry);
      const stdin = cells.map(({ query }) => JSON.stringify(query)).join('\n');
      const { stdout } = await bulkhead(['query', folder, '--queries', '-', '--format', 'json'], { stdin });
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const wrong = cells.filter(({ egress, ingress }, index) => {
        const answer = answers[index];
        return answer.egress.verdict !== egress || answer.ingress.verdict !== ingress;
      });
      expect(wrong.slice(0, 3)).toEqual([]);
      expect(answers).toHaveLength(cells.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!here)(`real projects give no error${CORPORA_NOTE}`, () => {
  test.each(['sock-shop', 'online-boutique'])('%s', async (name) => {
    const { status, stdout } = await bulkhead([
      'check',
      join(CORPORA as string, 'real-world', name),
      '--format',
      'json',
    ]);
    const { findings } = JSON.parse(stdout);
    expect(findings.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    expect(status).toBe(0);
  });
});

function withRanges({ from, to, connections }: Json): Json {
  return {
    from,
    to,
    connections: connections.map(({ protocol, ports }: Json) => ({ protocol, ranges: rangesOf(ports) })),
  };
}

function rangesOf(ports: string): { from: number; to: number }[] {
  return ports.split(',').map((part) => {
    const [from, to] = part.split('-').map(Number);
    return { from: from as number, to: (to ?? from) as number };
  });
}

function changeText(before: Json[], after: Json[]): string {
  const text = (connections: Json[]): string => connectionsText(withRanges({ connections }).connections);
  return `${text(before)} ⇒ ${text(after)}`;
}

function lineOf({ type, from, to, connections }: Json): string {
  return `${type} ${from} → ${to}: ${connections}`;
}

function listOf(entry: Json): Json {
  const namespaces = Object.entries(entry.namespaces).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }));
  const pods = entry.pods.map(({ namespace, name, labels, ip, ports }: Json) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: { containers: [{ name: 'main', ports }] },
    status: { podIP: ip, podIPs: [{ ip }] },
  }));
  return { apiVersion: 'v1', kind: 'List', items: [...namespaces, ...pods, ...entry.policies] };
}

interface Cell {
  readonly query: { from: string; to: string; protocol: string; port: number };
  readonly egress: string;
  readonly ingress: string;
}

/** `.` allowed, `X` denied, `#` not asked; rows are sources. */
function cellsOf(entry: Json): Cell[] {
  const verdict = { '.': 'allow', X: 'deny' } as Record<string, string>;
  const cells: Cell[] = [];
  for (const [key, tables] of Object.entries<Json>(entry.tables)) {
    const [protocol = '', port] = key.split(' ');
    entry.order.forEach((from: string, row: number) => {
      entry.order.forEach((to: string, column: number) => {
        const egress = verdict[tables.egress[row][column]];
        const ingress = verdict[tables.ingress[row][column]];
        if (egress === undefined || ingress === undefined) return;
        cells.push({ query: { from, to, protocol, port: Number(port) }, egress, ingress });
      });
    });
  }
  return cells;
}
