import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'

/** How many ports above the wanted one are tried. */
const PORTS_TRIED = 100
const LAST_PORT = 65_535

/**
 * Bind to a `host:port`, or to the next free port if that one is in use; port 0 takes any. Returns the address.
 * @param bind resolves with the port, or rejects with the system's error
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function bindNextFree(
  wanted: string,
  bind: (host: string, port: number) => Promise<number>,
): Promise<{ host: string; port: number }> {
  const colon = wanted.lastIndexOf(':')
  const [host, port] = [wanted.slice(0, colon), Number(wanted.slice(colon + 1))]
  if (colon < 1 || !Number.isInteger(port) || port < 0 || port > LAST_PORT) {
    throw new PeerError('PORT_UNAVAILABLE', { wanted, reason: 'It is not of the form host:port.' })
  }
  let cause: unknown
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED, LAST_PORT)
  for (let candidate = port; candidate <= last; candidate += 1) {
    try {
      return { host, port: await bind(host, candidate) }
    } catch (error) {
      cause = error
    }
  }
  throw new PeerError('PORT_UNAVAILABLE', { wanted, reason: messageOf(cause) }, { cause })
}
