import { shellQuoted } from './literals.ts'
import type { ProgramFacts, Step } from './program-facts.ts'

/** Where the commands below put a client's TLS key and certificate: in the program's folder. */
export const CLIENT_KEY = 'client.key'
export const CLIENT_CERTIFICATE = 'client.crt'

/** How to get a certificate for mutual TLS, where it is asked for; its key is in PKCS 8, which all languages read. Pure. */
export function clientCertificate({ tls }: ProgramFacts): Step[] {
  if (tls?.clientCa === undefined) return []
  const { certificate, privateKey } = tls.clientCa
  return [
    {
      title: 'In a new folder, a TLS certificate for the client',
      text: `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=app -keyout ${CLIENT_KEY} -out client.csr
openssl x509 -req -in client.csr -CA ${shellQuoted(certificate)} -CAkey ${shellQuoted(privateKey)} -CAcreateserial -CAserial client.srl -days 365 -out ${CLIENT_CERTIFICATE}
`,
    },
  ]
}

/** Where the first step after that is done. Pure. */
export function placeOf({ tls }: ProgramFacts): string {
  return tls?.clientCa === undefined ? 'In a new folder' : 'There'
}
