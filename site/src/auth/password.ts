// The user pool's password rules, so that people see while they type what the
// pool would refuse afterwards.

import type { PasswordPolicy } from '../config.ts';

/** One rule, in words and as a test. */
export interface PasswordRule {
  readonly text: string;
  readonly met: (password: string) => boolean;
}

/** Cognito's limit for any password. */
const MAX_LENGTH = 256;

// What Cognito counts as a symbol; a space counts unless it is first or last.
const SYMBOLS = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;

/** The rules of policy, in the order in which they are shown. */
export function passwordRules(policy: PasswordPolicy): readonly PasswordRule[] {
  const rules: PasswordRule[] = [
    {
      text: `${policy.minLength} characters or more`,
      // Code points, as people count: where Cognito counts more (an emoji as
      // two) this asks for a little more than it, never for less.
      met: (password) => [...password].length >= policy.minLength,
    },
  ];
  // Only basic Latin letters and digits satisfy Cognito: É is no upper-case letter to it.
  if (policy.lowercase) rules.push({ text: 'a lower-case letter', met: (password) => /[a-z]/.test(password) });
  if (policy.uppercase) rules.push({ text: 'an upper-case letter', met: (password) => /[A-Z]/.test(password) });
  if (policy.numbers) rules.push({ text: 'a number', met: (password) => /[0-9]/.test(password) });
  if (policy.symbols) rules.push({ text: 'a symbol, like ! or #', met: (password) => SYMBOLS.test(password.trim()) });
  return rules;
}

/** Why the pool would refuse password as a new one; undefined if it would not. */
export function passwordProblem(policy: PasswordPolicy, password: string): string | undefined {
  if (password === '') return 'Choose a password.';
  if (password !== password.trim()) return 'A password cannot begin or end with a space.';
  if (password.length > MAX_LENGTH) return `A password has at most ${MAX_LENGTH} characters.`;
  const unmet = passwordRules(policy).filter((rule) => !rule.met(password));
  if (unmet.length === 0) return undefined;
  return `Still needed: ${unmet.map((rule) => rule.text).join(', ')}.`;
}
