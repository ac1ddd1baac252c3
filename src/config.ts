import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ArchiveConfig, archiveOf } from './config/archive.ts'
import { type CheckpointsConfig, checkpointsOf, KEY_OF_32_BYTES } from './config/checkpoints.ts'
import { httpUrlFault } from './config/http-url.ts'
import { codeOf, isRecord, type Json, leaves, lookUp } from './config/json.ts'
import { PAYMENT_PROVIDERS, type PaymentsConfig, TAX_SOURCES } from './config/payments.ts'
import { type PortalConfig, portalOf } from './config/portal.ts'
import { type TrustedProxies, trustedProxiesOf } from './config/proxies.ts'
import { Secret } from './config/secret.ts'
import {
  APPROVALS,
  type Approvals,
  brokenRelations,
  environmentName,
  LOG_LEVELS,
  type LogLevel,
  NUMBERS,
  type NumberName,
  type NumberSetting,
} from './config/settings.ts'
import { type SignInConfig, signInOf } from './config/sign-in.ts'
import { type SmtpConfig, smtpOf } from './config/smtp.ts'
import {
  PRIVATE_ADDRESSES,
  type PrivateAddresses,
  type UpstreamConfig,
  type UpstreamName,
  upstreamsOf,
} from './config/upstreams.ts'

export type { CheckpointsConfig } from './config/checkpoints.ts'
export * from './config/payments.ts'
export type { PortalConfig } from './config/portal.ts'
export type { TrustedProxies } from './config/proxies.ts'
export * from './config/secret.ts'
export * from './config/settings.ts'
export type { OidcConfig, SignInConfig } from './config/sign-in.ts'
export * from './config/texts.ts'
export * from './config/upstreams.ts'

export interface Config {
  readonly database:
    | { readonly kind: 'url'; readonly url: Secret }
    | { readonly kind: 'embedded'; readonly dataDir: string }
  readonly listen: { readonly host: string; readonly port: number }
  readonly trustedProxies: TrustedProxies
  /** Without a trailing slash. */
  readonly publicUrl: string | undefined
  /** Empty: the program makes one at its first start and prints it once. */
  readonly operatorTokens: readonly Secret[]
  readonly upstreams: Readonly<Partial<Record<UpstreamName, UpstreamConfig>>>
  /** Of secrets at rest, 32 bytes as base64: the first seals, all open. Empty: none is given. */
  readonly secretKeys: readonly Secret[]
  readonly smtp: SmtpConfig | undefined
  /** Whether notifications may go to loopback and private addresses. */
  readonly privateAddresses: PrivateAddresses
  readonly payments: PaymentsConfig
  readonly checkpoints: CheckpointsConfig
  /** How many persons the publication of a price book takes. */
  readonly approvals: Approvals
  readonly signIn: SignInConfig
  readonly portal: PortalConfig
  /** A folder with `policies/*.json` and `bundles/*.json`, published at each start. */
  readonly termsDir: string | undefined
  readonly archive: ArchiveConfig
  readonly numbers: Readonly<Record<NumberName, number>>
  readonly logLevel: LogLevel
}

/** Everything that is wrong with the settings, each with what, why and what to do. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export interface ConfigSources {
  /** The file's path; its relative paths are relative to the working directory. */
  readonly file?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** Reads every setting once: the environment wins over the file, the file over the defaults. */
export function loadConfig(sources: ConfigSources): Config {
  const reader = new Reader(sources)
  const publicUrl = reader.publicUrl()
  const numbers = reader.numbers()
  const config: Config = {
    database: reader.database(),
    listen: reader.listen(),
    trustedProxies: trustedProxiesOf(reader.parts()),
    publicUrl,
    operatorTokens: reader.operatorTokens(),
    upstreams: upstreamsOf(reader.parts()),
    secretKeys: reader.secretKeys(),
    smtp: reader.smtp(),
    privateAddresses: reader.choice('notify.private_addresses', PRIVATE_ADDRESSES),
    payments: reader.payments(),
    checkpoints: reader.checkpoints(),
    approvals: reader.choice('prices.approvals', APPROVALS),
    signIn: signInOf(reader.parts()),
    portal: portalOf(reader.parts(), publicUrl),
    termsDir: reader.termsDir(),
    archive: reader.archive(numbers['archive.after_days']),
    numbers,
    logLevel: reader.choice('log_level', LOG_LEVELS, 'info'),
  }
  reader.refuseUnknown()
  reader.problems.push(...brokenRelations(config.numbers))
  if (reader.problems.length > 0) throw new ConfigError(reader.problems)
  return config
}

class Reader {
  readonly problems: string[] = []
  readonly #sources: ConfigSources
  readonly #file: Json
  readonly #known = new Set<string>()

