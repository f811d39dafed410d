import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordProblem, passwordRules } from '../src/auth/password.ts';

const all = { minLength: 12, lowercase: true, uppercase: true, numbers: true, symbols: true };
const none = { minLength: 6, lowercase: false, uppercase: false, numbers: false, symbols: false };

test('only what the pool asks for is a rule', () => {
  assert.deepEqual(passwordRules(none).map((rule) => rule.text), ['6 characters or more']);
  assert.deepEqual(passwordRules(all).map((rule) => rule.text), [
    '12 characters or more',
    'a lower-case letter',
    'an upper-case letter',
    'a number',
    'a symbol, like ! or #',
  ]);
});

const cases: Record<string, { policy?: typeof all; password: string; want: string | undefined }> = {
  'all rules met': { password: 'Correct horse 4!', want: undefined },
  'nothing typed': { password: '', want: 'Choose a password.' },
  'one character short': { password: 'Abcdefgh12!', want: 'Still needed: 12 characters or more.' },
  'exactly long enough': { password: 'Abcdefghi12!', want: undefined },
  'every class missing is named': {
    password: '............',
    want: 'Still needed: a lower-case letter, an upper-case letter, a number.',
  },
  'letters beyond basic Latin are no letters to Cognito': {
    password: 'ÉÉÉÉÉabcdef1!',
    want: 'Still needed: an upper-case letter.',
  },
  'a space inside is a symbol': { password: 'Correct horse 4', want: undefined },
  'a space at the start': { password: ' Correct horse 4', want: 'A password cannot begin or end with a space.' },
  'a space at the end': { password: 'Correct horse 4 ', want: 'A password cannot begin or end with a space.' },
  'characters count as people count them': { policy: none, password: '🏰🏰🏰', want: 'Still needed: 6 characters or more.' },
  'longer than Cognito takes': { policy: none, password: 'a'.repeat(257), want: 'A password has at most 256 characters.' },
  'as long as Cognito takes': { policy: none, password: 'a'.repeat(256), want: undefined },
};

for (const [name, { policy = all, password, want }] of Object.entries(cases)) {
  test(name, () => assert.equal(passwordProblem(policy, password), want));
}

test('each of Cognito’s symbols counts', () => {
  for (const symbol of '^$*.[]{}()?-"!@#%&/\\,><\':;|_~`+=') {
    assert.equal(passwordProblem(all, `Abcdefghij12${symbol}`), undefined, symbol);
  }
});

test('other signs do not count as symbols', () => {
  assert.equal(passwordProblem(all, 'Abcdefghij12€'), 'Still needed: a symbol, like ! or #.');
});
