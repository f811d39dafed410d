import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenStorage } from '../src/auth/storage.ts';

const KEY = 'CognitoIdentityServiceProvider.client.user.accessToken';

/** A browser's Storage in memory: like it, its keys are its own properties. */
function memory(): Storage {
  const methods = {
    getItem(key: string): string | null {
      return Object.hasOwn(this, key) ? String(Reflect.get(this, key)) : null;
    },
    setItem(key: string, value: string): void {
      Reflect.set(this, key, value);
    },
    removeItem(key: string): void {
      Reflect.deleteProperty(this, key);
    },
  };
  return Object.create(methods) as Storage;
}

test('tokens end with the tab unless somebody asks to stay', async () => {
  const [session, local] = [memory(), memory()];
  const storage = new TokenStorage(session, local);
  await storage.setItem(KEY, 'token');
  assert.deepEqual([Object.keys(session), Object.keys(local)], [[KEY], []]);
});

test('who asks to stay is known in other tabs', async () => {
  const local = memory();
  const storage = new TokenStorage(memory(), local);
  storage.choose(true);
  await storage.setItem(KEY, 'token');
  const otherTab = new TokenStorage(memory(), local);
  assert.equal(otherTab.stay, true);
  assert.equal(otherTab.hasTokens, true);
  assert.equal(await otherTab.getItem(KEY), 'token');
});

test('choosing forgets what an earlier sign-in left', async () => {
  const storage = new TokenStorage(memory(), memory());
  storage.choose(true);
  await storage.setItem(KEY, 'old');
  storage.choose(false);
  assert.equal(storage.stay, false);
  assert.equal(await storage.getItem(KEY), null);
});

test('forgetting leaves no token in either place, and the rest alone', async () => {
  const [session, local] = [memory(), memory()];
  session.setItem(KEY, 'token');
  local.setItem(KEY, 'token');
  local.setItem('theme', 'dark');
  const storage = new TokenStorage(session, local);
  storage.forget();
  assert.equal(storage.hasTokens, false);
  assert.deepEqual([Object.keys(session), Object.keys(local)], [[], ['theme']]);
});
