import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { outDir } from '../../../platforms/node/out-dir.ts'
import { lineOfKey, type NodeManifest } from './manifest.ts'
import type { Packaged } from '../packaged.ts'

/** The packaged file that `npm start` loads first, or the difference that it's missing. */
export async function entryOf(
  packaged: Packaged,
  manifest: NodeManifest,
): Promise<{ entry: string } | { missing: Difference } | undefined> {
  const script = manifest.scripts['start'] ?? (packaged.files.has('server.js') ? 'node server.js' : undefined)
  if (script === undefined) return undefined
  const startedFile = fileOfNode(script)
  const isShim = /fabric-chaincode-node\s+(?:start|server)/.test(script)
  const entryFile = isShim ? (manifest.main ?? 'index.js') : startedFile
  if (entryFile === undefined || script.includes('--module-path')) return undefined
  const place = path.posix.normalize(entryFile.replaceAll('\\', '/')).replace(/^\.\//, '').replace(/\/$/, '')
  const entry = resolveFile(packaged, place)
  if (entry !== undefined) return { entry }
  return { missing: await missing(packaged, manifest, place, isShim) }
}

/** The file in `node --flag file.js arguments`, anywhere in a script. */
function fileOfNode(script: string): string | undefined {
  const words = script.split(/\s+|[;&|]+/).filter((word) => word !== '')
  for (let at = words.indexOf('node') + 1; at > 0 && at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) return word
    if (/^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--env-file)$/.test(word)) at++
  }
  return undefined
}

/** As Node resolves a path of a CommonJS module. */
export function resolveFile({ files }: Pick<Packaged, 'files'>, place: string): string | undefined {
  const at = place === '.' || place === '' ? '' : `${place}/`
  const tries = [place, `${place}.js`, `${place}.json`, `${place}.node`, `${at}index.js`, `${at}index.json`]
  return tries.find((file) => files.has(file))
}

async function missing(
  packaged: Packaged,
  manifest: NodeManifest,
  place: string,
  isMain: boolean,
): Promise<Difference> {
  const isTypeScript = packaged.project.dialect === 'TypeScript'
  const isHere = await existsHere(path.join(packaged.root, place))
  const role = isMain ? `It is the \`main\` of package.json, which \`npm start\` loads.` : '`npm start` runs it.'
  const advice = isHere
    ? 'Put it into the package: `ignore` in slipway.yaml or its place leaves it out.'
    : isTypeScript
      ? "Build before packaging (`npm run build`), and don't package with --no-build."
      : 'Put it into the folder, or correct package.json.'
  return {
    name: isHere ? 'file-left-out' : 'output-missing',
    what: `A peer can't start the chaincode: ${place} is not in the package.`,
    why: isTypeScript && !isHere ? `${role} A peer doesn't compile TypeScript; dev mode does, on this machine.` : role,
    do: advice,
    file: 'package.json',
    line: lineOfKey(manifest.text, isMain ? 'main' : 'start'),
    fatal: true,
  }
}

/** Compiled files older than their sources, if Slipway hasn't just built them. */
export async function staleOutput(packaged: Packaged): Promise<Difference[]> {
  const { project, root, files } = packaged
  if (!packaged.unbuilt || project.dialect !== 'TypeScript') return []
  const output = await outDir(project.folder)
  if (output === undefined) return []
  const isOutput = (file: string) => file.startsWith(`${output}/`)
  const sources = [...files.keys()].filter(
    (file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file) && !isOutput(file),
  )
  const [newest, built] = await Promise.all([latest(root, sources), latest(root, [...files.keys()].filter(isOutput))])
  if (newest === undefined || built === undefined || newest.at <= built.at + CHECKOUT_MS) return []
  return [
    {
      name: 'output-stale',
      what: `The package holds an old build: ${newest.file} was changed after it.`,
      why: `A peer runs what is in ${output}, and doesn't compile it.`,
      do: 'Package without --no-build, or run `npm run build` first.',
      file: newest.file,
      fatal: false,
    },
  ]
}

/** A checkout writes both, one after the other. */
const CHECKOUT_MS = 60_000

async function latest(root: string, files: string[]): Promise<{ file: string; at: number } | undefined> {
  let newest: { file: string; at: number } | undefined
  for (const file of files) {
    const at = await stat(path.join(root, file)).then(
      (info) => info.mtimeMs,
      () => 0,
    )
    if (newest === undefined || at > newest.at) newest = { file, at }
  }
  return newest
}

/** As a path, or as Node would complete it. */
export async function existsHere(place: string): Promise<boolean> {
  for (const file of [place, `${place}.js`, `${place}.json`, path.join(place, 'index.js')]) {
    const isFile = await stat(file).then(
      (info) => info.isFile(),
      () => false,
    )
    if (isFile) return true
  }
  return false
}
