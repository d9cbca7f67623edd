/**
 * VS Code's own tokenizer with VS Code's own YAML grammar, so that a token here is a token there. The grammar comes
 * from the VS Code that the other suites drive.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Oniguruma from 'vscode-oniguruma';
import type * as Textmate from 'vscode-textmate';
import { installServer } from '../vscode/installServer.ts';

// Both are CommonJS whose names Node cannot see from an import.
const require = createRequire(import.meta.url);
const textmate = require('vscode-textmate') as typeof Textmate;
const oniguruma = require('vscode-oniguruma') as typeof Oniguruma;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Token {
  readonly line: number;
  readonly text: string;
  /** From the outermost to the innermost; themes colour by the innermost that they know. */
  readonly scopes: readonly string[];
}

export type Tokenizer = (text: string) => Token[];

interface GrammarContribution {
  readonly scopeName: string;
  readonly path: string;
  readonly injectTo?: readonly string[];
}

/** `withOurs`: with the grammars that our package.json contributes, as VS Code loads them. */
export async function yamlTokenizer({ withOurs }: { readonly withOurs: boolean }): Promise<Tokenizer> {
  const server = await installServer();
  const files = new Map(yamlGrammars(join(dirname(server.main), '..', 'extensions', 'yaml', 'syntaxes')));
  const ours = withOurs ? contributedGrammars() : [];
  for (const { scopeName, path } of ours) files.set(scopeName, join(ROOT, path));
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const file = files.get(scope);
      return file === undefined ? null : textmate.parseRawGrammar(readFileSync(file, 'utf8'), file);
    },
    getInjections: (scope) =>
      ours.filter(({ injectTo }) => injectTo?.includes(scope)).map(({ scopeName }) => scopeName),
  });
  const grammar = await registry.loadGrammar('source.yaml');
  if (grammar === null) throw new Error('VS Code has no YAML grammar.');
  return (text) => {
    const tokens: Token[] = [];
    let state: Textmate.StateStack = textmate.INITIAL;
    text.split(/\r?\n/).forEach((content, line) => {
      const result = grammar.tokenizeLine(content, state);
      state = result.ruleStack;
      for (const { startIndex, endIndex, scopes } of result.tokens) {
        const piece = content.slice(startIndex, endIndex);
        if (piece.trim() !== '') tokens.push({ line, text: piece, scopes });
      }
    });
    return tokens;
  };
}

function contributedGrammars(): readonly GrammarContribution[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly contributes: { readonly grammars: readonly GrammarContribution[] };
  };
  return manifest.contributes.grammars;
}

function yamlGrammars(folder: string): [scope: string, file: string][] {
  return readdirSync(folder).map((name) => {
    const file = join(folder, name);
    return [(JSON.parse(readFileSync(file, 'utf8')) as Textmate.IRawGrammar).scopeName, file];
  });
}
