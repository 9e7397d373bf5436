import path from 'node:path'
import { realpath } from 'node:fs/promises'
import type { Difference } from '../../../contract/difference.ts'
import { lineOfKey, type NodeManifest } from './manifest.ts'
import type { Packaged } from '../packaged.ts'

/** Scripts that `npm ci --omit=dev` runs, and those of `npm start`. Checked with npm 11. */
const INSTALL = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
const START = ['prestart', 'start']
const DEEPEST = 5

/** Scripts of package.json that a peer runs and that need what it doesn't have. */
export async function scriptDifferences(packaged: Packaged, manifest: NodeManifest): Promise<Difference[]> {
  const differences: Difference[] = []
  if (manifest.scripts['start'] === undefined && !packaged.files.has('server.js')) {
    differences.push({
      name: 'start-missing',
      what: "A peer can't start the chaincode: package.json has no start script.",
      why: 'A peer runs `npm start`.',
      do: 'Add `"start": "fabric-chaincode-node start"` to its scripts.',
      file: 'package.json',
      line: lineOfKey(manifest.text, 'scripts'),
      fatal: true,
    })
  }
  for (const name of [...INSTALL, ...START]) {
    for (const command of commandsOf(manifest, name, 0)) {
      const difference = await differenceOf(packaged, manifest, command)
      if (difference === undefined) continue
      const line = lineOfKey(manifest.text, command.script)
      differences.push({ ...difference, file: 'package.json', line, fatal: !command.mayFail })
    }
  }
  return differences
}

interface ScriptCommand {
  /** The script that a peer runs, and the one that holds the command. */
  ran: string
  script: string
  words: string[]
  /** Followed by `|| true`. */
  mayFail: boolean
}

function commandsOf({ scripts }: NodeManifest, script: string, depth: number, ran = script): ScriptCommand[] {
  const text = scripts[script]
  if (text === undefined || depth > DEEPEST) return []
  return text.split(/&&|;|(?<!\|)\|(?!\|)/).flatMap((part) => {
    const [command = '', fallback] = part.split('||')
    const words = withoutPrefix(command.trim().split(/\s+/))
    const [program, verb, name] = words
    const innerName =
      program === 'npm' || program === 'yarn' || program === 'pnpm' ? innerScript(verb, name) : undefined
    if (innerName !== undefined) {
      return [`pre${innerName}`, innerName, `post${innerName}`].flatMap((next) =>
        commandsOf({ scripts } as NodeManifest, next, depth + 1, ran),
      )
    }
    return program === undefined || program === '' ? [] : [{ ran, script, words, mayFail: fallback !== undefined }]
  })
}

function innerScript(verb: string | undefined, name: string | undefined): string | undefined {
  if (verb === 'run' || verb === 'run-script') return name
  return verb === 'test' || verb === 'start' ? verb : undefined
}

/** Without variables, and programs that only run another one. */
function withoutPrefix(words: string[]): string[] {
  let at = 0
  while (
    at < words.length &&
    /^(?:\w+=.*|npx|exec|env|cross-env|set|-[a-z]+|--yes|--no-install|--no)$/.test(words[at] ?? '')
  )
    at++
  return words.slice(at)
}

type Finding = Pick<Difference, 'name' | 'what' | 'why' | 'do'>

async function differenceOf(
  packaged: Packaged,
  manifest: NodeManifest,
  command: ScriptCommand,
): Promise<Finding | undefined> {
  const { words, ran, script } = command
  const [program = ''] = words
  const through = ran === script ? `\`${ran}\`` : `\`${ran}\`, through \`${script}\``
  if (/^\.{0,2}\//.test(program) || program.includes('/')) {
    const file = path.posix.normalize(program)
    if (!file.startsWith('node_modules/')) {
      const packagedFile = packaged.files.get(file)
      if (packagedFile === undefined || (packagedFile.mode & 0o111) === 0) return undefined
      return {
        name: 'file-mode',
        what: `A peer can't run ${program}: permission denied.`,
        why: `The script ${through} runs it, and every file of a package has the mode 0644, which is not executable.`,
        do: `Run it with its interpreter: \`sh ${program}\`, \`node ${program}\`.`,
      }
    }
  }
  const tools = [program.replace(/^(?:\.\/)?node_modules\/\.bin\//, ''), ...preloaded(words)]
  for (const tool of tools) {
    const dev = await onlyDeveloping(packaged, manifest, tool)
    if (dev === undefined) continue
    const when = START.includes(ran) ? 'start the chaincode' : 'install the dependencies'
    return {
      name: 'dev-dependency-used',
      what: `A peer can't ${when}: it has no \`${tool}\`.`,
      why: `The script ${through} runs it. It belongs to ${dev}, a devDependency, and a peer installs with \`npm ci --omit=dev\`.`,
      do: START.includes(ran)
        ? 'Build before packaging and start the result, or move it to `dependencies`.'
        : `Move ${dev} to \`dependencies\`, or let the script succeed without it: \`… || true\`.`,
    }
  }
  return undefined
}

/** Modules that `node -r module` loads. */
function preloaded([program, ...words]: string[]): string[] {
  if (program !== 'node') return []
  return words.flatMap((word, at) => {
    const before = words[at - 1] ?? ''
    const joined = /^--(?:require|import|loader|experimental-loader)=(.+)$/.exec(word)?.[1]
    const name =
      joined ?? (/^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(before) ? word : undefined)
    return name === undefined || name.startsWith('.') ? [] : [name]
  })
}

/** The devDependency that a program or module belongs to, if npm wouldn't install it on a peer. */
async function onlyDeveloping(packaged: Packaged, manifest: NodeManifest, tool: string): Promise<string | undefined> {
  const { devDependencies, dependencies, lock } = manifest
  const module = tool
    .split('/')
    .slice(0, tool.startsWith('@') ? 2 : 1)
    .join('/')
  const provider = (await providerOf(packaged, manifest, tool)) ?? (module in devDependencies ? module : undefined)
  if (provider === undefined || provider in dependencies) return undefined
  const locked = lock?.packages[`node_modules/${provider}`]
  if (locked !== undefined) return locked.dev === true ? provider : undefined
  return provider in devDependencies ? provider : undefined
}

/** The package whose `bin` it is. */
async function providerOf({ project }: Packaged, { lock }: NodeManifest, program: string): Promise<string | undefined> {
  for (const [place, { bin }] of Object.entries(lock?.packages ?? {})) {
    if (bin?.[program] !== undefined && /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(place)) return place.slice(13)
  }
  const linked = await realpath(path.join(project.folder, 'node_modules', '.bin', program)).catch(() => undefined)
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(linked ?? '')?.[1]?.replace('\\', '/')
}
