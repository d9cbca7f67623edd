import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../server/src/analysis/finding.ts';
import { applyChanges } from '../../../server/src/syntax/textChange.ts';
import { allFindings, deployment, documents, networkPolicy } from '../../support/checkFindings.ts';

const WORKLOADS = { 'workloads.yaml': documents(deployment('web'), deployment('db')) };
const POLICY = networkPolicy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n');
const AT_NAME = 'metadata: { name: web';

function said(text: string, others: Record<string, string> = WORKLOADS): string[] {
  return allFindings(text, others).map(({ code, message }) => (code === 'unused-suppression' ? message : code));
}

function above(comment: string): string {
  return POLICY.replace(AT_NAME, `${comment}\n${AT_NAME}`);
}

describe('a comment for the next line', () => {
  it.each([
    '# bulkhead-disable-next-line missing-egress — reached through a proxy',
    '# bulkhead-disable-next-line missing-egress -- reached through a proxy',
    '# bulkhead-disable-next-line missing-egress - reached through a proxy',
    '#bulkhead-disable-next-line missing-egress',
    '# bulkhead-disable-next-line missing-egress — web-missing-egress, for now\n# another comment\n',
  ])('takes back its finding: %s', (comment) => {
    expect(said(POLICY)).toContain('missing-egress');
    expect(said(above(comment))).toEqual(['namespace-without-default-deny']);
  });

  it('takes back several findings', () => {
    expect(said(above('# bulkhead-disable-next-line missing-egress, namespace-without-default-deny'))).toEqual([]);
  });

  it('works with Windows line ends', () => {
    const text = above('# bulkhead-disable-next-line missing-egress').replaceAll('\n', '\r\n');
    expect(said(text)).toEqual(['namespace-without-default-deny']);
  });

  it.each([
    [
      'a check that finds nothing there',
      '# bulkhead-disable-next-line egress-without-dns',
      'This suppresses nothing: egress-without-dns has no finding on the next line',
    ],
    [
      'a check that there is not',
      '# bulkhead-disable-next-line no-such-check',
      'This suppresses nothing: there is no check no-such-check',
    ],
    [
      'what the API server rejects',
      '# bulkhead-disable-next-line strict',
      'This suppresses nothing: what the API server rejects cannot be switched off (strict)',
    ],
    ['no check', '# bulkhead-disable-next-line', 'This suppresses nothing: it names no check'],
    [
      'a finding of another line',
      '# bulkhead-disable-next-line selector-matches-nothing — the line below only',
      'This suppresses nothing: selector-matches-nothing has no finding on the next line',
    ],
  ])('that names %s is left over, and the fix removes it', (_, comment, message) => {
    const text = above(comment);
    expect(said(text)).toContain(message);
    const finding = allFindings(text, WORKLOADS).find(({ code }) => code === 'unused-suppression') as Finding;
    expect(finding.severity).toBe('hint');
    expect(applyChanges(text, finding.fixes?.[0]?.edits ?? [])).toBe(POLICY);
  });

  it('keeps what is used of it when the rest is removed', () => {
    const text = above('# bulkhead-disable-next-line egress-without-dns, missing-egress, strict — why');
    const unused = allFindings(text, WORKLOADS).filter(({ code }) => code === 'unused-suppression');
    const after = unused.map(({ fixes = [] }) => applyChanges(text, fixes[0]?.edits ?? []));
    expect(after).toEqual([
      above('# bulkhead-disable-next-line missing-egress, strict — why'),
      above('# bulkhead-disable-next-line egress-without-dns, missing-egress — why'),
    ]);
  });

  it('is no comment inside of a text', () => {
    const text = POLICY.replace(
      AT_NAME,
      'metadata:\n  annotations:\n    note: |\n      # bulkhead-disable-next-line no-such-check\n      x\n  name: web\n#',
    ).replace('#, ', '  #, ');
    expect(said(text)).not.toContain('This suppresses nothing: there is no check no-such-check');
  });

  it('is not called left over where too little is known to find anything', () => {
    expect(said(above('# bulkhead-disable-next-line missing-egress'), {})).toEqual([]);
  });

  it('is not called left over beside a Service whose pods are not known', () => {
    const service = `apiVersion: v1
kind: Service
# bulkhead-disable-next-line service-nobody-reaches
metadata: { name: web, namespace: elsewhere }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
    expect(said(service)).toEqual([]);
    expect(said(service.replace('elsewhere', 'shop'))).toEqual([
      'This suppresses nothing: service-nobody-reaches has no finding on the next line',
    ]);
  });

  it('cannot take back what the API server rejects', () => {
    const text = networkPolicy('  podSelector: {}\n  # bulkhead-disable-next-line strict\n  podselector: {}\n');
    expect(said(text)).toContain('strict');
  });
});

describe('a comment for the file', () => {
  it.each(['', '---\n', '# who wrote this\n\n'])('stands at its top, behind %j', (head) => {
    const comment = '# bulkhead-disable-file missing-egress, namespace-without-default-deny — a baseline does it\n';
    expect(said(`${head}${comment}${POLICY}`)).toEqual([]);
  });

  it('does nothing further down, and says so', () => {
    expect(said(`${POLICY}# bulkhead-disable-file missing-egress\n`)).toContain(
      'This suppresses nothing: the form for a file stands at the top of the file',
    );
  });
});

describe('the fix that disables a check on a line', () => {
  const policy = networkPolicy(`  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: nobody
`);

  it('writes the comment above with the line’s indentation, and the finding is gone', () => {
    const finding = allFindings(policy, WORKLOADS).find(({ code }) => code === 'selector-matches-nothing');
    const fix = finding?.fixes?.find(({ title }) => title === 'Disable selector-matches-nothing on this line');
    const after = applyChanges(policy, fix?.edits ?? []);
    expect(after).toMatch(/\n {4,}# bulkhead-disable-next-line selector-matches-nothing — why it is no goal here\n/);
    expect(said(after)).not.toContain('selector-matches-nothing');
  });

  it('adds its code to a comment that is there', () => {
    const text = above('# bulkhead-disable-next-line missing-egress — why');
    const [finding] = allFindings(text, WORKLOADS);
    const fix = finding?.fixes?.find(({ title }) => title.startsWith('Disable'));
    expect(applyChanges(text, fix?.edits ?? [])).toBe(
      above('# bulkhead-disable-next-line missing-egress, namespace-without-default-deny — why'),
    );
  });

  it('is not offered in JSON, which has no comments', () => {
    const json = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'web' } } },
    });
    const fixes = allFindings(json, WORKLOADS).flatMap(({ fixes = [] }) => fixes);
    expect(fixes).not.toEqual([]);
    expect(fixes.filter(({ title }) => title.startsWith('Disable'))).toEqual([]);
  });
});
