// What the pages know of their environment. One build serves every environment:
// the deployment publishes /amplify_outputs.json beside the pages, and each page
// reads it when it starts.

/** Where the configuration is published. */
export const CONFIG_URL = '/amplify_outputs.json';

const FETCH_TIMEOUT_MS = 10_000;

/** The user pool's rule for passwords. */
export interface PasswordPolicy {
  readonly minLength: number; // 6–99
  readonly lowercase: boolean;
  readonly uppercase: boolean;
  readonly numbers: boolean;
  readonly symbols: boolean;
}

/** The configuration, checked. */
export interface SiteConfig {
  readonly project: string;
  readonly environment: string;
  readonly selfSignUp: boolean;
  readonly verification: 'code' | 'link';
  readonly passwordPolicy: PasswordPolicy;
  /** Standard attributes that registering asks for besides the e-mail address. */
  readonly requiredAttributes: readonly string[];
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  /** The user pool's API, when it is not AWS's own: an address of the local cloud. */
  readonly userPoolEndpoint?: string;
  /** The file as it was read, for Amplify. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A configuration that cannot be used: every reason, as sentences for people. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join(' '));
  }
}

/**
 * Fetches and checks the configuration.
 * @throws {ConfigError} when it is missing, unreachable or malformed.
 */
export async function loadConfig(get: typeof fetch = fetch): Promise<SiteConfig> {
  let response: Response;
  let text: string;
  try {
    response = await get(CONFIG_URL, { cache: 'no-cache', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    text = await response.text();
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new ConfigError([
      late
        ? `${CONFIG_URL} did not arrive within ${FETCH_TIMEOUT_MS / 1000} seconds.`
        : `${CONFIG_URL} could not be fetched. Is the connection up?`,
    ]);
  }
  if (!response.ok) {
    const missing = response.status === 404 || response.status === 403;
    throw new ConfigError([
      missing
        ? `${CONFIG_URL} is not there (HTTP ${response.status}).`
        : `${CONFIG_URL} could not be fetched (HTTP ${response.status}).`,
    ]);
  }
  return parseConfig(text);
}

/**
 * Reads the text of amplify_outputs.json.
 * @throws {ConfigError} with every problem found.
 */
export function parseConfig(text: string): SiteConfig {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new ConfigError([
      text.trimStart().startsWith('<')
        ? `${CONFIG_URL} is a web page, not JSON: a rewrite rule answers for the missing file.`
        : `${CONFIG_URL} is not valid JSON.`,
    ]);
  }
  if (!isRecord(file)) throw new ConfigError([`${CONFIG_URL} is not a JSON object.`]);

  const check = new Checker();
  const outputs = file;
  if (typeof outputs['version'] !== 'string' || !outputs['version'].startsWith('1')) {
    check.want('version', 'a text that starts with 1', outputs['version']);
  }
  const auth = check.record(outputs, '', 'auth');
  const policy = check.record(auth, 'auth.', 'password_policy');
  const gatehouse = check.record(check.record(outputs, '', 'custom'), 'custom.', 'gatehouse');

  const userPoolEndpoint = check.url(gatehouse, 'custom.gatehouse.', 'userPoolEndpoint');
  const config: SiteConfig = {
    project: check.text(gatehouse, 'custom.gatehouse.', 'project'),
    environment: check.text(gatehouse, 'custom.gatehouse.', 'environment'),
    selfSignUp: check.flag(gatehouse, 'custom.gatehouse.', 'selfSignUp'),
    verification: check.oneOf(gatehouse, 'custom.gatehouse.', 'verification', ['code', 'link']),
    passwordPolicy: {
      minLength: check.integer(policy, 'auth.password_policy.', 'min_length', 6, 99),
      lowercase: check.flag(policy, 'auth.password_policy.', 'require_lowercase'),
      uppercase: check.flag(policy, 'auth.password_policy.', 'require_uppercase'),
      numbers: check.flag(policy, 'auth.password_policy.', 'require_numbers'),
      symbols: check.flag(policy, 'auth.password_policy.', 'require_symbols'),
    },
    requiredAttributes: check
      .texts(auth, 'auth.', 'standard_required_attributes')
      .filter((name) => name !== 'email' && name !== 'sub'), // the page asks for the one, Cognito makes the other
    userPoolId: check.text(auth, 'auth.', 'user_pool_id', /^[\w-]+_[0-9a-zA-Z]+$/, 'an id such as eu-central-1_AbCdEf123'),
    userPoolClientId: check.text(auth, 'auth.', 'user_pool_client_id', /^\w+$/, 'the id of a user pool client'),
    ...(userPoolEndpoint === undefined ? {} : { userPoolEndpoint }),
    outputs,
  };
  if (check.problems.length > 0) throw new ConfigError(check.problems);
  return config;
}

type JSONObject = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads members of the wanted type and notes those that have another. */
class Checker {
  readonly problems: string[] = [];

  want(path: string, wanted: string, got: unknown): void {
    this.problems.push(
      got === undefined
        ? `${path} is missing: want ${wanted}.`
        : `${path}: want ${wanted}; got ${shorten(JSON.stringify(got))}.`,
    );
  }

  /** A missing object is one problem: its members are then not complained about. */
  record(from: JSONObject | undefined, prefix: string, key: string): JSONObject | undefined {
    const value = from?.[key];
    if (isRecord(value)) return value;
    if (from !== undefined) this.want(prefix + key, 'an object', value);
    return undefined;
  }

  text(from: JSONObject | undefined, prefix: string, key: string, pattern = /\S/, wanted = 'a text'): string {
    const value = from?.[key];
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (from !== undefined) this.want(prefix + key, wanted, value);
    return '';
  }

  texts(from: JSONObject | undefined, prefix: string, key: string): readonly string[] {
    const value = from?.[key];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
    this.want(prefix + key, 'a list of texts', value);
    return [];
  }

  flag(from: JSONObject | undefined, prefix: string, key: string): boolean {
    const value = from?.[key];
    if (typeof value === 'boolean') return value;
    if (from !== undefined) this.want(prefix + key, 'true or false', value);
    return false;
  }

  integer(from: JSONObject | undefined, prefix: string, key: string, min: number, max: number): number {
    const value = from?.[key];
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    if (from !== undefined) this.want(prefix + key, `a whole number from ${min} to ${max}`, value);
    return min;
  }

  oneOf<T extends string>(from: JSONObject | undefined, prefix: string, key: string, allowed: readonly [T, ...T[]]): T {
    const value = from?.[key];
    const found = allowed.find((each) => each === value);
    if (found !== undefined) return found;
    if (from !== undefined) this.want(prefix + key, allowed.map((each) => `"${each}"`).join(' or '), value);
    return allowed[0];
  }

  url(from: JSONObject | undefined, prefix: string, key: string): string | undefined {
    const value = from?.[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^https?:\/\/[^/]/.test(value) && URL.canParse(value)) return value;
    this.want(prefix + key, 'an http or https address', value);
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
