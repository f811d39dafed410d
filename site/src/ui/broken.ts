// The page when it cannot work: what is wrong, and how to mend it.

import { ConfigError } from '../config.ts';
import { ask, make } from './dom.ts';

/** Shows, in place of the page's content, why it cannot work. */
export function showBroken(error: unknown): void {
  const main = ask('main');
  if (main === null) throw new Error('this page has no <main>');
  const panel = error instanceof ConfigError ? notConfigured(error) : failed(error);
  main.replaceChildren(panel);
  document.documentElement.dataset['state'] = 'broken';
  ask('h1', main)?.focus();
}

function notConfigured(error: ConfigError): HTMLElement {
  return make(
    'div',
    { class: 'content broken' },
    make('h1', { tabindex: '-1' }, 'The gate has no keeper yet'),
    make('p', { class: 'lead' }, 'These pages do not know which user pool to ask, so nobody can register or sign in for now.'),
    make(
      'div',
      { id: 'message', role: 'alert', 'data-kind': 'refusal' },
      make('ul', {}, ...error.problems.map((problem) => make('li', {}, problem))),
    ),
    make('h2', {}, 'If you run this site'),
    make('p', {}, 'Deploying it publishes the configuration beside the pages:'),
    make('pre', { tabindex: '0' }, make('code', {}, 'npx cdk deploy --all -c env=NAME')),
    make('p', {}, 'Serving the pages yourself? Write the file of an environment that is deployed into their folder:'),
    make(
      'pre',
      { tabindex: '0' },
      make('code', {}, 'gatehouse outputs --env NAME --out DIR'),
    ),
    tryAgain(),
  );
}

function failed(error: unknown): HTMLElement {
  return make(
    'div',
    { class: 'content broken' },
    make('h1', { tabindex: '-1' }, 'Something is stuck'),
    make('p', { class: 'lead' }, 'This page could not start. Trying again may help; if it does not, tell whoever runs this site:'),
    make('div', { id: 'message', role: 'alert', 'data-kind': 'refusal' }, error instanceof Error ? error.message : String(error)),
    tryAgain(),
  );
}

function tryAgain(): HTMLElement {
  const button = make('button', { type: 'button', class: 'primary' }, 'Try again');
  button.addEventListener('click', () => location.reload());
  return button;
}
