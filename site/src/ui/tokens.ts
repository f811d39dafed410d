// A token, readable: its claims, how long it holds, and the whole of it to copy.

import { make } from './dom.ts';

/** A claim's value as people read it. */
export function claimText(name: string, value: unknown): string {
  if (typeof value === 'number' && ['exp', 'iat', 'auth_time', 'nbf'].includes(name)) return dateTime(value);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A point in time, given as JSON Web Tokens do: in seconds since 1970. */
function dateTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

/** How long a token holds that expires at exp, seconds since 1970, when it is now, in milliseconds. */
export function holds(exp: number, now: number): string {
  const minutes = Math.floor((exp * 1000 - now) / 60_000);
  if (exp * 1000 <= now) return 'has expired';
  if (minutes < 1) return 'holds for less than a minute';
  if (minutes < 120) return `holds for ${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `holds for ${Math.floor(minutes / 60)} hours`;
}

/** A token to show: its name, what it is for, its text and its claims. */
export interface ShownToken {
  readonly title: string;
  readonly purpose: string;
  readonly text: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly open: boolean;
}

/** Makes the element that shows token. */
export function tokenView({ title, purpose, text, claims, open }: ShownToken): HTMLElement {
  const expiry = make('span', { class: 'expiry' });
  const exp = claims['exp'];
  if (typeof exp === 'number') {
    const update = (): void => {
      expiry.textContent = holds(exp, Date.now());
    };
    update();
    setInterval(update, 10_000);
  }
  const rows = Object.entries(claims).map(([name, value]) =>
    make('div', {}, make('dt', {}, make('code', {}, name)), make('dd', {}, claimText(name, value))),
  );
  const view = make(
    'details',
    { class: 'token' },
    make('summary', {}, make('span', { class: 'token-title' }, title), expiry),
    make('p', {}, purpose),
    make('dl', { class: 'claims' }, ...rows),
    copyButton(text),
  );
  view.open = open;
  return view;
}

function copyButton(text: string): HTMLElement {
  const button = make('button', { type: 'button', class: 'secondary small' }, 'Copy this token');
  const said = make('span', { class: 'said', role: 'status' });
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = 'Copied. Whoever has it is you: keep it to yourself.';
    } catch {
      said.textContent = 'The browser does not let this page copy.';
    }
  });
  return make('p', { class: 'copy' }, button, ' ', said);
}
