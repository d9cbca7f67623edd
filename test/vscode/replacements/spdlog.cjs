// Stands in for the native @vscode/spdlog, with what VS Code uses of it, so that nothing has to be compiled. The
// output channels of extensions are log files: without a working one the Output panel stays empty.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
let level = 2;

class Logger {
  constructor(_kind, _name, file) {
    mkdirSync(dirname(file), { recursive: true });
    Object.assign(this, { file, level, plain: false });
  }
  getLevel() {
    return this.level;
  }
  setLevel(wanted) {
    this.level = wanted;
  }
  setPattern(pattern) {
    this.plain = pattern === '%v';
  }
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {
    this.level = NAMES.length;
  }
}
NAMES.slice(0, -1).forEach((name, severity) => {
  const method = name === 'warning' ? 'warn' : name;
  Logger.prototype[method] = function write(message) {
    if (severity < this.level) return;
    const stamp = `${new Date().toISOString().replace('T', ' ').replace('Z', '')} [${name}] `;
    appendFileSync(this.file, this.plain ? message : `${stamp}${message}\n`);
  };
});

async function create(name, file) {
  return new Logger('rotating', name, file);
}

// One assignment a name: VS Code imports this file as a module, and node finds the names by reading the text.
exports.version = 0;
exports.setLevel = (wanted) => {
  level = wanted;
};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
