/** Completion over the manifest corpora: what is offered can be taken, wherever in whatever policy. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { CompletionItem } from 'vscode-languageserver-types';
import { describe, expect, test } from 'vitest';
import { matchPeer } from '../../server/src/engine/matchPods.ts';
import { looseDecoded } from '../../server/src/features/completion/objectPlace.ts';
import type { JsonMap } from '../../server/src/syntax/objects/jsonAccess.ts';
import { complete } from '../../server/src/features/completion/complete.ts';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { applied, PLAIN_CLIENT } from '../support/completions.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { randomNumbers, type Random } from '../support/random.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';

interface PolicyFile {
  readonly name: string;
  readonly text: string;
  readonly snapshot: WorkspaceSnapshot;
}

/** Every file with a policy, beside the other files of its folder. */
function policyFiles(): readonly PolicyFile[] {
  const root = CORPORA as string;
  const texts = new Map<string, string>();
  for (const part of ['real-world', 'manifests', 'articles']) {
    for (const entry of readdirSync(join(root, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(?:ya?ml|json)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      texts.set(relative(root, path), readFileSync(path, 'utf8'));
    }
  }
  const folders = Map.groupBy(texts, ([name]) => dirname(name));
  return [...folders.values()].flatMap((files) => {
    const withPolicy = files.filter(
      ([, text]) => /kind["']?:\s*["']?NetworkPolicy\b/.test(text) && text.length < 60_000,
    );
    if (withPolicy.length === 0) return [];
    const snapshot = snapshotOf(new Map(files));
    return withPolicy.map(([name, text]) => ({ name, text, snapshot }));
  });
}

/** What the API server and YAML say of a text, without the places: `CODE MESSAGE`. */
function findings(text: string): readonly string[] {
  const parsed = parseManifests(text);
  if (parsed.template) return ['template'];
  return parsed.documents.flatMap(({ document }) => [
    ...document.problems.map(({ code, message }) => `${code} ${message.replace(/\d+/g, '#')}`),
    ...document.objects.flatMap((object) =>
      validateObject(document, object, { targetVersion: '1.36' }).map(
        ({ code, message }) => `${code} ${message.replace(/line \d+|\[\d+\]/g, '#')}`,
      ),
    ),
  ]);
}

/** Findings that the first text does not have; what is required is said at a place that was left to fill in. */
function added(before: readonly string[], after: readonly string[]): readonly string[] {
  const known = new Map<string, number>();
  for (const finding of before) known.set(finding, (known.get(finding) ?? 0) + 1);
  return after.filter((finding) => {
    const left = known.get(finding) ?? 0;
    known.set(finding, left - 1);
    return left <= 0 && !/^validation (?:.*: )?Required value/.test(finding);
  });
}

/** Texts with a cursor, made of one text: at a place of it, on a new line, or where a word has been taken out. */
function* states(text: string, random: Random): Generator<{ readonly text: string; readonly offset: number }> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = random.below(text.length + 1);
    const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    yield { text, offset: at };
    yield { text, offset: lineEnd };
    const indent = ' '.repeat(random.below(13));
    const blank = `${text.slice(0, lineEnd)}\n${indent}${text.slice(lineEnd)}`;
    yield { text: blank, offset: lineEnd + 1 + indent.length };
    const dash = `${text.slice(0, lineEnd)}\n${indent}- ${text.slice(lineEnd)}`;
    yield { text: dash, offset: lineEnd + 3 + indent.length };
    const word = /[\w./-]+/.exec(text.slice(at));
    if (word !== null) {
      const start = at + word.index;
      const kept = random.below(Math.min(3, word[0].length) + 1);
      yield { text: text.slice(0, start + kept) + text.slice(start + word[0].length), offset: start + kept };
    }
  }
}

const ROUNDS = 6;
/** Items that are tried at a place: the first ones, and every so many of the others. */
const TRIED = 10;

function tried(items: readonly CompletionItem[], random: Random): readonly CompletionItem[] {
  if (items.length <= TRIED) return items;
  return Array.from({ length: TRIED }, (_, index) => (index < 4 ? items[index] : random.pick(items)) as CompletionItem);
}

describe.skipIf(CORPORA === undefined)(`completion in every policy${CORPORA_NOTE}`, () => {
  test('inserting what is offered adds no fault', () => {
    const wrong: string[] = [];
    let taken = 0;
    for (const { name, text, snapshot } of policyFiles()) {
      const random = randomNumbers(name.length * 7919 + text.length);
      const whole = findings(text);
      for (const state of states(text, random)) {
        const list = complete(snapshot, { uri: uriOf(name), text: state.text }, state.offset, PLAIN_CLIENT);
        if (list === null) continue;
        // What a broken text hides shows again once it is mended.
        const before = [...findings(state.text), ...whole];
        for (const item of tried(list.items, random)) {
          const after = applied(state.text, item);
          taken += 1;
          const more = added(before, findings(after));
          if (more.length > 0) wrong.push(`${name} at ${place(state)}: "${item.label}" adds ${more.join('; ')}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(5000);
  });

  test('a whole peer means the workload that it names', () => {
    const wrong: string[] = [];
    let taken = 0;
    for (const { name, snapshot } of policyFiles()) {
      for (const namespace of snapshot.universe.parts.contents.keys()) {
        const head = `kind: NetworkPolicy\nmetadata: { namespace: "${namespace}" }\nspec:\n  egress:\n  - to:\n    - `;
        const list = complete(snapshot, { uri: uriOf(name), text: head }, head.length, PLAIN_CLIENT);
        for (const item of list?.items ?? []) {
          const of = /^(\S+) (?:(\S+)\/)?\S+ to the pods of$/.exec(item.filterText ?? '');
          if (of === null) continue;
          taken += 1;
          const [value] = parseManifests(applied(head, item)).documents.map(({ document }) => document.value);
          const { egress = [] } = looseDecoded(value as JsonMap, namespace);
          const peer = egress[0]?.peers?.[0] ?? {};
          const { certain, possible } = matchPeer(snapshot.universe.cluster, namespace, peer);
          const met = [...certain, ...possible].some(
            ({ workload }) => workload.name === of[1] && workload.namespace === (of[2] ?? namespace),
          );
          if (!met) wrong.push(`${name} in ${namespace}: ${item.label}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(1000);
  });

  test('whatever is cut off or put in between, there is an answer', () => {
    const pieces = [
      '"',
      "'",
      '{',
      '[',
      '}',
      ']',
      ':',
      '- ',
      '\n',
      '\t',
      '#',
      '|',
      '>',
      '&a ',
      '*a',
      '!!',
      '? ',
      ',',
      '---\n',
      '\r\n',
      '{{ x }}',
    ];
    for (const { name, text, snapshot } of policyFiles()) {
      const random = randomNumbers(text.length);
      for (let round = 0; round < 12; round += 1) {
        const cut = random.below(text.length + 1);
        const broken = random.chance(0.5)
          ? text.slice(0, cut)
          : text.slice(0, cut) + random.pick(pieces) + text.slice(cut + random.below(20));
        for (const offset of [Math.min(cut, broken.length), broken.length, random.below(broken.length + 1)]) {
          const list = complete(snapshot, { uri: uriOf(name), text: broken }, offset, PLAIN_CLIENT);
          const lines = lineIndex(broken);
          for (const { textEdit } of list?.items ?? []) {
            if (textEdit === undefined || !('range' in textEdit)) throw new Error('an item without an edit');
            const { start, end } = textEdit.range;
            // LSP: an edit stands on one line and holds the cursor.
            expect([start.line, lines.offset(start) <= offset, lines.offset(end) >= offset]).toEqual([
              end.line,
              true,
              true,
            ]);
          }
        }
      }
    }
  });
});

function place({ text, offset }: { readonly text: string; readonly offset: number }): string {
  const { line, character } = lineIndex(text).position(offset);
  return `${line + 1}:${character + 1} \`${text.slice(Math.max(0, offset - 60), offset)}¦${text.slice(offset, offset + 40)}\``;
}