  constructor(sources: ConfigSources) {
    this.#sources = sources
    this.#file = sources.file === undefined ? {} : this.#readFile(sources.file)
  }

  database(): Config['database'] {
    const url = this.#text('database_url', 'DATABASE_URL')
    const dataDir = this.#text('data_dir', 'EVERYCENT_DATA_DIR') ?? '.everycent/data'
    if (url === undefined) return { kind: 'embedded', dataDir: resolve(this.#sources.cwd, dataDir) }
    if (!/^postgres(ql)?:\/\//.test(url))
      this.#problem(
        'database_url (DATABASE_URL) is not a PostgreSQL address.',
        'Write it as postgres://user:password@host:5432/database.',
      )
    return { kind: 'url', url: new Secret(url) }
  }

  listen(): Config['listen'] {
    const host = this.#text('listen.host', 'EVERYCENT_HOST') ?? '127.0.0.1'
    const given = this.#value('listen.port', 'EVERYCENT_PORT')
    const setting = { fallback: 8787, min: 0, max: 65_535, meaning: '' }
    return { host, port: this.#number('listen.port', given, setting) }
  }

  publicUrl(): string | undefined {
    const given = this.#text('public_url', 'EVERYCENT_PUBLIC_URL')
    return given === undefined ? undefined : this.#httpUrl('public_url', given)
  }

  operatorTokens(): Secret[] {
    const env = this.#environment('EVERYCENT_OPERATOR_TOKEN')
    const file = this.#text('operator_token_file')
    const found: string | undefined =
      env === undefined
        ? file === undefined
          ? ''
          : this.#secretFile('operator_token_file', file)
        : env
    const tokens = (found ?? '').split(/[\s,]+/).filter((token) => token !== '')
    if (tokens.some((token) => token.length < 16))
      this.#problem(
        'An operator token is shorter than 16 characters, so it could be guessed.',
        'Make one with "openssl rand -hex 24".',
      )
    return tokens.map((token) => new Secret(token))
  }

  secretKeys(): Secret[] {
    return this.#keys('EVERYCENT_SECRET_KEY', 'secret_key_file')
  }

  checkpoints(): CheckpointsConfig {
    return checkpointsOf({
      cwd: this.#sources.cwd,
      keys: this.#keys('EVERYCENT_LOG_KEY', 'checkpoints.key_file'),
      ...this.parts(),
    })
  }

  archive(afterDays: number): ArchiveConfig {
    return archiveOf({ cwd: this.#sources.cwd, afterDays, ...this.parts() })
  }

  /** For the readers of parts that have a file of their own. */
  parts() {
    return {
      text: (path: string, env?: string) => this.#text(path, env),
      value: (path: string, env: string) => this.#value(path, env),
      environment: (name: string) => this.#environment(name),
      httpUrl: (path: string, given: string) => this.#httpUrl(path, given),
      problem: (what: string, next: string) => this.#problem(what, next),
      choice: this.choice.bind(this) as Reader['choice'],
      secretFile: (path: string, file: string) => this.#secretFile(path, file),
    }
  }

  #keys(env: string, path: string): Secret[] {
    const given = this.#environment(env)
    const file = this.#text(path)
    const found = given ?? (file === undefined ? '' : this.#secretFile(path, file))
    const keys = (found ?? '').split(/[\s,]+/).filter((key) => key !== '')
    if (keys.some((key) => !KEY_OF_32_BYTES.test(key)))
      this.#problem(
        `${env} is not a key of 32 bytes in base64.`,
        'Make one with "openssl rand -base64 32".',
      )
    return keys.map((key) => new Secret(key))
  }

  smtp(): Config['smtp'] {
    return smtpOf(this.parts())
  }

  payments(): PaymentsConfig {
    const provider = this.choice('payments.provider', PAYMENT_PROVIDERS, 'off')
    const returnUrl = this.#httpUrl(
      'payments.return_url',
      this.#text('payments.return_url', 'EVERYCENT_PAYMENTS_RETURN_URL') ?? 'http://localhost',
    )
    const baseUrl = this.#text('payments.base_url', 'EVERYCENT_PAYMENTS_BASE_URL')
    const tax = this.#taxSource(provider)
    if (provider !== 'stripe') return { provider, returnUrl }
    return {
      provider,
      returnUrl,
      apiKey: this.#neededSecret('STRIPE_API_KEY'),
      webhookSecret: this.#neededSecret('STRIPE_WEBHOOK_SECRET'),
      tax,
      ...(baseUrl !== undefined && { baseUrl: this.#httpUrl('payments.base_url', baseUrl) }),
    }
  }

  #taxSource(provider: string): (typeof TAX_SOURCES)[number] {
    const given = this.#text('payments.tax', 'EVERYCENT_PAYMENTS_TAX') ?? 'table'
    const tax = TAX_SOURCES.find((known) => known === given)
    const wrong = tax === 'stripe' && provider !== 'stripe'
    if (!tax || wrong)
      this.#problem(
        `payments.tax is ${JSON.stringify(given)}${wrong ? ', but Stripe is not the provider' : ''}.`,
        `Choose ${wrong ? 'table' : TAX_SOURCES.join(' or ')}.`,
      )
    return tax ?? 'table'
  }

  termsDir(): string | undefined {
    const given = this.#text('payments.terms_dir', 'EVERYCENT_PAYMENTS_TERMS_DIR')
    return given === undefined ? undefined : resolve(this.#sources.cwd, given)
  }

  #neededSecret(name: string): Secret {
    const value = this.#environment(name)
    if (value === undefined)
      this.#problem(`payments.provider is stripe, but ${name} is not set.`, 'Set it.')
    return new Secret(value ?? '')
  }

  numbers(): Record<NumberName, number> {
    const names = Object.keys(NUMBERS) as NumberName[]
    return Object.fromEntries(
      names.map((name) => {
        const given = this.#value(name, environmentName(name))
        return [name, this.#number(name, given, NUMBERS[name])]
      }),
    ) as Record<NumberName, number>
  }

  choice<const C extends string>(name: string, choices: readonly C[], fallback = choices[0]!): C {
    const given = this.#text(name, environmentName(name)) ?? fallback
    const chosen = choices.find((known) => known === given)
    if (!chosen)
      this.#problem(`${name} is ${JSON.stringify(given)}.`, `Choose one of ${choices.join(', ')}.`)
    return chosen ?? fallback
  }

  /** A misspelt setting would silently keep its default. */
  refuseUnknown(): void {
    for (const path of leaves(this.#file)) {
      if (this.#known.has(path)) continue
      this.#problem(
        `${path} in ${this.#sources.file} is not a setting.`,
        'Correct its name or remove it; "everycent serve --help" lists them all.',
      )
    }
  }

  #httpUrl(path: string, given: string): string {
    const fault = httpUrlFault(path, given)
    if (fault) this.#problem(...fault)
    return given.replace(/\/+$/, '')
  }

  #number(name: string, given: unknown, setting: NumberSetting): number {
    if (given === undefined) return setting.fallback
    const isText = typeof given === 'string' && /^\d{1,15}$/.test(given)
    const value = isText ? Number(given) : given
    if (typeof value === 'number' && Number.isInteger(value)) {
      if (value >= setting.min && value <= setting.max) return value
      this.#problem(
        `${name} is ${value}, outside ${setting.min} to ${setting.max}.`,
        `Its default is ${setting.fallback}.`,
      )
      return setting.fallback
    }
    this.#problem(
      `${name} is ${JSON.stringify(given)}, not a whole number.`,
      `Write it without unit or quotes, such as ${setting.fallback}.`,
    )
    return setting.fallback
  }

