/** Names that the engine's builder knows without an ARG, and that tools read in either case. */
const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY']
/** This machine's own loopback, which in a container is the container's. */
const LOOPBACK = /^(?:\w+:\/\/)?(?:[^@/]*@)?(?:localhost|127\.[\d.]+|\[?::1\]?)(?::\d+)?(?:\/|$)/i

/** The proxies of an environment, for builds in containers; one that only this machine reaches is left out. */
export function buildProxies(env: NodeJS.ProcessEnv): Record<string, string> {
  const given = NAMES.flatMap((name) => [name, name.toLowerCase()])
  return Object.fromEntries(
    given.flatMap((name) => {
      const value = env[name]
      return value === undefined || value === '' || LOOPBACK.test(value) ? [] : [[name, value]]
    }),
  )
}
