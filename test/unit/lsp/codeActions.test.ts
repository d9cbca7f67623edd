import { describe, expect, it } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-types';
import { analyzeFile } from '../../../server/src/analysis/analyzeFile.ts';
import { refactorings } from '../../../server/src/analysis/fixes/refactorings.ts';
import { codeActions } from '../../../server/src/lsp/codeActions.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { checkContext } from '../../../server/src/workspace/checkContext.ts';
import { fixEffect } from '../../../server/src/workspace/fixEffect.ts';
import { brokenNeeds } from '../../../server/src/workspace/needs/brokenNeeds.ts';
import { breakSentence } from '../../../server/src/workspace/needs/breakText.ts';
import { snapshotNeeds } from '../../../server/src/workspace/needs/snapshotNeeds.ts';
import { problemCache } from '../../../server/src/workspace/serverProblems.ts';
import type { FileView } from '../../../server/src/workspace/snapshot.ts';
import { deployment, documents, networkPolicy } from '../../support/checkFindings.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const problemsOf = problemCache().of('', false);
const POLICY = uriOf('policy.yaml');

/** The actions at the first occurrence of a piece of `policy.yaml`. */
function actionsAt(piece: string, text: string, others: Record<string, string>, only?: readonly string[]) {
  const snapshot = snapshotOf(new Map(Object.entries({ ...others, 'policy.yaml': text })));
  const { file } = snapshot.files.get(POLICY) as FileView;
  const context = checkContext(
    { ...snapshot, systemNamespaces: ['kube-*'], turnOff: () => undefined, problemsOf },
    file,
  );
  const findings = analyzeFile(
    { file: POLICY, parsed: file.parsed, problemsOf, namespace: 'default' },
    context,
    () => undefined,
  );
  const textOf = (uri: string): string | undefined => snapshot.files.get(uri)?.file.text;
  const at = text.indexOf(piece);
  return codeActions({
    uri: POLICY,
    text,
    range: lineIndex(text).range({ start: at, end: at }),
    only,
    findings,
    refactorings: () => refactorings(context, at),
    effectOf: (fix) => fixEffect(snapshot, POLICY, fix.edits, () => problemsOf),
    breaksOf: ({ before, after }) => breakSentence(brokenNeeds(before, after, snapshotNeeds(snapshot))),
    isLate: () => false,
    protocol: { textOf, pageOf: () => undefined, relatedInformation: false },
    edits: { textOf, createsFiles: true, annotatesChanges: true },
  });
}

function titles(actions: readonly CodeAction[]): string[] {
  return actions.map(({ title, isPreferred }) => `${isPreferred === true ? '* ' : ''}${title}`);
}

const WORKLOADS = {
  'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('frontend', 'shop', 2), deployment('db')),
  'dns.yaml': deployment('coredns', 'kube-system').replaceAll('app: coredns', 'k8s-app: kube-dns'),
};

const TYPO = networkPolicy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: { matchLabels: { app: fronted } }
  egress: [{}]
`);

describe('an action', () => {
  it('says in its title whom its edit lets in', () => {
    expect(titles(actionsAt('fronted', TYPO, WORKLOADS))[0]).toBe('* Change to app=frontend (lets in 2 pods)');
  });

  it('says what it isolates', () => {
    const text = networkPolicy('  podSelector: { matchLabels: { app: webb } }\n  policyTypes: [Ingress]\n');
    expect(titles(actionsAt('webb', text, WORKLOADS))[0]).toBe('* Change to app=web (isolates 3 pods)');
  });

  it('that only silences says nothing of traffic', () => {
    expect(titles(actionsAt('fronted', TYPO, WORKLOADS))).toContain('Disable selector-matches-nothing on this line');
  });

  it('that takes traffic shows first what it takes', () => {
    const text = networkPolicy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n');
    const others = {
      ...WORKLOADS,
      'ingress.yaml': deployment('ingress-nginx', 'edge'),
      'monitoring.yaml': deployment('prometheus', 'monitoring'),
    };
    const action = actionsAt('web', text, others).find(({ title }) => title.startsWith('Add default-deny for ingress'));
    expect(action?.title).toMatch(/^Add default-deny for ingress in shop \(isolates 4 pods\)$/);
    expect(action?.isPreferred).toBe(false);
    const [annotation] = Object.values(action?.edit?.changeAnnotations ?? {});
    expect(annotation).toMatchObject({ needsConfirmation: true });
    expect(annotation?.description).toContain('db, frontend (4 pods) no longer let in');
    expect(annotation?.description).toContain('ingress-nginx (the ingress controller)');
    expect(annotation?.description).toContain('prometheus (scraping)');
    expect(action?.edit?.documentChanges).toMatchObject([
      { textDocument: { uri: POLICY }, edits: [{ annotationId: expect.any(String) as string }] },
    ]);
  });

  it('that takes what somebody is known to need names it', () => {
    const text = networkPolicy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n');
    const caller = deployment('caller', 'edge').replace(
      'name: main,',
      'name: main, env: [{ name: STORE_URL, value: "postgres://db.shop:5432" }],',
    );
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { selector: { app: db }, ports: [{ port: 5432 }] }\n';
    const actions = actionsAt('web', text, { ...WORKLOADS, 'caller.yaml': documents(caller, service) });
    const action = actions.find(({ title }) => title.startsWith('Add default-deny for ingress'));
    const [annotation] = Object.values(action?.edit?.changeAnnotations ?? {});
    expect(annotation?.description).toMatch(/; would break STORE_URL of caller$/);
  });

  it('for default-deny is a refactoring wherever a policy is', () => {
    const text = networkPolicy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n');
    const actions = actionsAt('policyTypes', text, WORKLOADS, ['refactor']);
    expect(actions.map(({ kind }) => kind)).toEqual(['refactor', 'refactor']);
    expect(titles(actions)[0]).toMatch(/^Add default-deny for ingress in shop/);
  });

  it('mends all findings of a check in the file at once', () => {
    const text = `${TYPO}---\n${TYPO.replace('name: web', 'name: second')}`;
    const action = actionsAt('fronted', text, WORKLOADS).find(({ title }) => title.startsWith('Fix all'));
    expect(action?.title).toBe('Fix all 2 of selector-matches-nothing in this file (lets in 2 pods)');
    expect(action?.edit?.changes?.[POLICY]).toHaveLength(2);
  });
});

describe('what is mended on save', () => {
  it('holds nothing that changes what passes', () => {
    expect(actionsAt('web', TYPO, WORKLOADS, ['source.fixAll'])).toEqual([]);
  });

  it('holds what certainly changes nothing', () => {
    const text = networkPolicy('  policyTypes: [Ingress]\n');
    const [action, ...others] = actionsAt('web', text, WORKLOADS, ['source.fixAll.bulkhead']);
    expect(others).toEqual([]);
    expect(action).toMatchObject({ kind: 'source.fixAll.bulkhead' });
    expect(action?.edit?.changes?.[POLICY]?.map(({ newText }) => newText)).toEqual(['podSelector: {}\n  ']);
  });

  it('holds nothing that could change something for pods that are not known', () => {
    const text = networkPolicy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
  - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
    ports: [{ protocol: UDP, port: 53 }]
`);
    const others = { 'workloads.yaml': WORKLOADS['workloads.yaml'] };
    expect(titles(actionsAt('53 }', text, others))).toContain('* Open 53/TCP as well (changes nothing for known pods)');
    expect(actionsAt('port: 53', text, others, ['source.fixAll.bulkhead'])).toEqual([]);
  });
});
