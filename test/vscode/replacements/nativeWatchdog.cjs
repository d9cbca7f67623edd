// The native one ends an extension host whose server died; our server and its children are one process group.
exports.start = () => {};
exports.exit = (code) => process.exit(code);
