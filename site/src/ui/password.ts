// Passwords: shown on demand, and a new one's rules ticked off as it is typed.

import { passwordProblem, passwordRules } from '../auth/password.ts';
import type { PasswordPolicy } from '../config.ts';
import { element, make } from './dom.ts';
import { Field } from './field.ts';

/** Lets every password of the page be shown: buttons `.show` that control an input. */
export function showPasswordsOnDemand(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.show')) {
    const input = element<HTMLInputElement>(button.getAttribute('aria-controls') ?? '');
    button.addEventListener('click', () => {
      const show = input.type === 'password';
      input.type = show ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(show));
    });
  }
}

/** The field id for a new password, with its rules in the list `<id>-rules`. */
export function newPasswordField(id: string, policy: PasswordPolicy): Field {
  const field = new Field(id, (value) => passwordProblem(policy, value));
  const items = passwordRules(policy).map((rule) => {
    const state = make('span', { class: 'visually-hidden' });
    const item = make('li', {}, rule.text, state);
    const update = (): void => {
      const met = rule.met(field.input.value);
      item.classList.toggle('met', met);
      state.textContent = met ? ' (done)' : '';
    };
    update();
    field.input.addEventListener('input', update);
    return item;
  });
  element(`${id}-rules`).replaceChildren(...items);
  return field;
}
