import path from 'node:path'
import type { OpenChaincode } from '../contract/api.ts'
import { readCollections } from '../project/collections-file.ts'
import { readEndorsementPolicy } from '../project/endorsement-policy.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerSettings } from '../config/peer-config.ts'
import type { Language, Mode } from '../contract/state.ts'
import { openFolder, type Folder } from '../project/folder.ts'
import { checkNames, toName, toVersion } from '../project/naming.ts'
import type { Detected } from '../project/detected.ts'
import { platforms } from './platform.ts'
import type { Project } from '../project/project.ts'
import type { ChaincodeConfig, SlipwayYaml } from '../project/slipway-yaml.ts'

/** What a door may set in place of what is detected or written. */
export type Overrides = Partial<Omit<OpenChaincode, 'folder' | 'watch' | 'launch'>>

export interface Projects {
  projects: Project[]
  /** Settings of the peer in slipway.yaml. */
  peer?: Omit<PeerSettings, 'dataDir'>
  /** The slipway.yaml that was read, absolute. */
  file?: string
}

/** The mode of a chaincode, by its name, of which neither the command line nor slipway.yaml says one. */
export type UsualMode = (name: string) => Mode

/**
 * Understand a folder: what the command line says wins over slipway.yaml, which wins over what its project files
 * tell. Where slipway.yaml lists several chaincodes, `overrides.name` chooses one of them.
 * Throws the codes of errors/folder.ts, CONFIG_SYNTAX, CONFIG_INVALID, NAME_INVALID, USAGE.
 */
export async function readProjects(
  given: string,
  overrides: Overrides = {},
  usualMode: UsualMode = () => 'dev',
): Promise<Projects> {
  const folder = await openFolder(given)
  const config = await readConfig(folder)
  if (config === undefined) return { projects: [await readProject(folder, {}, overrides, usualMode)] }

  const file = path.join(folder.path, 'slipway.yaml')
  const found = { file, ...(config.peer === undefined ? {} : { peer: config.peer }) }
  if (config.chaincodes === undefined) {
    return { projects: [await readProject(folder, config, overrides, usualMode)], ...found }
  }
  return { projects: await readListed(folder, config, config.chaincodes, overrides, usualMode), ...found }
}

/**
 * Understand the folder of an open chaincode anew. Of several that slipway.yaml lists this one alone is read, whatever
 * becomes of the others; one that is listed no longer is as it was. Throws what readProjects throws.
 */
export async function readAgain(project: Project, overrides: Overrides, usualMode: UsualMode): Promise<Project> {
  const root = await openFolder(project.listedIn === undefined ? project.folder : path.dirname(project.listedIn))
  const config = await readConfig(root)
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

async function readConfig(folder: Folder): Promise<SlipwayYaml | undefined> {
  const text = await folder.read('slipway.yaml')
  if (text === undefined) return undefined
  // Loaded only here: most folders have no slipway.yaml, and a start should not pay for a YAML parser.
  const { parseSlipwayYaml } = await import('../project/slipway-yaml.ts')
  return parseSlipwayYaml(path.join(folder.path, 'slipway.yaml'), text)
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
  const channel = config.channel === undefined ? {} : { channel: config.channel }
  const channels = config.channels === undefined ? {} : { channels: config.channels }
  const project = await readProject(folder, { ...channel, ...channels, ...entry }, overrides, usualMode)
  return folder.path === root.path ? project : { ...project, listedIn: path.join(root.path, 'slipway.yaml') }
}

function refuseTwins(projects: Project[]): Project[] {
  projects.forEach((project, at) => {
    const twin = projects.findIndex((other) => other.name === project.name)
    if (twin < at) throw new PeerError('CHAINCODE_OPEN', { name: project.name, folder: projects[twin]?.folder ?? '' })
  })
  return projects
}

async function readProject(
  folder: Folder,
  config: ChaincodeConfig & SlipwayYaml,
  over: Overrides,
  usualMode: UsualMode,
): Promise<Project> {
  const detected = await detect(folder, config)
  const detectedName = toName(detected.name ?? '') ?? toName(path.basename(folder.path)) ?? 'chaincode'
  const name = over.name ?? config.name ?? detectedName
  const server = over.server ?? config.server
  const collections = await readCollections(folder.path, config.collections)
  const endorsementPolicy = readEndorsementPolicy(folder.path, config.endorsementPolicy)
  const channel = over.channel ?? config.channel ?? 'mychannel'
  const project: Project = {
    folder: folder.path,
    name,
    version: over.version ?? config.version ?? toVersion(detected.version) ?? '1.0',
    channel,
    channels: [...new Set([channel, ...(config.channels ?? [])])],
    language: detected.language,
    dialect: detected.dialect,
    buildTool: detected.buildTool,
    mode: over.mode ?? config.mode ?? usualMode(name),
    startedBy: over.startedBy ?? config.startedBy ?? 'slipway',
    initRequired: over.initRequired ?? config.initRequired ?? false,
    ...(endorsementPolicy === undefined ? {} : { endorsementPolicy }),
    ...(collections === undefined ? {} : { collections }),
    ...(server === undefined ? {} : { server }),
    ...(config.build === undefined ? {} : { build: config.build }),
    ...(config.start === undefined ? {} : { start: config.start }),
    env: config.env ?? {},
    ...(config.watch === undefined ? {} : { watch: config.watch }),
    ignore: config.ignore ?? [],
    terminal: { argv: [] },
  }
  const terminal = await platforms[project.language].command(project, folder)
  return valid({ ...project, terminal })
}

function valid(project: Project): Project {
  checkNames(project)
  return project
}

async function detect(folder: Folder, config: ChaincodeConfig): Promise<Detected> {
  const languages = Object.keys(platforms) as Language[]
  const found = (await Promise.all(languages.map((language) => platforms[language].detect(folder)))).filter(
    (detected) => detected !== undefined,
  )
  const wanted = config.language
  if (wanted !== undefined) {
    const match = found.find((detected) => detected.language === wanted)
    return match ?? { ...UNKNOWN[wanted], chaincode: true }
  }
  const chaincodes = found.filter((detected) => detected.chaincode)
  if (chaincodes.length > 1) {
    throw new PeerError('FOLDER_TWO_LANGUAGES', { folder: folder.path, found: chaincodes.map((d) => d.dialect) })
  }
  const [only] = chaincodes
  if (only !== undefined) return only
  const looked = languages.flatMap((language) => platforms[language].files)
  throw new PeerError('FOLDER_NOT_CHAINCODE', { folder: folder.path, looked })
}

/** A language that slipway.yaml names and whose project files are not there: build and start are the author's own. */
const UNKNOWN: Record<Language, Omit<Detected, 'chaincode'>> = {
  golang: { language: 'golang', dialect: 'Go', buildTool: 'go' },
  node: { language: 'node', dialect: 'JavaScript', buildTool: 'npm' },
  java: { language: 'java', dialect: 'Java', buildTool: 'gradle' },
}
