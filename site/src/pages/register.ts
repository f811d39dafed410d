// Register: an account, not yet verified.

import { signUp } from 'aws-amplify/auth';
import { attributeField as attributeSpec } from '../auth/attributes.ts';
import { Session } from '../auth/session.ts';
import { carried, carry, drop } from '../nav.ts';
import { start } from '../start.ts';
import { ask, element } from '../ui/dom.ts';
import { attributeField, emailField } from '../ui/field.ts';
import { onSubmit } from '../ui/form.ts';
import { newPasswordField, showPasswordsOnDemand } from '../ui/password.ts';

await start((config) => {
  if (!config.selfSignUp) {
    ask('.content:not(#closed)')?.remove();
    element('closed').hidden = false;
    return;
  }
  new Session(config);
  showPasswordsOnDemand();
  const email = emailField();
  const password = newPasswordField('password', config.passwordPolicy);
  const attributes = config.requiredAttributes.map((name) => attributeField(attributeSpec(name), element('attributes')));
  email.input.value = carried('email');

  onSubmit({
    form: element<HTMLFormElement>('register-form'),
    operation: 'signUp',
    fields: [email, password, ...attributes],
    busy: 'Registering…',
    async send() {
      // Not to the next page with a password: people type it again when they sign in.
      const { nextStep } = await signUp({
        username: email.value,
        password: password.value,
        options: {
          userAttributes: {
            email: email.value,
            ...Object.fromEntries(attributes.map((field) => [field.id, field.value])),
          },
        },
      });
      carry('email', email.value);
      if (nextStep.signUpStep === 'CONFIRM_SIGN_UP') {
        carry('sentAt', String(Date.now()));
        return '/verify';
      }
      drop('sentAt');
      carry('notice', 'Your account is made. Sign in to come in.');
      return '/signin';
    },
  });
});
