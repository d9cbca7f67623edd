/**
 * Changes of policies on a real API server: planned, tried, sent, and what becomes of them when others write too. Long,
 * because all of it shares one server, which takes seconds to start.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../server/src/cluster/main.ts';
import { lastAppliedText, LAST_APPLIED } from '../../server/src/cluster/apply/mergeMetadata.ts';
import { versionOf } from '../../server/src/cluster/apply/planStep.ts';
import type { JsonMap } from '../../server/src/syntax/objects/jsonAccess.ts';
import type {
  ApplyIntent,
  ApplyMethod,
  ApplyTarget,
  ClusterApply,
  PlannedStep,
  Preview,
  SendOutcome,
} from '../../server/src/workspace/apply/clusterApply.ts';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';
import {
  recordingProxy,
  untriedWrites,
  writesOf,
  type RecordedRequest,
  type RecordingProxy,
} from './recordingProxy.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

// Objects of the API, of which a test reads what it wants.
// eslint-disable-next-line typescript/no-explicit-any
type Json = any;

function target(name: string, namespace = 'shop'): ApplyTarget {
  return { kind: 'NetworkPolicy', namespace, name };
}

function policy(name: string, spec: object, metadata: object = {}): JsonMap {
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop', ...metadata },
    spec,
  };
  return JSON.parse(JSON.stringify(object)) as JsonMap;
}

function applying(document: JsonMap): ApplyIntent {
  return { action: 'apply', target: target((document as Json).metadata.name), document };
}

describe.skipIf(unavailable !== undefined)(
  `applying to a real API server${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('apply');
    let cluster: ControlPlane;
    let proxy: RecordingProxy;
    /** Of all tests. */
    const recorded: RecordedRequest[] = [];
    const connections: ClusterConnection[] = [];
    const users = new Map<User, ClusterApply>();

    beforeAll(async () => {
      cluster = await startControlPlane();
      proxy = await recordingProxy(cluster.url, cluster.ca);
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      for (const user of ['admin', 'viewer'] as const) {
        const kubeconfig = join(folder.path, user);
        writeFileSync(kubeconfig, cluster.kubeconfig(user).replace(cluster.url, proxy.url));
        const connection = connect({
          environment: { variables: { KUBECONFIG: kubeconfig }, platform: process.platform },
          context: user,
          allowExec: () => false,
          onState: () => undefined,
        });
        connections.push(connection);
        users.set(user, connection.apply);
      }
    }, 600_000);
    afterAll(async () => {
      for (const connection of connections) connection.close();
      await proxy.stop();
      await cluster.stop();
      folder.remove();
    });
    beforeEach(() => {
      recorded.push(...proxy.requests.splice(0));
      proxy.intercept = () => 'pass';
    });

    const apply = (user: User = 'admin'): ClusterApply => users.get(user) as ClusterApply;
    const live = async (name: string): Promise<Json> => {
      const { status, body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return status === 200 ? body : undefined;
    };
    const made = async (object: object, manager = 'somebody'): Promise<Json> => {
      const { body, status } = await cluster.request('POST', `${POLICIES}?fieldManager=${manager}`, object);
      expect(status, JSON.stringify(body)).toBe(201);
      return body;
    };
    /** As `kubectl apply` leaves an object. */
    const kubectlApplied = (object: JsonMap): Promise<Json> => {
      const { metadata, ...rest } = object as Json;
      const annotations = { ...metadata.annotations, [LAST_APPLIED]: lastAppliedText(object) };
      return made({ ...rest, metadata: { ...metadata, annotations } }, 'kubectl-client-side-apply');
    };
    const planned = async (intent: ApplyIntent, method?: ApplyMethod, user?: User): Promise<PlannedStep> => {
      const answer = await apply(user).plan(intent, method);
      if (answer.kind !== 'step') throw new Error(JSON.stringify(answer));
      return answer.step;
    };
    const previewed = async (intent: ApplyIntent, method?: ApplyMethod, user?: User): Promise<Preview> => {
      const outcome = await apply(user).dryRun(await planned(intent, method, user));
      if (outcome.kind !== 'preview') throw new Error(JSON.stringify(outcome));
      return outcome.preview;
    };
    const sent = async (intent: ApplyIntent, method?: ApplyMethod): Promise<SendOutcome> =>
      apply().send(await previewed(intent, method));

    it('creates what is not there, and previews it with the defaults that the server fills in', async () => {
      const document = policy('made', { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] });
      const preview = await previewed(applying(document));
      expect(preview).toMatchObject({
        step: { change: 'create', verb: 'create', owners: [] },
        result: { spec: { policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] } },
        unchanged: false,
        mutated: [],
      });
      expect(await live('made')).toBeUndefined();
      expect(await apply().send(preview)).toMatchObject({ kind: 'applied', applied: { change: 'create' } });
      expect((await live('made')).spec).toEqual((preview.result as Json).spec);
    });

    it('makes the spec exactly the document’s: `egress` that kubectl wrote and the text has not is gone', async () => {
      const before = policy(
        'egress',
        { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
        { labels: { old: 'yes', stays: 'yes' } },
      );
      await kubectlApplied(before);
      await cluster.request(
        'PATCH',
        `${POLICIES}/egress?fieldManager=labeller`,
        { metadata: { labels: { theirs: 'yes' }, finalizers: ['example.com/kept'] } },
        { contentType: 'application/merge-patch+json' },
      );
      const document = policy('egress', { podSelector: {}, ingress: [{}] }, { labels: { stays: 'no' } });
      const preview = await previewed(applying(document));
      expect(preview.takesOver).toMatchObject([{ manager: 'kubectl-client-side-apply', operation: 'Update' }]);
      expect(preview.takesOver[0]?.fields).toEqual(expect.arrayContaining(['spec.egress', 'metadata.labels.old']));
      expect(await apply().send(preview)).toMatchObject({ kind: 'applied' });
      const after = await live('egress');
      expect(after.spec).toEqual({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] });
      expect(after.metadata.labels).toEqual({ stays: 'no', theirs: 'yes' });
      expect(after.metadata.finalizers).toEqual(['example.com/kept']);
      expect(JSON.parse(after.metadata.annotations[LAST_APPLIED])).toEqual({
        ...document,
        metadata: { ...(document['metadata'] as object), annotations: {} },
      });
      // The same text once more has nothing to do.
      const again = await previewed(applying(document));
      expect(again.unchanged).toBe(true);
      recorded.push(...proxy.requests.splice(0));
      expect(await apply().send(again)).toMatchObject({ kind: 'unchanged' });
      expect(proxy.requests).toEqual([]);
    });

    it('names the field path of every fault in the server’s words', async () => {
      const fault = async (spec: object, metadata?: object): Promise<unknown> => {
        const outcome = await apply().dryRun(await planned(applying(policy('faulty', spec, metadata))));
        return outcome.kind === 'refused' ? { kind: outcome.refusal.kind, faults: outcome.refusal.faults } : outcome;
      };
      expect(await fault({ podSelector: {}, ingress: [{ ports: [{ port: 70000 }, { protocol: 'tcp' }] }] })).toEqual({
        kind: 'invalid',
        faults: [
          {
            path: 'spec.ingress[0].ports[0].port',
            message: 'Invalid value: 70000: must be between 1 and 65535, inclusive',
          },
          {
            path: 'spec.ingress[0].ports[1].protocol',
            message: 'Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"',
          },
        ],
      });
      expect(await fault({ podSelector: {}, ingres: [], ingress: [{ form: [] }] })).toEqual({
        kind: 'invalid',
        faults: [
          { path: 'spec.ingres', message: 'unknown field "spec.ingres"' },
          { path: 'spec.ingress[0].form', message: 'unknown field "spec.ingress[0].form"' },
        ],
      });
      expect(await fault({ podSelector: {}, policyTypes: 'Ingress' })).toMatchObject({
        kind: 'invalid',
        faults: [{ path: 'spec.policyTypes', message: expect.stringMatching(/^json: cannot unmarshal string/) }],
      });
    });

    it('refuses unknown fields of metadata on an existing object, too', async () => {
      await made(policy('strict', { podSelector: {} }));
      const document = policy('strict', { podSelector: {} }, { labells: { a: 'b' } });
      expect(await apply().dryRun(await planned(applying(document)))).toMatchObject({
        kind: 'refused',
        refusal: { kind: 'invalid', faults: [{ path: 'metadata.labells' }] },
      });
    });

    it('writes nothing over what somebody else wrote after the preview, and says who', async () => {
      await made(policy('raced', { podSelector: {} }));
      const preview = await previewed(applying(policy('raced', { podSelector: {}, ingress: [{}] })));
      await cluster.request(
        'PATCH',
        `${POLICIES}/raced?fieldManager=rival`,
        { spec: { policyTypes: ['Egress'] } },
        { contentType: 'application/merge-patch+json' },
      );
      expect(await apply().send(preview)).toEqual({
        kind: 'moved',
        target: target('raced'),
        moved: { how: 'changed', by: ['rival'] },
      });
      expect((await live('raced')).spec).toEqual({ podSelector: {}, policyTypes: ['Egress'] });
    });

    it('takes one that was made, deleted or made anew meanwhile for a conflict', async () => {
      const fresh = await previewed(applying(policy('meanwhile', { podSelector: {} })));
      await made(policy('meanwhile', { podSelector: {}, ingress: [{}] }), 'rival');
      expect(await apply().send(fresh)).toMatchObject({ kind: 'moved', moved: { how: 'made', by: ['rival'] } });

      const over = await previewed(applying(policy('meanwhile', { podSelector: {} })));
      await cluster.request('DELETE', `${POLICIES}/meanwhile`);
      await made(policy('meanwhile', { podSelector: {}, ingress: [{}] }), 'rival');
      expect(await apply().send(over)).toMatchObject({ kind: 'moved', moved: { how: 'replaced', by: ['rival'] } });

      const gone = await previewed(applying(policy('meanwhile', { podSelector: {} })));
      await cluster.request('DELETE', `${POLICIES}/meanwhile`);
      expect(await apply().send(gone)).toMatchObject({ kind: 'moved', moved: { how: 'gone' } });
      expect(await live('meanwhile')).toBeUndefined();
    });

    it('deletes only the object that was previewed', async () => {
      await made(policy('deleted', { podSelector: {} }));
      const stale = await previewed({ action: 'delete', target: target('deleted') });
      expect(stale).toMatchObject({ unchanged: false, takesOver: [{ manager: 'somebody' }] });
      await cluster.request(
        'PATCH',
        `${POLICIES}/deleted`,
        { metadata: { labels: { a: 'b' } } },
        { contentType: 'application/merge-patch+json' },
      );
      expect(await apply().send(stale)).toMatchObject({ kind: 'moved', moved: { how: 'changed' } });
      expect(await live('deleted')).toBeDefined();
      expect(await sent({ action: 'delete', target: target('deleted') })).toMatchObject({ kind: 'applied' });
      expect(await live('deleted')).toBeUndefined();
      expect(await apply().plan({ action: 'delete', target: target('deleted') })).toMatchObject({ kind: 'absent' });
    });

    it('restores spec, labels and annotations by update, but never over a later change', async () => {
      const before = policy('restored', { podSelector: {}, egress: [{}] }, { labels: { team: 'a' } });
      const previous = await kubectlApplied(before);
      const outcome = await sent(applying(policy('restored', { podSelector: {} }, { labels: { mine: 'yes' } })));
      if (outcome.kind !== 'applied' || outcome.applied.after === undefined) throw new Error(JSON.stringify(outcome));
      const left = versionOf(outcome.applied.after);
      if (left === undefined) throw new Error('an object without a version');
      const restoring = { action: 'restore', target: target('restored'), previous, expected: left } as const;
      await cluster.request(
        'PATCH',
        `${POLICIES}/restored?fieldManager=rival`,
        { metadata: { annotations: { seen: 'yes' } } },
        { contentType: 'application/merge-patch+json' },
      );
      expect(await apply().plan(restoring)).toMatchObject({
        kind: 'moved',
        moved: { how: 'changed', by: expect.arrayContaining(['rival']) },
      });
      const { expected: _expected, ...anyway } = restoring;
      expect(await sent(anyway)).toMatchObject({ kind: 'applied' });
      const after = await live('restored');
      expect(after.spec).toEqual(previous.spec);
      expect(after.metadata.labels).toEqual({ team: 'a' });
      expect(after.metadata.annotations).toEqual(previous.metadata.annotations);
    });

    it('brings back what was deleted, but not over one that somebody made since', async () => {
      const previous = await made(policy('back', { podSelector: {}, egress: [{}] }, { labels: { team: 'a' } }));
      const restoring = { action: 'restore', target: target('back'), previous, expected: 'absent' } as const;
      await sent({ action: 'delete', target: target('back') });
      await made(policy('back', { podSelector: {} }), 'rival');
      expect(await apply().plan(restoring)).toMatchObject({ kind: 'moved', moved: { how: 'made', by: ['rival'] } });
      await cluster.request('DELETE', `${POLICIES}/back`);
      expect(await sent(restoring)).toMatchObject({ kind: 'applied', applied: { change: 'create' } });
      const after = await live('back');
      expect({ spec: after.spec, labels: after.metadata.labels }).toEqual({
        spec: previous.spec,
        labels: { team: 'a' },
      });
    });

    it('says which right is missing, and by whom it would be done', async () => {
      expect(await apply('viewer').plan(applying(policy('web', { podSelector: {} })))).toMatchObject({
        kind: 'refused',
        refusal: {
          kind: 'forbidden',
          why: 'The right to get networkpolicies.networking.k8s.io in namespace shop is missing.',
          missing: { verb: 'get', resource: 'networkpolicies', group: 'networking.k8s.io', namespace: 'shop' },
        },
      });
      const update = { verb: 'update', resource: 'networkpolicies', group: 'networking.k8s.io', namespace: 'shop' };
      expect(await apply('viewer').rights([update])).toMatchObject([{ ...update, allowed: false }]);
      expect(await apply().rights([update])).toMatchObject([{ ...update, allowed: true }]);
      expect(await apply('viewer').identity()).toMatchObject({ user: 'viewer', from: 'server' });
    });

    it('leaves a namespace that is not there to whoever asked, and creates it only when told', async () => {
      const document = { ...policy('web', { podSelector: {} }), metadata: { name: 'web' } };
      const elsewhere: ApplyIntent = { action: 'apply', target: target('web', 'new'), document };
      expect(await apply().dryRun(await planned(elsewhere))).toMatchObject({
        kind: 'refused',
        refusal: { kind: 'namespaceMissing', why: 'There is no namespace new in this cluster.' },
      });
      const place: ApplyTarget = { kind: 'Namespace', namespace: '', name: 'new' };
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new', labels: { team: 'a' } } };
      expect(await sent({ action: 'apply', target: place, document: namespace })).toMatchObject({ kind: 'applied' });
      expect(await sent(elsewhere)).toMatchObject({ kind: 'applied' });
      const relabelled = { ...namespace, metadata: { name: 'new', labels: { team: 'b' } } };
      expect(await sent({ action: 'apply', target: place, document: relabelled })).toMatchObject({ kind: 'applied' });
      const { body } = await cluster.request('GET', '/api/v1/namespaces/new');
      expect((body as Json).metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'new', team: 'b' });
      expect(await apply().plan({ action: 'delete', target: place })).toMatchObject({
        kind: 'refused',
        refusal: { kind: 'never' },
      });
    });

    it('applies server-side only what is ours alone, and takes nothing by force', async () => {
      const document = policy('ours', { podSelector: {}, ingress: [{}], egress: [{}] });
      const path = `${POLICIES}/ours?fieldManager=bulkhead`;
      await cluster.request('PATCH', path, document, { contentType: 'application/apply-patch+yaml' });
      const less = policy('ours', { podSelector: {}, ingress: [{}] });
      const preview = await previewed(applying(less), 'serverSideApply');
      expect(preview.step.verb).toBe('apply');
      expect(await apply().send(preview)).toMatchObject({ kind: 'applied' });
      expect((await live('ours')).spec).toEqual({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] });

      await made(policy('theirs', { podSelector: {} }));
      expect(await planned(applying(policy('theirs', { podSelector: {} })), 'serverSideApply')).toMatchObject({
        verb: 'update',
      });
    });

    it('never says applied where admission makes something else of it', async () => {
      const api = '/apis/admissionregistration.k8s.io/v1';
      const matchConstraints = {
        resourceRules: [
          {
            apiGroups: ['networking.k8s.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['networkpolicies'],
          },
        ],
      };
      await cluster.request('POST', `${api}/validatingadmissionpolicies`, {
        metadata: { name: 'no-egress' },
        spec: {
          matchConstraints,
          validations: [{ expression: "object.metadata.name != 'refused'", message: 'this name is reserved' }],
        },
      });
      await cluster.request('POST', `${api}/validatingadmissionpolicybindings`, {
        metadata: { name: 'no-egress' },
        spec: { policyName: 'no-egress', validationActions: ['Deny'] },
      });
      await expect
        .poll(async () => apply().dryRun(await planned(applying(policy('refused', { podSelector: {} })))), {
          timeout: 30_000,
        })
        .toMatchObject({
          kind: 'refused',
          refusal: { kind: 'admission', by: ['no-egress'], why: expect.stringContaining('this name is reserved') },
        });
      const mutating = await cluster.request('POST', `${api}/mutatingadmissionpolicies`, {
        metadata: { name: 'closed' },
        spec: {
          matchConstraints,
          reinvocationPolicy: 'Never',
          failurePolicy: 'Fail',
          matchConditions: [{ name: 'this', expression: "object.metadata.name == 'mutated'" }],
          mutations: [
            {
              patchType: 'JSONPatch',
              jsonPatch: { expression: "[JSONPatch{op: 'remove', path: '/spec/ingress'}]" },
            },
          ],
        },
      });
      expect(mutating.status, JSON.stringify(mutating.body)).toBe(201);
      const binding = await cluster.request('POST', `${api}/mutatingadmissionpolicybindings`, {
        metadata: { name: 'closed' },
        spec: { policyName: 'closed' },
      });
      expect(binding.status, JSON.stringify(binding.body)).toBe(201);
      const document = policy('mutated', { podSelector: {}, ingress: [{}] });
      await expect
        .poll(async () => (await previewed(applying(document))).mutated, { timeout: 30_000 })
        .toEqual(['spec.ingress']);
      expect(await sent(applying(document))).toMatchObject({
        kind: 'altered',
        applied: { change: 'create', mutated: ['spec.ingress'] },
      });
    });

    it('reads back what became of a request whose answer was lost', async () => {
      await made(policy('lost', { podSelector: {} }));
      const isWrite = (method: string, query: URLSearchParams): boolean =>
        method === 'PUT' && query.get('dryRun') === null;
      const preview = await previewed(applying(policy('lost', { podSelector: {}, ingress: [{}] })));
      proxy.intercept = ({ method, query }) => (isWrite(method, query) ? 'drop-answer' : 'pass');
      expect(await apply().send(preview)).toMatchObject({ kind: 'applied', applied: { readBack: true } });
      expect((await live('lost')).spec.ingress).toEqual([{}]);

      const second = await previewed(applying(policy('lost', { podSelector: {}, egress: [{}] })));
      proxy.intercept = ({ method, query }) => (isWrite(method, query) ? 'cut' : 'pass');
      // It may still be on its way: that it was not written is not known, although it is not there.
      expect(await apply().send(second)).toMatchObject({
        kind: 'uncertain',
        why: expect.stringContaining('still arrives'),
      });
      expect((await live('lost')).spec.ingress).toEqual([{}]);

      proxy.intercept = () => 'pass';
      const third = await previewed(applying(policy('lost', { podSelector: {}, egress: [{}] })));
      proxy.intercept = () => 'cut';
      expect(await apply().send(third)).toMatchObject({ kind: 'uncertain' });
    });

    it('sends nothing that was not tried, and each preview once', async () => {
      const preview = await previewed(applying(policy('once', { podSelector: {} })));
      recorded.push(...proxy.requests.splice(0));
      expect(await apply().send({ ...preview })).toMatchObject({ kind: 'refused', refusal: { kind: 'never' } });
      expect(await apply().dryRun({ ...preview.step })).toMatchObject({ kind: 'refused', refusal: { kind: 'never' } });
      expect(proxy.requests).toEqual([]);
      expect(await apply().send(preview)).toMatchObject({ kind: 'applied' });
      expect(await apply().send(preview)).toMatchObject({ kind: 'refused', refusal: { kind: 'never' } });
      expect(writesOf(proxy.requests)).toHaveLength(1);
    });

    it('reaches objects whose names would be paths, and no other', async () => {
      const hostile = { kind: 'NetworkPolicy', namespace: '../../../api/v1', name: '../secrets/x' } as const;
      const document = policy('x', { podSelector: {} });
      const answer = await apply().plan({ action: 'apply', target: hostile, document });
      expect(answer.kind === 'step' || answer.kind === 'refused').toBe(true);
      expect(proxy.requests.map(({ path }) => path)).toEqual([
        '/apis/networking.k8s.io/v1/namespaces/..%2F..%2F..%2Fapi%2Fv1/networkpolicies/..%2Fsecrets%2Fx',
      ]);
    });

    it('tries every write before as exactly the same request', async () => {
      const document = policy('all', { podSelector: {} });
      await sent(applying(document));
      await sent(applying(policy('all', { podSelector: {}, ingress: [{}] })));
      await sent({ action: 'restore', target: target('all'), previous: document });
      await sent({ action: 'delete', target: target('all') });
      expect(writesOf(proxy.requests).map(({ method }) => method)).toEqual(['POST', 'PUT', 'PUT', 'DELETE']);
      expect(untriedWrites(proxy.requests)).toEqual([]);
    });

    it('in all of this wrote nothing untried, and nothing but NetworkPolicies and Namespaces', () => {
      recorded.push(...proxy.requests.splice(0));
      const writes = writesOf(recorded);
      expect(writes.length).toBeGreaterThan(10);
      expect(untriedWrites(recorded)).toEqual([]);
      const paths = writes.map(({ path }) => path.replace(/\/networkpolicies\/.*/, '/networkpolicies/…'));
      const others = paths.filter(
        (path) =>
          !/^\/apis\/networking\.k8s\.io\/v1\/namespaces\/[^/]+\/networkpolicies(?:\/…)?$/.test(path) &&
          !/^\/api\/v1\/namespaces(?:\/[^/]+)?$/.test(path),
      );
      expect(others).toEqual([]);
    });
  },
);
