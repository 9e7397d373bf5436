import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type {
  IdentityApi,
  IdentityDescription,
  KeyAlgorithm,
  OrganisationDescription,
  Role,
} from '../../../core/contract/identity.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { readPeerFile, type PeerFile } from '../../host/peer-file.ts'
import type { RemotePeer } from '../../host/remote-peer.ts'
import { say } from '../../host/say.ts'
import type { ExportDocument } from '../terminal/documents.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print, type PrintOptions } from '../terminal/print.ts'
import { textTable } from '../terminal/table.ts'
import { writeIdentity } from './identity-files.ts'
import { dataDirOf } from './options.ts'

export interface IdentityOptions extends PrintOptions {
  dataDir?: string
}

export interface IssueOptions extends IdentityOptions {
  org?: string
  role?: Role
  attr: Record<string, string>
  affiliation?: string
  keyAlgorithm?: KeyAlgorithm
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
    if (process.stdout.isTTY && options.pretty !== true) {
      process.stdout.write(`${identityTable(organisations)}\n`)
      return
    }
    print(organisations, options)
    // On a terminal it would stand in the middle of the same in JSON.
    if (process.stdout.isTTY) return
    for (const { mspId, identities: members } of organisations) say([mspId, ...members.map(describe)].join('\n  '))
  })
}

export function show(folder: string, identity: string, options: IdentityOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const organisations = await identities.readIdentities({})
    const [local] = organisations
    const id = identity.includes('@') ? identity : `${identity}@${local?.mspId ?? ''}`
    const known = organisations.flatMap((organisation) => organisation.identities)
    const description = known.find((candidate) => candidate.id === id)
    if (description === undefined)
      throw new PeerError('IDENTITY_UNKNOWN', { identity: id, known: known.map((candidate) => candidate.id) })
    if (description.error !== undefined) throw PeerError.revive(description.error)
    print(description, options)
  })
}

export function issue(folder: string, name: string, options: IssueOptions): Promise<number> {
  const { org, role, attr, affiliation, keyAlgorithm } = options
  return withIdentities(folder, options, async (identities) => {
    const attributes = Object.keys(attr).length === 0 ? undefined : attr
    const request = { name, mspId: org, role, attributes, affiliation, keyAlgorithm }
    print(await identities.issueIdentity(withoutUndefined(request)), options)
  })
}

export function importIdentity(folder: string, name: string, options: ImportOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const credentials = await readCredentials(options)
    const imported = await identities.importIdentity(withoutUndefined({ name, mspId: options.org, ...credentials }))
    print(imported, options)
    if (imported.problem !== undefined) say(`A peer refuses its calls: ${imported.problem}.`)
  })
}

export function exportIdentity(folder: string, identity: string, options: ExportOptions): Promise<number> {
  return withIdentities(folder, options, async (identities) => {
    const exported = await identities.exportIdentity({ identity })
    const id = `${exported.name}@${exported.mspId}`
    const files = await writeIdentity(resolve(options.output ?? id), exported, options.msp ?? false)
    print({ identity: id, files } satisfies ExportDocument, options)
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

/** Work with the identities of the peer running for the folder, or with its files if none is running. */
async function withIdentities(
  folder: string,
  options: IdentityOptions,
  work: (identities: IdentityApi) => Promise<unknown>,
): Promise<number> {
  const dataDir = dataDirOf(folder, options)
  const file = await readPeerFile(dataDir)
  const peer = file && (await connect(file))
  if (peer !== undefined) {
    try {
      await work(peer.api)
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

async function connect(file: PeerFile): Promise<RemotePeer | undefined> {
  const { connectPeer } = await import('../../host/remote-peer.ts')
  return connectPeer(file)
}

async function readCredentials({ cert, key, msp, ca }: ImportOptions) {
  if (msp !== undefined) {
    const [certificate, privateKey] = await Promise.all([
      onlyFile(join(msp, 'signcerts')),
      onlyFile(join(msp, 'keystore')),
    ])
    const roots =
      ca === undefined ? await allFiles([join(msp, 'intermediatecerts'), join(msp, 'cacerts')]) : await read(ca)
    return { certificate, privateKey, caCertificates: roots === '' ? undefined : roots }
  }
  if (cert === undefined || key === undefined) {
    throw new PeerError('USAGE', {
      message: 'An import needs --cert and --key, or --msp with a folder that contains both.',
    })
  }
  const [certificate, privateKey] = await Promise.all([read(cert), read(key)])
  return { certificate, privateKey, caCertificates: ca === undefined ? undefined : await read(ca) }
}

async function onlyFile(folder: string): Promise<string> {
  const files = (await names(folder)).filter((name) => !name.startsWith('.'))
  const [file, ...others] = files
  if (file === undefined || others.length > 0) {
    throw new PeerError('IDENTITY_INVALID', { message: `${folder} has ${files.length} files instead of one.` })
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
    throw new PeerError(
      'IDENTITY_INVALID',
      { message: `${file} can't be read: ${messageOf(error)}.` },
      { cause: error },
    )
  }
}

function describe({ id, role, attributes, notAfter, isDefault, problem, error }: IdentityDescription): string {
  const columns = [
    id,
    role ?? 'no role',
    ...attributesIn(attributes),
    ...(isDefault ? ['default'] : []),
    error === undefined ? `until ${day(notAfter)}` : error.what,
    ...(problem === undefined ? [] : [problem]),
  ]
  return columns.join('  ')
}

function identityTable(organisations: OrganisationDescription[]): string {
  const rows = organisations.flatMap(({ identities }) =>
    identities.map(({ id, role, affiliation, attributes, notAfter, isDefault, problem, error }) => [
      isDefault ? '*' : '',
      id,
      role ?? '',
      affiliation.join('.'),
      attributesIn(attributes).join(' '),
      error === undefined ? day(notAfter) : '',
      error?.what ?? problem ?? (isDefault ? 'default' : ''),
    ]),
  )
  return textTable(['', 'IDENTITY', 'ROLE', 'AFFILIATION', 'ATTRIBUTES', 'EXPIRES', 'NOTE'], rows)
}

function attributesIn(attributes: Record<string, string>): string[] {
  return Object.entries(attributes).map(([name, value]) => `${name}=${value}`)
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
