// Starts one of our TypeScript scripts: `node test/scripts/run.mjs test`. Plain JavaScript, so that an old Node can read
// it and say in one sentence what is wrong.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 23 || (major === 22 && minor >= 18)) {
  const [script] = process.argv.splice(2, 1);
  await import(new URL(`./${script}.ts`, import.meta.url).href);
} else {
  console.error(
    `Bulkhead's tools need Node 24, which \`npm ci\` installs as an optional dependency: this is Node ${process.versions.node}, so run \`npm ci\` without leaving those out, and start the tools through \`npm run\`.`,
  );
  process.exitCode = 1;
}
