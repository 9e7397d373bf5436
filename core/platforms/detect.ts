import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { OpenChaincode } from '../contract/api.ts'
import { readCollections } from '../project/collections-file.ts'
import { applicationPolicy } from '../policies/application-policy.ts'
import { PeerError } from '../contract/error.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import type { PeerSettings } from '../config/peer-config.ts'
import type { Language } from '../contract/language.ts'
import type { Mode } from '../contract/mode.ts'
import type { CheckTrust } from '../contract/trust.ts'
import { openFolder, type Folder } from '../project/folder.ts'
import { networkSettings } from '../project/network-yaml.ts'
import { checkNames, toName, toVersion } from '../project/naming.ts'
import type { Detected } from '../project/detected.ts'
import { findChaincodes } from './find-chaincodes.ts'
import { platforms } from './platform.ts'
import type { Project } from '../project/project.ts'
import type { ChaincodeConfig, SlipwayYaml } from '../project/slipway-yaml.ts'

/** What a door may set instead of what is detected or written. */
export type Overrides = Partial<Omit<OpenChaincode, 'folder' | 'watch' | 'launch'>>

export interface Projects {
  projects: Project[]
  /** The peer's settings in slipway.yaml. */
  peer: Omit<PeerSettings, 'dataDir'> | undefined
  /** The slipway.yaml that was read, absolute. */
  file: string | undefined
}

/** How a folder is read. */
export interface Reading {
  /** The mode of a chaincode, by its name, if neither the command line nor slipway.yaml sets one. Default dev. */
  usualMode?: ((name: string) => Mode) | undefined
  /** Whether slipway.yaml may do what it wants beyond running its chaincode. Default: it may. */
  checkTrust?: CheckTrust | undefined
}

type UsualMode = (name: string) => Mode

/**
 * Read the chaincodes of a folder. The command line overrides slipway.yaml, which overrides the project files. If
 * slipway.yaml lists several chaincodes, `overrides.name` chooses one of them.
 * Throws the codes of errors/folder.ts, CONFIG_SYNTAX, CONFIG_INVALID, NAME_INVALID, USAGE, and what checkTrust throws.
 */
export async function readProjects(
  location: string,
  overrides: Overrides = {},
  { usualMode = () => 'dev', checkTrust }: Reading = {},
): Promise<Projects> {
  const folder = await openFolder(location)
  const config = await readConfig(folder, checkTrust)
  const file = config === undefined ? undefined : path.join(folder.path, 'slipway.yaml')
  const projects =
    config?.chaincodes === undefined
      ? [await readProject(folder, config ?? {}, overrides, usualMode).catch(lookBelow(folder.path))]
      : await readListed(folder, config, config.chaincodes, overrides, usualMode)
  return { projects, peer: config?.peer, file }
}

/**
 * Read the folder of an open chaincode again. If slipway.yaml lists several, only this one is read, whatever happens to
 * the others; one that it no longer lists is returned as it was. Throws what readProjects throws.
 */
export async function readAgain(
  project: Project,
  overrides: Overrides,
  { usualMode = () => 'dev', checkTrust }: Reading,
): Promise<Project> {
  const root = await openFolder(project.listedIn === undefined ? project.folder : path.dirname(project.listedIn))
  const config = await readConfig(root, checkTrust)
  const { chaincodes } = config ?? {}
  if (config === undefined || chaincodes === undefined) {
    return project.listedIn === undefined ? readProject(root, config ?? {}, overrides, usualMode) : project
  }
  const here = chaincodes.filter(({ folder = '.' }) => path.resolve(root.path, folder) === project.folder)
  const entry = here.find(({ name }) => name === project.name) ?? here[0]
  if (entry === undefined) return project
  const { name, version, ...shared } = overrides
  if (chaincodes.length === 1) return readEntry(root, config, entry, overrides, usualMode)
  const read = await readEntry(root, config, entry, shared, usualMode)
  return name === undefined || version === undefined ? read : { ...read, version }
}

async function readConfig(folder: Folder, checkTrust: CheckTrust | undefined): Promise<SlipwayYaml | undefined> {
  const text = await folder.read('slipway.yaml')
  if (text === undefined) return undefined
  const file = path.join(folder.path, 'slipway.yaml')
  // Loaded only here: most folders have no slipway.yaml, and a start shouldn't pay for a YAML parser.
  const { parseSlipwayYaml } = await import('../project/slipway-yaml.ts')
  const config = parseSlipwayYaml(file, text)
  if (checkTrust !== undefined) {
    const { demandsOf } = await import('../project/demands.ts')
    await checkTrust({ folder: await realpath(folder.path), file, demands: await demandsOf(config, folder.path) })
  }
  return config
}

async function readListed(
  root: Folder,
  config: SlipwayYaml,
  listed: ChaincodeConfig[],
  overrides: Overrides,
  usualMode: UsualMode,
): Promise<Project[]> {
  const { name, version, ...shared } = overrides
  const only = listed.length === 1
  const projects = await Promise.all(
    listed.map((entry) => readEntry(root, config, entry, only ? overrides : shared, usualMode)),
  )
  if (only || (name === undefined && version === undefined)) return refuseTwins(projects)
  const chosen = projects.filter((project) => project.name === name)
  if (chosen.length !== 1) {
    const names = projects.map((project) => project.name).join(', ')
    throw new PeerError('USAGE', {
      message: `slipway.yaml lists several chaincodes; --name chooses one of ${names}, and --version goes with it.`,
    })
  }
  return chosen.map((project) => valid(version === undefined ? project : { ...project, version }))
}

