import { App } from './app.ts';

const root = document.getElementById('root');
if (root !== null) new App(root).start();
