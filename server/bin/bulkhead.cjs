#!/usr/bin/env node
// Plain old JavaScript, and nothing but the version before anything newer is read: an older Node would otherwise answer
// with a syntax error.
var version = process.versions.node;
if (Number(version.split('.')[0]) < 22) {
  process.stderr.write('bulkhead needs Node 22 or newer, and this is Node ' + version + '.\n');
  process.exitCode = 2;
} else {
  require('../../out/cli.cjs');
}
