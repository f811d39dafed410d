// Going from page to page, and the little that pages hand on to one another.

/** Where people are sent who ask for nothing else. */
export const HOME_AFTER_SIGN_IN = '/account';

/**
 * The page of this site that wanted names, or the account page when it names none:
 * another site's address, a script, or anything a browser could read as one of them.
 */
export function safeNext(wanted: string | null, origin: string): string {
  // A browser drops tabs and line breaks from an address and reads \ as /, so
  // "/\t/evil" and "/\evil" leave the site: refuse them before parsing.
  if (wanted === null || !/^\/(?![/\\])/.test(wanted) || /[\\\u0000-\u001f\u007f]/.test(wanted)) return HOME_AFTER_SIGN_IN;
  if (!URL.canParse(wanted, origin)) return HOME_AFTER_SIGN_IN;
  const url = new URL(wanted, origin);
  // "/.//evil" is resolved to the path "//evil", which would leave when it is used.
  if (url.origin !== origin || url.pathname.startsWith('//')) return HOME_AFTER_SIGN_IN;
  return url.pathname + url.search + url.hash;
}

/** The sign-in page's address, from which people come back to path. */
export function signInFor(path: string): string {
  return path === HOME_AFTER_SIGN_IN ? '/signin' : `/signin?next=${encodeURIComponent(path)}`;
}

// What one page tells the next: in sessionStorage, so that it stays in this tab,
// out of addresses, histories and logs. Never a password.
type Carried = 'email' | 'notice' | 'sentAt';

/** Keeps value for the pages that follow in this tab. */
export function carry(key: Carried, value: string): void {
  try {
    sessionStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // Storage is switched off: the next page asks again.
  }
}

/** What an earlier page kept; '' for nothing. */
export function carried(key: Carried): string {
  try {
    return sessionStorage.getItem(`gatehouse.${key}`) ?? '';
  } catch {
    return '';
  }
}

/** Like {@link carried}, for what is to be seen once. */
export function take(key: Carried): string {
  const value = carried(key);
  drop(key);
  return value;
}

/** Forgets what was kept. */
export function drop(key: Carried): void {
  try {
    sessionStorage.removeItem(`gatehouse.${key}`);
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
