/**
 * Who may import what, for dependency-cruiser: the arrows between the halves, the floors within each, no circles (type
 * imports included), and libraries that meet our code in one place.
 */
import { floors } from './floors.mjs'

/** A library that one file or folder imports, behind an interface of ours. */
const behindInterface = {
  '@grpc/grpc-js': 'core/comm/',
  chokidar: 'core/watch/',
  'classic-level': 'core/ledger/store.ts',
  dockerode: 'core/container/docker/engine/dockerode-requests.ts',
  electron: 'main/electron/',
  'electron-updater': 'main/electron/electron-updater.ts',
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files import each other in a circle, type imports included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-stands-alone',
      comment: 'core imports nothing else of ours.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(main|renderer|test)/' },
    },
    {
      name: 'main-through-the-door',
      comment:
        'main reaches core through its doors, index.ts, cleaner.ts and how a program is started, and core/contract only.',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(core|renderer|test)/', pathNot: '^core/((index|cleaner|process/spawned)\\.ts$|contract/)' },
    },
    {
      name: 'renderer-knows-the-contract',
      comment: 'renderer imports core/contract only.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(core|main|test)/', pathNot: '^core/contract/' },
    },
    {
      name: 'renderer-without-node',
      comment: 'The renderer runs in a browser.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-without-libraries',
      comment: 'The contract crosses process walls: it imports nothing.',
      severity: 'error',
      from: { path: '^core/contract/' },
      to: { pathNot: '^core/contract/' },
    },
    {
      name: 'no-drawer',
      comment: 'A helper lives beside its first user, under a name of its own.',
      severity: 'error',
      from: {},
      to: { path: '/(utils|helpers|common|types)(\\.ts$|/)', pathNot: 'node_modules' },
    },
    ...Object.entries(behindInterface).map(([library, place]) => ({
      name: `${library}-in-one-place`,
      comment: `${library} is imported in ${place} only, behind an interface of ours.`,
      severity: /** @type {const} */ ('error'),
      from: { path: '^(core|main|renderer)/', pathNot: `^${escaped(place)}` },
      to: { path: `(^|/)node_modules/(@types/)?${escaped(library)}/` },
    })),
    ...Object.entries(floors).flatMap(([half, levels]) => floorRules(half, levels)),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|examples|test/fixtures)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}

/**
 * One rule a folder: everything else on its own floor or above it is out of reach.
 * @param {string} half
 * @param {string[][]} levels
 */
function floorRules(half, levels) {
  const all = levels.flat()
  return levels.flatMap((level, height) =>
    level.flatMap((folder) => {
      const outOfReach = levels
        .slice(height)
        .flat()
        .filter((other) => other !== folder)
      if (outOfReach.length === 0) return []
      return {
        name: `floor-${half}/${folder}`,
        comment: `${half}/${folder} imports from the floors below it only (build/floors.mjs).`,
        severity: /** @type {const} */ ('error'),
        from: within(half, folder, all),
        to: { path: outOfReach.map((other) => alternative(half, other, all)) },
      }
    }),
  )
}

/**
 * Files of a folder that are not of a listed subfolder.
 * @param {string} half
 * @param {string} folder
 * @param {string[]} all
 */
function within(half, folder, all) {
  const nested = all.filter((other) => other.startsWith(`${folder}/`))
  return {
    path: pattern(half, folder),
    ...(nested.length > 0 && { pathNot: nested.map((other) => pattern(half, other)) }),
  }
}

/**
 * The same as one regular expression, for a list of alternatives.
 * @param {string} half
 * @param {string} folder
 * @param {string[]} all
 */
function alternative(half, folder, all) {
  const nested = all.filter((other) => other.startsWith(`${folder}/`)).map((other) => pattern(half, other))
  return nested.length === 0 ? pattern(half, folder) : `^(?!${nested.join('|')})${pattern(half, folder).slice(1)}`
}

/**
 * @param {string} half
 * @param {string} folder
 */
function pattern(half, folder) {
  return `^${half}/${escaped(folder)}${/\.\w+$/.test(folder) ? '$' : '/'}`
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
