/** The command that tries a path on the real network. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { probeOf, type Probe } from '../../../../server/src/workspace/path/probe.ts';
import { readQuestion } from '../../../../server/src/workspace/path/readQuestion.ts';
import type { WorkspaceSnapshot } from '../../../../server/src/workspace/snapshot.ts';
import { pathShop } from '../../../support/pathShop.ts';
import { pod, state } from '../../../support/engineObjects.ts';
import { snapshotOfState } from '../../../support/snapshotOfState.ts';

describe('a probe', () => {
  test('connects to a Service by its address, from a pod of the workload', () => {
    expect(probe('shop/api', 'db.shop:15432')).toEqual({
      commands: [
        {
          kind: 'debug',
          command:
            'kubectl --context=prod-eu --namespace=shop debug pod/api-1 -i --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --profile=restricted -- /agnhost connect 10.96.0.7:15432 --timeout=5s --protocol=tcp',
        },
        {
          kind: 'exec',
          command: 'kubectl --context=prod-eu --namespace=shop exec pod/api-1 -- nc -zv -w 5 10.96.0.7 15432',
        },
      ],
      cautions: ['onePod'],
    });
  });

  test('says that UDP is uncertain', () => {
    const { cautions, commands } = probe('shop/api-1', 'kube-dns.kube-system');
    expect(cautions).toEqual(['udp']);
    expect(commands[1]?.command).toContain('nc -zvu -w 5 10.96.0.10 53');
  });

  test('writes IPv6 as each program takes it', () => {
    const { commands } = probe('shop/api-1', '[2001:db8::1]:443');
    expect(commands.map(({ command }) => command.split(' -- ')[1])).toEqual([
      '/agnhost connect '.concat("'[2001:db8::1]:443' --timeout=5s --protocol=tcp"),
      'nc -zv -w 5 2001:db8::1 443',
    ]);
  });

  test.each([
    ['8.8.8.8', 'shop/db', 'noSource'],
    ['shop/api', 'internet', 'noAddress'],
  ])('from %s to %s is not possible', (from, to, kind) => {
    expect(probe(from, to, 5432)).toMatchObject({ commands: [], problem: { kind } });
  });

  test.each(["it's", '$(touch x)', '`id`', '-rf', 'a b;c', '"', '\\', '*', '!!', '&&', '>x'])(
    'quotes the name %j so that a shell takes it as one word',
    (name) => {
      const command = hostile(name).commands[0]?.command ?? '';
      const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).split('\n');
      expect(words.slice(0, 5)).toEqual(['kubectl', '--namespace=shop', 'debug', `pod/${name}`, '-i']);
    },
  );

  test.each(['\u001b[201~\n id', 'a\nb', '\u202eevil'])('has no command for the name %j', (name) => {
    expect(hostile(name)).toMatchObject({ commands: [], problem: { kind: 'unprintable' } });
  });
});

function probe(from: string, to: string, port?: number, snapshot = pathShop()): Probe {
  const read = readQuestion(snapshot, { from, to, ...(port === undefined ? {} : { port }) });
  if (read.kind !== 'question') throw new Error(JSON.stringify(read));
  return probeOf(snapshot, read.question);
}

function hostile(name: string): Probe {
  const source = pod('shop/web', {}, { name, ips: ['10.0.0.1'] });
  const snapshot: WorkspaceSnapshot = snapshotOfState(state({ pods: [source] }));
  return probeOf(snapshot, {
    from: { kind: 'pod', pod: source },
    to: { kind: 'address', address: '10.0.0.2' },
    protocol: 'TCP',
    port: 80,
  });
}
