// A form field: its value, what is wrong with it, and where that is said.

import type { AttributeField } from '../auth/attributes.ts';
import { tidyAttribute } from '../auth/attributes.ts';
import type { Explanation } from '../auth/errors.ts';
import { element, make } from './dom.ts';

/** Why a value would be refused; undefined if it would not. */
export type Check = (value: string) => string | undefined;

/** An input and the paragraph `<id>-error` that its aria-describedby names. */
export class Field {
  readonly input: HTMLInputElement;
  private readonly message: HTMLElement;

  constructor(
    readonly id: string,
    private readonly check: Check,
    private readonly tidy: (value: string) => string = (value) => value,
  ) {
    this.input = element<HTMLInputElement>(id);
    this.message = element(`${id}-error`);
    this.input.addEventListener('input', () => this.clear());
  }

  get value(): string {
    return this.tidy(this.input.value);
  }

  /** Checks the value, says what is wrong, and tells whether it is right. */
  validate(): boolean {
    const problem = this.check(this.value);
    if (problem === undefined) this.clear();
    else this.refuse({ text: problem });
    return problem === undefined;
  }

  /** Says why the value was refused. */
  refuse({ text, link }: Explanation): void {
    this.input.setAttribute('aria-invalid', 'true');
    this.message.replaceChildren(text, ...(link === undefined ? [] : [' ', make('a', { href: link.href }, link.text)]));
  }

  clear(): void {
    this.input.removeAttribute('aria-invalid');
    this.message.replaceChildren();
  }
}

/** The field `#email`. Only its shape is checked: whether it exists, a message will tell. */
export function emailField(): Field {
  return new Field(
    'email',
    (value) => {
      if (value === '') return 'Type your e-mail address.';
      return /^[^\s@]+@[^\s@]+$/.test(value) ? undefined : 'This does not look like an e-mail address.';
    },
    (value) => value.trim(),
  );
}

/** The field `#code`. Takes what people paste, "123 456" or "Code: 123456". */
export function codeField(): Field {
  const field = new Field('code', (value) =>
    /^\d{6}$/.test(value) ? undefined : value === '' ? 'Type the code from the message.' : 'The code has six digits.',
  );
  field.input.addEventListener('input', () => {
    const digits = field.input.value.replace(/\D/g, '').slice(0, 6);
    if (digits !== field.input.value) field.input.value = digits;
  });
  return field;
}

/** The field for a password that exists already: any may be right. */
export function currentPasswordField(): Field {
  return new Field('password', (value) => (value === '' ? 'Type your password.' : undefined));
}

/** Makes the field for an attribute and puts it into the page, in `into`. */
export function attributeField(spec: AttributeField, into: HTMLElement, value = ''): Field {
  const described = spec.hint === undefined ? `${spec.name}-error` : `${spec.name}-hint ${spec.name}-error`;
  const input = make('input', {
    id: spec.name,
    name: spec.name,
    type: spec.type,
    autocomplete: spec.autocomplete,
    maxlength: '2048', // Cognito's limit for an attribute
    required: '',
    'aria-describedby': described,
  });
  input.value = value;
  into.append(
    make(
      'div',
      { class: 'field' },
      make('label', { for: spec.name }, spec.label),
      input,
      ...(spec.hint === undefined ? [] : [make('p', { class: 'hint', id: `${spec.name}-hint` }, spec.hint)]),
      make('p', { class: 'error', id: `${spec.name}-error` }),
    ),
  );
  return new Field(
    spec.name,
    (text) => (text === '' ? 'This is needed.' : spec.check?.(text)),
    (text) => tidyAttribute(spec.name, text),
  );
}
