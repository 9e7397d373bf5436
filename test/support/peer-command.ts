import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestPeer } from './peer.ts'
import { tempFolder } from './temp.ts'

/** What a command printed, and its exit code. */
export interface Printed {
  code: number
  stdout: string
  stderr: string
}

/** Fabric's command line (PEER_BIN) as one identity, against a peer of ours. */
export interface PeerCommand {
  /** Where it runs. */
  folder: string
  peer(...args: string[]): Promise<Printed>
  /** `discover`, which lies beside it. */
  discover(...args: string[]): Promise<Printed>
}

/** The command line's own configuration: everything else is in variables. */
const CORE_YAML = 'peer:\n  BCCSP: { Default: SW, SW: { Hash: SHA2, Security: 256 } }\n  client: { connTimeout: 10s }\n'

const ROLES = ['client', 'peer', 'admin', 'orderer']

/** A folder with the identity's MSP, made as the command line reads it. */
export async function peerCommand(
  peer: TestPeer,
  identity: string,
  env: Record<string, string> = {},
): Promise<PeerCommand> {
  const folder = await tempFolder('peer-command')
  const { certificate, privateKey, caCertificates, mspId } = await peer.api.exportIdentity({ identity })
  const units = ROLES.map((role) =>
    [
      `  ${role.charAt(0).toUpperCase()}${role.slice(1)}OUIdentifier:`,
      '    Certificate: cacerts/ca.pem',
      `    OrganizationalUnitIdentifier: ${role}`,
      '',
    ].join('\n'),
  )
  const files = {
    'core.yaml': CORE_YAML,
    'msp/cacerts/ca.pem': caCertificates[0] ?? '',
    'msp/signcerts/cert.pem': certificate,
    'msp/keystore/key.pem': privateKey,
    'msp/config.yaml': `NodeOUs:\n  Enable: true\n${units.join('')}`,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text, { mode: 0o600 })
  }
  const program = process.env.PEER_BIN ?? 'peer'
  const variables = {
    ...process.env,
    FABRIC_CFG_PATH: folder,
    FABRIC_LOGGING_SPEC: 'info',
    CORE_PEER_LOCALMSPID: mspId,
    CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
    CORE_PEER_ADDRESS: peer.state().services.peers[mspId] ?? '',
    CORE_PEER_TLS_ENABLED: 'false',
    ...env,
  }
  const run = (file: string, args: string[]) =>
    new Promise<Printed>((resolve, reject) => {
      execFile(file, args, { cwd: folder, env: variables }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(new Error(`can't run ${file}`, { cause: error }))
        else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      })
    })
  const signing = ['--userKey', 'msp/keystore/key.pem', '--userCert', 'msp/signcerts/cert.pem', '--MSP', mspId]
  const server = ['--server', variables.CORE_PEER_ADDRESS]
  return {
    folder,
    peer: (...args) => run(program, args),
    discover: (...args) => run(join(dirname(program), 'discover'), [...signing, ...args, ...server]),
  }
}
