import { CLIENT_CERTIFICATE, CLIENT_KEY, clientCertificate, placeOf } from './client-certificate.ts'
import { shellQuoted } from './literals.ts'
import type { ProgramFacts, Step } from './program-facts.ts'

const ROLES = { Client: 'client', Peer: 'peer', Admin: 'admin', Orderer: 'orderer' }

/**
 * The same call by Fabric's own `peer` command, in a POSIX shell. It takes an MSP folder, whose layout is Fabric's
 * (msp/configbuilder.go), and a core.yaml, of which it needs only this (internal/peer/common/common.go, InitCmd).
 * Arguments that aren't text can't be sent by it. Pure.
 */
export function peerCommands(facts: ProgramFacts): Step[] {
  return [
    ...clientCertificate(facts),
    {
      title: `${placeOf(facts)}, an MSP: links to the identity’s files`,
      text: folder(facts),
    },
    { title: 'In each shell', text: environment(facts) },
    { title: 'Call', text: command(facts) },
  ]
}

/** Whether it can send the call. Pure. */
export function isText({ args }: Pick<ProgramFacts['call'], 'args'>): boolean {
  return args.every((value) => typeof value === 'string')
}

function folder({ identity }: ProgramFacts): string {
  const roles = Object.entries(ROLES).map(
    ([name, unit]) => `  ${name}OUIdentifier: { Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: ${unit} }\n`,
  )
  return `mkdir -p msp/cacerts msp/signcerts msp/keystore
ln -sf ${shellQuoted(identity.caCertificate)} msp/cacerts/ca.pem
ln -sf ${shellQuoted(identity.certificate)} msp/signcerts/cert.pem
ln -sf ${shellQuoted(identity.privateKey)} msp/keystore/key.pem
cat > msp/config.yaml <<END
NodeOUs:
  Enable: true
${roles.join('')}END
echo 'peer: { BCCSP: { Default: SW, SW: { Hash: SHA2, Security: 256 } } }' > core.yaml
`
}

function environment({ identity, peer, tls }: ProgramFacts): string {
  const lines = [
    'export FABRIC_CFG_PATH="$PWD"',
    'export CORE_PEER_MSPCONFIGPATH="$PWD/msp"',
    `export CORE_PEER_LOCALMSPID=${shellQuoted(identity.mspId)}`,
    `export CORE_PEER_ADDRESS=${shellQuoted(peer)}`,
    ...(tls === undefined
      ? []
      : ['export CORE_PEER_TLS_ENABLED=true', `export CORE_PEER_TLS_ROOTCERT_FILE=${shellQuoted(tls.peerRoot)}`]),
    ...(tls?.clientCa === undefined
      ? []
      : [
          'export CORE_PEER_TLS_CLIENTAUTHREQUIRED=true',
          `export CORE_PEER_TLS_CLIENTCERT_FILE="$PWD/${CLIENT_CERTIFICATE}"`,
          `export CORE_PEER_TLS_CLIENTKEY_FILE="$PWD/${CLIENT_KEY}"`,
        ]),
  ]
  return `${lines.join('\n')}\n`
}

function command({ call, orderer, tls }: ProgramFacts): string {
  const words = [
    `-C ${shellQuoted(call.channel)} -n ${shellQuoted(call.chaincode)}`,
    `-c ${shellQuoted(JSON.stringify({ function: call.function, Args: call.args }))}`,
    ...transientWords(call),
  ]
  if (call.kind === 'evaluate') return `peer chaincode query ${words.join(' \\\n  ')}\n`
  const all = [
    `-o ${shellQuoted(orderer)} --waitForEvent`,
    ...(tls === undefined ? [] : [`--tls --cafile ${shellQuoted(tls.ordererRoot)}`]),
    ...(tls?.clientCa === undefined ? [] : [`--clientauth --certfile ${CLIENT_CERTIFICATE} --keyfile ${CLIENT_KEY}`]),
    ...words,
    ...(call.isInit === true ? ['--isInit'] : []),
  ]
  return `peer chaincode invoke ${all.join(' \\\n  ')}\n`
}

function transientWords({ transient = {} }: ProgramFacts['call']): string[] {
  const encoded = Object.entries(transient).map(([key, value]) => [
    key,
    typeof value === 'string' ? toBase64(value) : value.base64,
  ])
  return encoded.length === 0 ? [] : [`--transient ${shellQuoted(JSON.stringify(Object.fromEntries(encoded)))}`]
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
