import { render } from 'preact';
import { App } from './app.js';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/node.css';

render(<App />, document.getElementById('page')!);
