import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { SigningIdentity } from '../msp/identity.ts'
import { signingIdentity } from '../msp/signing-identity.ts'
import type { IdentityPaths } from '../project/network-yaml.ts'

/** What identities are made of; the key is held in memory alone. */
interface Credentials {
  mspId?: string | undefined
  certificate: string
  privateKey: string
}

/**
 * Read who signs: an MSP folder (signcerts/*.pem, keystore/*: Fabric msp/configbuilder.go) or a folder with cert.pem and
 * key.pem, a wallet's file (fabric-network 2.2, `NAME.id`), or the files of certificate and key.
 * @param mspId counts where the files don't name an organisation
 * @throws Error what is wrong, in words, without anything of the key
 */
export async function readIdentity(paths: IdentityPaths, mspId: string | undefined): Promise<SigningIdentity> {
  const { certificate, privateKey, ...named } = await credentialsAt(paths)
  const organisation = mspId ?? named.mspId
  if (organisation === undefined) throw new Error('it doesn’t name the organisation: set `mspId` for the network.')
  if (!certificate.includes('-----BEGIN CERTIFICATE-----')) throw new Error('its certificate isn’t PEM.')
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey)) throw new Error('its private key isn’t PEM.')
  return signingIdentity(organisation, certificate, privateKey)
}

async function credentialsAt(paths: IdentityPaths): Promise<Credentials> {
  if (typeof paths !== 'string') {
    return { certificate: await readFile(paths.cert, 'utf8'), privateKey: await readFile(paths.key, 'utf8') }
  }
  if (!(await stat(paths)).isDirectory()) return fromWallet(await readFile(paths, 'utf8'))
  const names = await readdir(paths)
  const [certificate, privateKey] =
    names.includes('cert.pem') && names.includes('key.pem')
      ? [path.join(paths, 'cert.pem'), path.join(paths, 'key.pem')]
      : [await onlyFile(paths, 'signcerts', /\.pem$/), await onlyFile(paths, 'keystore', /_sk$|\.pem$|\.key$/)]
  return { certificate: await readFile(certificate, 'utf8'), privateKey: await readFile(privateKey, 'utf8') }
}

function fromWallet(content: string): Credentials {
  let wallet: { mspId?: unknown; credentials?: { certificate?: unknown; privateKey?: unknown } }
  try {
    wallet = (JSON.parse(content) ?? {}) as typeof wallet
  } catch {
    // What the parser says may quote the key.
    throw new Error('it is neither a folder nor a wallet’s JSON file.')
  }
  const { mspId, credentials } = wallet
  const { certificate, privateKey } = credentials ?? {}
  if (typeof certificate !== 'string' || typeof privateKey !== 'string') {
    throw new Error('it has no `credentials` with `certificate` and `privateKey`.')
  }
  return { mspId: typeof mspId === 'string' ? mspId : undefined, certificate, privateKey }
}

async function onlyFile(folder: string, inside: string, wanted: RegExp): Promise<string> {
  const names = (await readdir(path.join(folder, inside))).filter((name) => wanted.test(name))
  const [name, ...others] = names
  if (name === undefined) throw new Error(`its folder ${inside} has no file of the kind.`)
  if (others.length > 0) throw new Error(`its folder ${inside} has several files: ${names.join(', ')}.`)
  return path.join(folder, inside, name)
}
