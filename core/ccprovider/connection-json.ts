import { PeerError } from '../contract/error.ts'

/**
 * The connection.json from which a peer's ccaas builder learns where the chaincode serves (Fabric v2.5.16
 * ccaas_builder/cmd/build/main.go). The address may contain a Go template such as `{{.peername}}_marbles:9999`, which
 * the peer fills in. Throws USAGE unless it is `host:port`.
 */
export function connectionJson(address: string): Buffer {
  const plain = address.replace(/\{\{[^{}]*\}\}/g, 'x')
  const port = Number(/^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5}|x)$/.exec(plain)?.[1]?.replace('x', '1'))
  if (!(port >= 1 && port <= 65_535)) {
    throw new PeerError('USAGE', {
      message: `The address of a chaincode as a service is HOST:PORT, as the peer reaches it; ${JSON.stringify(address)} is not of that form.`,
    })
  }
  return Buffer.from(`${JSON.stringify({ address, dial_timeout: '10s', tls_required: false }, null, 2)}\n`)
}
