// The page's one place for news: #message. A refusal is announced at once, other
// news when the reader is idle.

import type { Explanation } from '../auth/errors.ts';
import { element, make } from './dom.ts';

/** Shows news that need no answer. */
export function notice(text: string): void {
  show('notice', 'status', { text });
}

/** Shows why something was refused. */
export function refusal(explanation: Explanation): void {
  show('refusal', 'alert', explanation);
}

/** Shows nothing. */
export function clearMessage(): void {
  const region = element('message');
  region.replaceChildren();
  region.removeAttribute('data-kind');
}

function show(kind: 'notice' | 'refusal', role: 'status' | 'alert', { text, link }: Explanation): void {
  const region = element('message');
  region.setAttribute('role', role);
  region.dataset['kind'] = kind;
  region.replaceChildren(text, ...(link === undefined ? [] : [' ', make('a', { href: link.href }, link.text)]));
  region.scrollIntoView({ block: 'nearest' });
}
