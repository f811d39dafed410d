import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext, signInFor } from '../src/nav.ts';

const ORIGIN = 'https://gate.example';

const followed: Record<string, { next: string; want: string }> = {
  'a page': { next: '/account', want: '/account' },
  'a page with a query and a part': { next: '/a?b=c#d', want: '/a?b=c#d' },
  'another site inside a query stays a value': { next: '/a?b=https://evil.example', want: '/a?b=https://evil.example' },
  'dots are resolved': { next: '/a/../b', want: '/b' },
};
for (const [name, { next, want }] of Object.entries(followed)) {
  test(`followed: ${name}`, () => assert.equal(safeNext(next, ORIGIN), want));
}

const refused: Record<string, string | null> = {
  'no wish': null,
  'an empty one': '',
  'another site': 'https://evil.example/',
  'another site without its scheme': '//evil.example/',
  'a backslash read as a slash': '/\\evil.example',
  'two backslashes': '\\\\evil.example',
  'a backslash further on': '/a/..\\/evil.example',
  'a tab that a browser drops': '/\t/evil.example',
  'a line break that a browser drops': '/\n/evil.example',
  'dots that uncover two slashes': '/.//evil.example',
  'more dots that uncover two slashes': '/a/..//evil.example',
  'script': 'javascript:alert(1)',
  'data': 'data:text/html,hi',
  'this site by its full address': 'https://gate.example/account',
  'a relative page': 'account',
  'a leading space': ' //evil.example',
};
for (const [name, next] of Object.entries(refused)) {
  test(`refused: ${name}`, () => assert.equal(safeNext(next, ORIGIN), '/account'));
}

test('whatever is asked for, the browser stays on this site', () => {
  // Everything that can be put together from the pieces that trick parsers.
  const pieces = ['/', '\\', '.', '..', '//', '\t', '\n', '@', ':', '%2f', '%5c', 'evil.example', '?', '#', 'https:'];
  for (const a of pieces) {
    for (const b of pieces) {
      for (const c of pieces) {
        for (const d of pieces) {
          const went = new URL(safeNext(a + b + c + d, ORIGIN), ORIGIN);
          assert.equal(went.origin, ORIGIN, JSON.stringify(a + b + c + d));
        }
      }
    }
  }
});

test('the way back survives the sign-in page', () => {
  assert.equal(signInFor('/account'), '/signin');
  assert.equal(signInFor('/a?b=c&d'), '/signin?next=%2Fa%3Fb%3Dc%26d');
});
