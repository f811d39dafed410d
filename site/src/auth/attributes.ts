// How each of Cognito's standard attributes is asked for.
//
// Names: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
// Autocomplete tokens: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill

/** A standard attribute as a form field. */
export interface AttributeField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'tel' | 'url' | 'date';
  /** What a browser may fill in; "off" where HTML has no word for it, or none for a single line (street-address). */
  readonly autocomplete: string;
  readonly hint?: string;
  /** Why a value would be refused; undefined if it would not. */
  readonly check?: (value: string) => string | undefined;
}

function isURL(value: string): string | undefined {
  return /^https?:\/\/\S+$/.test(value) ? undefined : 'Give a whole address, such as https://example.com.';
}

// Cognito checks that birthdate has ten characters; a date field writes YYYY-MM-DD.
function isDate(value: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? undefined : 'Give a whole date: year, month and day.';
}

function isPhoneNumber(value: string): string | undefined {
  return /^\+[1-9]\d{6,14}$/.test(value) ? undefined : 'Begin with + and the country code: +491701234567.';
}

function isSeconds(value: string): string | undefined {
  return /^\d+$/.test(value) ? undefined : 'Give a number of seconds since 1970.';
}

const FIELDS: readonly AttributeField[] = [
  { name: 'name', label: 'Full name', type: 'text', autocomplete: 'name' },
  { name: 'given_name', label: 'Given name', type: 'text', autocomplete: 'given-name' },
  { name: 'middle_name', label: 'Middle name', type: 'text', autocomplete: 'additional-name' },
  { name: 'family_name', label: 'Family name', type: 'text', autocomplete: 'family-name' },
  { name: 'nickname', label: 'Nickname', type: 'text', autocomplete: 'nickname' },
  { name: 'preferred_username', label: 'User name', type: 'text', autocomplete: 'off', hint: 'What others see you as.' },
  { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' },
  { name: 'phone_number', label: 'Phone number', type: 'tel', autocomplete: 'tel', hint: 'With the country code: +491701234567.', check: isPhoneNumber },
  { name: 'birthdate', label: 'Date of birth', type: 'date', autocomplete: 'bday', check: isDate },
  { name: 'gender', label: 'Gender', type: 'text', autocomplete: 'sex' },
  { name: 'address', label: 'Postal address', type: 'text', autocomplete: 'off' },
  { name: 'website', label: 'Website', type: 'url', autocomplete: 'url', check: isURL },
  { name: 'picture', label: 'Picture', type: 'url', autocomplete: 'photo', hint: 'The address of an image.', check: isURL },
  { name: 'profile', label: 'Profile page', type: 'url', autocomplete: 'url', check: isURL },
  { name: 'locale', label: 'Language', type: 'text', autocomplete: 'language', hint: 'A language tag, such as en-GB.' },
  { name: 'zoneinfo', label: 'Time zone', type: 'text', autocomplete: 'off', hint: 'A zone name, such as Europe/Berlin.' },
  { name: 'updated_at', label: 'Last updated', type: 'text', autocomplete: 'off', hint: 'Seconds since 1970.', check: isSeconds },
];

/** Those that hold a person's name, which people may change by themselves. */
export const NAME_ATTRIBUTES: readonly string[] = ['name', 'given_name', 'middle_name', 'family_name', 'nickname'];

/** The field for the attribute name. An attribute that is not known here is asked for by its own name. */
export function attributeField(name: string): AttributeField {
  return FIELDS.find((field) => field.name === name) ?? { name, label: name, type: 'text', autocomplete: 'off' };
}

/** What to call the attribute name when its value is shown. */
export function attributeLabel(name: string): string {
  const verified = /^(email|phone_number)_verified$/.exec(name)?.[1];
  if (verified !== undefined) return `${attributeField(verified).label} verified`;
  if (name === 'sub') return 'User id';
  return attributeField(name).label;
}

/** Removes what people put into phone numbers for the eye; Cognito wants E.164: +, then digits. */
export function tidyAttribute(name: string, value: string): string {
  return name === 'phone_number' ? value.replace(/[\s()./-]/g, '') : value.trim();
}
