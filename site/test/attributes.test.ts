import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeField, attributeLabel, tidyAttribute } from '../src/auth/attributes.ts';

// All of Cognito's standard attributes but sub, which nobody types.
const STANDARD = [
  'address', 'birthdate', 'email', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name', 'nickname',
  'phone_number', 'picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo',
];

test('every standard attribute has words of its own', () => {
  for (const name of STANDARD) assert.notEqual(attributeField(name).label, name);
});

test('browsers are told what to fill in', () => {
  const got = ['given_name', 'middle_name', 'family_name', 'birthdate', 'phone_number'].map((name) => {
    const { type, autocomplete } = attributeField(name);
    return [type, autocomplete];
  });
  assert.deepEqual(got, [
    ['text', 'given-name'],
    ['text', 'additional-name'],
    ['text', 'family-name'],
    ['date', 'bday'],
    ['tel', 'tel'],
  ]);
});

test('values are checked as Cognito checks them', () => {
  const accepted = (name: string, value: string): boolean => attributeField(name).check?.(value) === undefined;
  assert.equal(accepted('phone_number', '+491701234567'), true);
  assert.equal(accepted('phone_number', '01701234567'), false);
  assert.equal(accepted('birthdate', '1815-12-10'), true);
  assert.equal(accepted('birthdate', '10.12.1815'), false);
  assert.equal(accepted('website', 'https://example.com'), true);
  assert.equal(accepted('website', 'example.com'), false);
});

test('a phone number may be typed as people write it', () => {
  assert.equal(tidyAttribute('phone_number', '+49 (170) 123-45 67'), '+491701234567');
  assert.equal(tidyAttribute('given_name', ' Ada '), 'Ada');
});

test('what is shown has a name', () => {
  assert.equal(attributeLabel('email_verified'), 'E-mail address verified');
  assert.equal(attributeLabel('sub'), 'User id');
  assert.equal(attributeLabel('custom:team'), 'custom:team');
});
