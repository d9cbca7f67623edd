#!/usr/bin/env node
// Plain old JavaScript, and nothing but the version before anything newer is read: an older Node would otherwise answer
// with a syntax error.
var version = process.versions.node;
var args = process.argv.slice(2);
var usage =
  'Usage: bulkhead-language-server --stdio\n\n' +
  'Answers an editor over standard input and output (Language Server Protocol).\n' +
  'Also --node-ipc, --pipe=NAME and --socket=PORT. The README says how to set up editors.\n';
if (Number(version.split('.')[0]) < 22) {
  process.stderr.write('bulkhead-language-server needs Node 22 or newer, and this is Node ' + version + '.\n');
  process.exitCode = 2;
} else if (args.indexOf('--version') >= 0) {
  process.stdout.write(require('../../package.json').version + '\n');
} else if (args.indexOf('--help') >= 0) {
  process.stdout.write(usage);
} else if (!/^--(?:stdio|node-ipc|pipe|socket)\b/m.test(args.join('\n'))) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  require('../../out/server.cjs');
}
