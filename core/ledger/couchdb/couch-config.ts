/** `ledger.state.couchDBConfig` of core.yaml. Durations in milliseconds. */
export interface CouchDBConfig {
  /** `host:port`. */
  couchDBAddress: string
  username: string
  /** Never appears in a log, an event or an error. */
  password: string
  /** For one request, after a failed connection or a status of 500 or more. */
  maxRetries: number
  /** For one attempt of a request. */
  requestTimeout: number
  /** Documents in one answer to a rich query. */
  internalQueryLimit: number
}

/** core.yaml's defaults; name and password may come from the environment, under the names that override core.yaml. */
export function couchDBConfig(
  settings: Partial<CouchDBConfig> | undefined,
  env: Record<string, string | undefined>,
): CouchDBConfig {
  const prefix = 'CORE_LEDGER_STATE_COUCHDBCONFIG'
  return {
    couchDBAddress: '127.0.0.1:5984',
    maxRetries: 3,
    requestTimeout: 35_000,
    internalQueryLimit: 1000,
    ...settings,
    username: env[`${prefix}_USERNAME`] ?? settings?.username ?? '',
    password: env[`${prefix}_PASSWORD`] ?? settings?.password ?? '',
  }
}
