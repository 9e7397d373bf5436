import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { PeerError } from '../contract/error.ts'
import { FIRST_PORT, LAST_PORT } from '../contract/remedies.ts'
import { workspaceRoot } from '../platforms/node/workspace-root.ts'
import type { Custodian } from './custodian.ts'
import type { Launchables } from './launchables.ts'

/**
 * Install a Node chaincode's dependencies from nothing, then build and launch it. If the install fails, what was
 * installed before is put back.
 * @throws PeerError ARGUMENT_INVALID if it isn't a Node chaincode, and what building and launching it throws
 */
export async function reinstall(custodian: Pick<Custodian, 'project' | 'restart'>): Promise<void> {
  const { language, folder, name } = custodian.project
  if (language !== 'node') throw refuse(`${name} has no node_modules to install again.`)
  const root = (await exists(path.join(folder, 'node_modules'))) ? folder : ((await workspaceRoot(folder)) ?? folder)
  const modules = path.join(root, 'node_modules')
  // Neither watched nor packaged, and on the same disk.
  const before = path.join(root, '.slipway', 'node_modules-before')
  await mkdir(path.dirname(before), { recursive: true, mode: 0o700 })
  await rm(before, { recursive: true, force: true })
  const wasInstalled = await exists(modules)
  if (wasInstalled) await rename(modules, before)
  try {
    await custodian.restart()
  } catch (error) {
    const failed = PeerError.from(error).code === 'INSTALL_FAILED' || !(await exists(modules))
    if (failed && wasInstalled) {
      await rm(modules, { recursive: true, force: true })
      await rename(before, modules)
    }
    throw error
  } finally {
    await rm(before, { recursive: true, force: true })
  }
}

/**
 * Listen where a chaincode dials whatever address it is given, and launch it there.
 * @throws PeerError ARGUMENT_INVALID if Slipway doesn't start it as a process that connects, PORT_UNAVAILABLE, and what
 * launching it throws
 */
export async function usePort(
  custodian: Pick<Custodian, 'project' | 'restart'>,
  launchables: Pick<Launchables, 'usePort'>,
  port: number,
): Promise<void> {
  const { project } = custodian
  if (!Number.isInteger(port) || port < FIRST_PORT || port > LAST_PORT) {
    throw refuse(`The port must be from ${FIRST_PORT} to ${LAST_PORT}.`)
  }
  if (project.mode !== 'dev' || project.startedBy === 'you' || project.server !== undefined) {
    throw refuse(`Slipway doesn't start ${project.name} as a process that connects to it.`)
  }
  await launchables.usePort(project, port)
  await custodian.restart()
}

const LOOPBACK = /^127\.0\.0\.1:\d{1,5}$/

/**
 * Write `server` into the slipway.yaml of a chaincode's folder, whose other lines stay as they are, and launch it as
 * that says.
 * @throws PeerError ARGUMENT_INVALID if another slipway.yaml describes the chaincode, or if the server isn't on this
 * machine
 */
export async function setServer(custodian: Pick<Custodian, 'project' | 'reread'>, server: string): Promise<void> {
  // To another machine calls go only if the author writes so in the file.
  if (!LOOPBACK.test(server)) throw refuse('Its address must be 127.0.0.1, with a port.')
  const file = path.join(custodian.project.folder, 'slipway.yaml')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const document = parseDocument(text ?? '')
  if (document.has('chaincodes') || document.errors.length > 0) throw elsewhere()
  document.set('server', server)
  await writeFile(file, document.toString())
  await custodian.reread()
  if (custodian.project.server === server) return
  if (text === undefined) await rm(file)
  else await writeFile(file, text)
  throw elsewhere()
}

function elsewhere(): PeerError {
  return refuse('Another slipway.yaml describes this chaincode: set `server` there.')
}

function refuse(message: string): PeerError {
  return new PeerError('ARGUMENT_INVALID', { argument: 'The chaincode', message })
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