async function readEntry(
  root: Folder,
  config: SlipwayYaml,
  entry: ChaincodeConfig,
  overrides: Overrides,
  usualMode: UsualMode,
): Promise<Project> {
  const folder = entry.folder === undefined ? root : await openFolder(path.resolve(root.path, entry.folder))
  const { channel, channels = [], networks } = config
  const read = await readProject(folder, { channel, channels, ...entry }, overrides, usualMode)
  const project = { ...read, networks: networkSettings(networks, root.path) }
  return folder.path === root.path ? project : { ...project, listedIn: path.join(root.path, 'slipway.yaml') }
}

/** A repository's root is seldom the chaincode: name the ones below it. */
function lookBelow(folder: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (PeerError.from(error).code !== 'FOLDER_NOT_CHAINCODE') throw error
    const found = await findChaincodes(folder)
    throw found.length === 0 ? error : new PeerError('FOLDER_HOLDS_CHAINCODES', { folder, found }, { cause: error })
  }
}

function refuseTwins(projects: Project[]): Project[] {
  projects.forEach((project, at) => {
    const twin = projects.findIndex(({ name }) => name === project.name)
    if (twin < at) throw new PeerError('CHAINCODE_OPEN', { name: project.name, folder: projects[twin]?.folder ?? '' })
  })
  return projects
}

async function readProject(
  folder: Folder,
  config: ChaincodeConfig & SlipwayYaml,
  overrides: Overrides,
  usualMode: UsualMode,
): Promise<Project> {
  const detected = await detect(folder, config)
  const detectedName = toName(detected.name ?? '') ?? toName(path.basename(folder.path)) ?? 'chaincode'
  // The command line overrides slipway.yaml.
  const settings = { ...config, ...withoutUndefined(overrides) }
  const { name = detectedName, channel = 'mychannel' } = settings
  const project: Project = {
    folder: folder.path,
    name,
    version: settings.version ?? toVersion(detected.version) ?? '1.0',
    channel,
    channels: [...new Set([channel, ...(settings.channels ?? [])])],
    language: detected.language,
    dialect: detected.dialect,
    buildTool: detected.buildTool,
    mode: settings.mode ?? usualMode(name),
    startedBy: settings.startedBy ?? 'slipway',
    ...debugSettings(config.debug, overrides.debug),
    initRequired: settings.initRequired ?? false,
    define: settings.define,
    endorsementPolicy:
      settings.endorsementPolicy === undefined ? undefined : applicationPolicy(settings.endorsementPolicy),
    collections: await readCollections(folder.path, settings.collections),
    server: settings.server,
    servers: settings.servers,
    build: settings.build,
    start: settings.start,
    image: settings.image,
    env: settings.env ?? {},
    watch: settings.watch,
    ignore: settings.ignore ?? [],
    networks: networkSettings(config.networks, folder.path),
    terminal: { argv: [] },
  }
  const terminal = await platforms[project.language].command(project, folder)
  return valid({ ...project, terminal })
}

/** `wanted`: what the command line says. */
function debugSettings(
  configured: ChaincodeConfig['debug'],
  wanted: boolean | undefined,
): Pick<Project, 'debug' | 'debugPort'> {
  const isPort = typeof configured === 'object'
  return { debug: wanted ?? (isPort || configured), debugPort: isPort ? configured.port : undefined }
}

function valid(project: Project): Project {
  checkNames(project)
  return project
}

async function detect(folder: Folder, config: ChaincodeConfig): Promise<Detected> {
  const languages = Object.keys(platforms) as Language[]
  const detections = await Promise.all(languages.map((language) => platforms[language].detect(folder)))
  const { language } = config
  if (language !== undefined) {
    const match = detections.find((detected) => detected?.language === language)
    refuseLibrary(folder, config, match)
    return match ?? { ...UNKNOWN[language], language, name: undefined, version: undefined, chaincode: true }
  }
  const chaincodes = detections
    .filter((detected) => detected !== undefined)
    .filter(({ chaincode, library }) => chaincode || (library !== undefined && hasOwnCommand(config)))
  if (chaincodes.length > 1) {
    throw new PeerError('FOLDER_TWO_LANGUAGES', {
      folder: folder.path,
      found: chaincodes.map(({ dialect }) => dialect),
    })
  }
  const [only] = chaincodes
  if (only !== undefined) return only
  for (const detected of detections) refuseLibrary(folder, config, detected)
  const looked = languages.flatMap((name) => platforms[name].files)
  throw new PeerError('FOLDER_NOT_CHAINCODE', { folder: folder.path, looked })
}

/** Throws NOT_A_PROGRAM unless the author's own command builds or starts it. */
function refuseLibrary(folder: Folder, config: ChaincodeConfig, detected: Detected | undefined): void {
  if (detected?.library === undefined || hasOwnCommand(config)) return
  throw new PeerError('NOT_A_PROGRAM', { folder: folder.path, ...detected.library })
}

function hasOwnCommand({ build, start }: ChaincodeConfig): boolean {
  return build !== undefined || start !== undefined
}

/** A language that slipway.yaml names, without its project files: build and start are the author's own. */
const UNKNOWN: Record<Language, Pick<Detected, 'dialect' | 'buildTool'>> = {
  golang: { dialect: 'Go', buildTool: 'go' },
  node: { dialect: 'JavaScript', buildTool: 'npm' },
  java: { dialect: 'Java', buildTool: 'gradle' },
  other: { dialect: 'Other', buildTool: 'slipway.yaml' },
}
