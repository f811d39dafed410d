// Sending a form: check its fields, do the work once, explain a refusal where it
// belongs, go on to the next page.

import { explain, withTimeout } from '../auth/errors.ts';
import type { Operation } from '../auth/errors.ts';
import { ask } from './dom.ts';
import type { Field } from './field.ts';
import { clearMessage, refusal } from './message.ts';

/** What a form does. */
export interface FormWork {
  readonly form: HTMLFormElement;
  readonly operation: Operation;
  readonly fields: readonly Field[];
  /** What its button says meanwhile. */
  readonly busy: string;
  /** Does the work; returns the page to go to, or nothing to stay. */
  readonly send: () => Promise<string | void>;
}

/** Lets form be sent. */
export function onSubmit({ form, operation, fields, busy, send }: FormWork): void {
  const button = ask('[type=submit]', form);
  if (button === null) throw new Error(`#${form.id} has no button to send it`);
  const label = button.textContent ?? '';
  let working = false;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (working) return;
    clearMessage();
    const wrong = fields.filter((field) => !field.validate());
    if (wrong[0] !== undefined) {
      wrong[0].input.focus();
      return;
    }

    working = true;
    hidePasswords(form);
    // aria-disabled, not disabled: the button keeps the focus.
    button.setAttribute('aria-disabled', 'true');
    button.textContent = busy;
    let leaving = false;
    try {
      const page = await withTimeout(send());
      if (page !== undefined) {
        leaving = true;
        location.assign(page);
      }
    } catch (error) {
      showError(error, operation, fields);
    } finally {
      if (!leaving) {
        working = false;
        button.removeAttribute('aria-disabled');
        button.textContent = label;
      }
    }
  });
}

/** Explains error at the field it belongs to, else at the top of the page. */
export function showError(error: unknown, operation: Operation, fields: readonly Field[] = []): void {
  const explanation = explain(error, operation);
  const field = fields.find((each) => each.id === explanation.field);
  if (field === undefined) {
    refusal(explanation);
    return;
  }
  field.refuse(explanation);
  field.input.focus();
}

// A password manager only recognises a password field that hides what is in it.
function hidePasswords(form: HTMLFormElement): void {
  for (const toggle of form.querySelectorAll<HTMLButtonElement>('.show[aria-pressed=true]')) toggle.click();
}