  #text(path: string, env?: string): string | undefined {
    const given = this.#value(path, env)
    if (given === undefined || typeof given === 'string') return given
    this.#problem(`${path} is not a text.`, 'Write it in double quotes.')
    return undefined
  }

  #value(path: string, env?: string): unknown {
    this.#known.add(path)
    const fromEnvironment = env === undefined ? undefined : this.#environment(env)
    return fromEnvironment ?? lookUp(this.#file, path)
  }

  /** An empty variable counts as not set, as shells and compose files write it. */
  #environment(name: string): string | undefined {
    const value = this.#sources.env[name]
    return value === undefined || value === '' ? undefined : value
  }

  #secretFile(path: string, file: string): string | undefined {
    try {
      return readFileSync(resolve(this.#sources.cwd, file), 'utf8')
    } catch (error) {
      this.#problem(
        `${path} names ${file}, which cannot be read (${codeOf(error)}).`,
        'Correct the path, or let this user read it.',
      )
      return undefined
    }
  }

  #readFile(file: string): Json {
    let text: string
    try {
      text = readFileSync(resolve(this.#sources.cwd, file), 'utf8')
    } catch (error) {
      throw new ConfigError([
        `The configuration ${file} cannot be read (${codeOf(error)}). Correct the path after --config; examples/config.json is a start.`,
      ])
    }
    try {
      const parsed: unknown = JSON.parse(text)
      if (isRecord(parsed)) return parsed
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ConfigError([`The configuration ${file} is not JSON: ${reason}. Correct it there.`])
    }
    throw new ConfigError([
      `The configuration ${file} is not a JSON object. Write { "setting": value }; examples/config.json is a start.`,
    ])
  }

  #problem(what: string, next: string): void {
    this.problems.push(`${what} ${next}`)
  }
}
