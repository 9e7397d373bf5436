import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { messageOf } from '../../core/contract/error-message.ts'
import { PeerError } from '../../core/contract/error.ts'
import { root } from '../root.ts'
import { makeSettingsFolder, settingsFolder } from './settings-folder.ts'

/** The bundled sample, which the first run opens. */
const SAMPLE = 'asset-transfer-typescript'

/** What an installation may hold beside the sources, and what is made again. */
const notCopied = new Set(['node_modules', '.slipway'])

/** Where this Slipway runs, and whether that is a clone. */
export interface Installation {
  root: string
  /** Electron's folder of the package's resources; undefined for Node. */
  resources: string | undefined
}

/**
 * The folder of the bundled sample, ready to be opened and edited. In a clone it is the sample itself. An installation
 * is never written to, so from there the sample is copied once into the settings folder; the copy is the author's, and
 * no later version changes it. @throws PeerError SAMPLE_COPY
 */
export async function sampleFolder({ root, resources }: Installation = installation()): Promise<string> {
  const bundled = bundledSample({ root, resources })
  if (isClone(root)) return bundled
  try {
    const copy = join(await samplesFolder(), SAMPLE)
    if (!existsSync(copy)) await copySample(bundled, copy)
    return copy
  } catch (error) {
    const message = messageOf(error)
    throw new PeerError('SAMPLE_COPY', { folder: bundled, message }, { cause: error })
  }
}

function installation(): Installation {
  // Only Electron has it; a clone's Electron has its own there, which isn't ours.
  return { root, resources: 'resourcesPath' in process ? process.resourcesPath : undefined }
}

function bundledSample({ root, resources }: Installation): string {
  const isPackage = resources !== undefined && root.startsWith(resources + sep)
  return join(isPackage ? resources : root, 'examples', SAMPLE)
}

/** Only a clone has the sources. */
function isClone(folder: string): boolean {
  return existsSync(join(folder, 'main', 'root.ts'))
}

let temporary: Promise<string> | undefined

/** If nothing can be written to the settings folder, a temporary one, the same until the process ends. */
async function samplesFolder(): Promise<string> {
  if ((await makeSettingsFolder()) === undefined) return join(settingsFolder(), 'samples')
  temporary ??= mkdtemp(join(tmpdir(), 'slipway-samples-'))
  return temporary
}

/** The copy gets its name once it is complete; of two starts at once, the second finds the copy of the first. */
async function copySample(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  const draft = await mkdtemp(`${to}-`)
  try {
    await copyFolder(from, join(draft, 'sample'))
    await rename(join(draft, 'sample'), to)
  } catch (error) {
    if (!existsSync(to)) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (notCopied.has(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(source, target)
    else await copyWritable(source, target)
  }
}

/** An installation's files may be read-only, and a copy has its source's mode. */
async function copyWritable(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const OWNER_MAY_WRITE = 0o200
  await chmod(to, (await stat(to)).mode | OWNER_MAY_WRITE)
}
