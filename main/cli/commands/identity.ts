import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PeerError } from '../../../core/contract/error.ts'
import type { IdentityApi, IdentityDescription, Role } from '../../../core/contract/identity.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { print, say } from '../terminal/print.ts'
import { writeIdentity } from './identity-files.ts'
import { dataDirOf } from './options.ts'

export interface IdentityOptions {
  dataDir?: string
}

export interface IssueOptions extends IdentityOptions {
  org?: string
  role?: Role
  attr: Record<string, string>
  affiliation?: string
}

export interface ImportOptions extends IdentityOptions {
  org?: string
  cert?: string
  key?: string
  msp?: string
  ca?: string
}

export interface ExportOptions extends IdentityOptions {
  output?: string
  msp?: boolean
}

export function list(folder: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const organisations = await identities.readIdentities({})
    print(organisations)
    for (const { mspId, identities: all } of organisations) say([mspId, ...all.map(tell)].join('\n  '))
  })
}

export function show(folder: string, identity: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const all = await identities.readIdentities({})
    const [local] = all
    const id = identity.includes('@') ? identity : `${identity}@${local?.mspId ?? ''}`
    const known = all.flatMap((one) => one.identities)
    const found = known.find((one) => one.id === id)
    if (found === undefined)
      throw new PeerError('IDENTITY_UNKNOWN', { identity: id, known: known.map((one) => one.id) })
    if (found.error !== undefined) throw PeerError.revive(found.error)
    print(found)
  })
}

export function issue(folder: string, name: string, options: IssueOptions): Promise<number> {
  const { org, role, attr, affiliation } = options
  return withIdentities(folder, options, async (identities) => {
    const issued = await identities.issueIdentity({
      name,
      ...(org === undefined ? {} : { mspId: org }),
      ...(role === undefined ? {} : { role }),
      ...(Object.keys(attr).length === 0 ? {} : { attributes: attr }),
      ...(affiliation === undefined ? {} : { affiliation }),
    })
    print(issued)
  })
}

export function importIdentity(folder: string, name: string, options: ImportOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const imported = await identities.importIdentity({
      name,
      ...(options.org === undefined ? {} : { mspId: options.org }),
      ...(await readGiven(options)),
    })
    print(imported)
    if (imported.problem !== undefined) say(`A peer refuses its calls: ${imported.problem}.`)
  })
}

export function exportIdentity(folder: string, identity: string, options: ExportOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const exported = await identities.exportIdentity({ identity })
    const place = resolve(options.output ?? `${exported.name}@${exported.mspId}`)
    print({
      identity: `${exported.name}@${exported.mspId}`,
      files: await writeIdentity(place, exported, options.msp ?? false),
    })
  })
}

export function remove(folder: string, identity: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, (identities) => identities.removeIdentity({ identity }))
}

export function setDefault(folder: string, identity: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, (identities) => identities.setDefaultIdentity({ identity }))
}

export function addOrganisation(folder: string, mspId: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, (identities) => identities.addOrganisation({ mspId }))
}

/** Those of the peer that runs for the folder already, else its files. */
async function withIdentities(
  folder: string,
  options: IdentityOptions,
  work: (identities: IdentityApi) => Promise<unknown>,
): Promise<number> {
  const dataDir = dataDirOf(folder, options)
  const file = await readPeerFile(dataDir)
  const peer = file && (await (await import('../../host/remote-peer.ts')).connectPeer(file))
  if (peer !== undefined) {
    try {
      await work({
        readIdentities: (args) => peer.call('readIdentities', args),
        addOrganisation: (args) => peer.call('addOrganisation', args),
        issueIdentity: (args) => peer.call('issueIdentity', args),
        importIdentity: (args) => peer.call('importIdentity', args),
        exportIdentity: (args) => peer.call('exportIdentity', args),
        removeIdentity: (args) => peer.call('removeIdentity', args),
        setDefaultIdentity: (args) => peer.call('setDefaultIdentity', args),
      })
    } finally {
      peer.close()
    }
    return exitCode.good
  }
  const { offlineIdentities, readProjects } = await import('../../../core/index.ts')
  const { peer: settings } = await readProjects(folder)
  await work(await offlineIdentities({ ...settings, dataDir }))
  return exitCode.good
}

async function readGiven({ cert, key, msp, ca }: ImportOptions) {
  if (msp !== undefined) {
    const [certificate, privateKey] = await Promise.all([
      onlyFile(join(msp, 'signcerts')),
      onlyFile(join(msp, 'keystore')),
    ])
    const roots =
      ca === undefined ? await allFiles([join(msp, 'intermediatecerts'), join(msp, 'cacerts')]) : await read(ca)
    return { certificate, privateKey, ...(roots === '' ? {} : { caCertificates: roots }) }
  }
  if (cert === undefined || key === undefined) {
    throw new PeerError('USAGE', { message: 'An import takes --cert and --key, or --msp with a folder that has both.' })
  }
  const [certificate, privateKey] = await Promise.all([read(cert), read(key)])
  return { certificate, privateKey, ...(ca === undefined ? {} : { caCertificates: await read(ca) }) }
}

async function onlyFile(folder: string): Promise<string> {
  const files = (await names(folder)).filter((name) => !name.startsWith('.'))
  const [file, ...others] = files
  if (file === undefined || others.length > 0) {
    throw new PeerError('IDENTITY_INVALID', { message: `${folder} has ${files.length} files, and one is wanted.` })
  }
  return read(join(folder, file))
}

async function allFiles(folders: string[]): Promise<string> {
  const files = await Promise.all(
    folders.map(async (folder) => (await names(folder)).map((name) => join(folder, name))),
  )
  return (await Promise.all(files.flat().map(read))).join('\n')
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** @throws PeerError IDENTITY_INVALID */
async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('IDENTITY_INVALID', { message: `${file} cannot be read: ${message}.` }, { cause: error })
  }
}

function tell({ id, role, attributes, notAfter, isDefault, problem, error }: IdentityDescription): string {
  const attrs = Object.entries(attributes).map(([name, value]) => `${name}=${value}`)
  const words = [
    id,
    role ?? 'no role',
    ...attrs,
    ...(isDefault ? ['default'] : []),
    error === undefined ? `until ${new Date(notAfter).toISOString().slice(0, 10)}` : error.what,
    ...(problem === undefined ? [] : [problem]),
  ]
  return words.join('  ')
}
