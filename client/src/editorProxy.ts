import { workspace } from 'vscode';
import type { EditorProxy } from '../../server/src/protocol/contexts.ts';

/**
 * The proxy that a person has set for the editor; undefined where there is none or it is off. What a workspace says is
 * not read: its files must not decide through whom a cluster is reached.
 */
export function editorProxy(): EditorProxy | undefined {
  const http = workspace.getConfiguration('http');
  const own = (key: string): unknown => {
    const { globalValue, defaultValue } = http.inspect<unknown>(key) ?? {};
    return globalValue ?? defaultValue;
  };
  const url = own('proxy');
  const except = own('noProxy');
  const authorization = own('proxyAuthorization');
  if (typeof url !== 'string' || url.trim() === '' || own('proxySupport') === 'off') return undefined;
  return {
    url: url.trim(),
    except: Array.isArray(except) ? except.filter((entry) => typeof entry === 'string') : [],
    ...(typeof authorization === 'string' && authorization !== '' && { authorization }),
  };
}
