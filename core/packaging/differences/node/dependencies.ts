import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { intersects, validRange } from 'semver'
import type { Difference } from '../../../contract/difference.ts'
import { lockFaults } from '../../../platforms/node/lock-faults.ts'
import { findModule, lineOfKey, type NodeManifest } from './manifest.ts'
import type { Packaged } from '../packaged.ts'
import { peerRuntimes } from '../runtime-versions.ts'

/** What `npm ci --omit=dev` in the peer's image would make of package.json and its lock file. */
export async function dependencyDifferences(packaged: Packaged, manifest: NodeManifest): Promise<Difference[]> {
  return [
    ...(await lockDifferences(packaged, manifest)),
    ...(await localDependencies(packaged, manifest)),
    ...(await engineDifferences(packaged, manifest)),
  ]
}

async function lockDifferences(packaged: Packaged, manifest: NodeManifest): Promise<Difference[]> {
  const { lock, text } = manifest
  if (lock === undefined) {
    if (packaged.files.has('package-lock.json') || packaged.files.has('npm-shrinkwrap.json')) return []
    if (Object.keys(manifest.dependencies).length === 0) return []
    const otherLock = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock'].find((file) => packaged.files.has(file))
    if (otherLock === 'yarn.lock' && (await npmReads(packaged, manifest))) return []
    return [
      {
        name: 'lock-file-missing',
        what: 'Each peer may get different versions of the dependencies.',
        why:
          otherLock === undefined
            ? 'Without a package-lock.json a peer runs `npm install` and takes what is newest that day.'
            : `A peer installs with npm, which can't read this ${otherLock}, and takes what is newest that day.`,
        do: 'Run `npm install --package-lock-only` and put package-lock.json into the folder.',
        file: 'package.json',
        fatal: false,
      },
    ]
  }
  const behind = lockFaults(lock.packages, manifest)
  const [first] = behind
  if (first === undefined) return []
  return [
    {
      name: 'lock-file-stale',
      what: `A peer would refuse to install the dependencies: ${lock.file} doesn't match package.json.`,
      why: `It runs \`npm ci\`, which fails if the two disagree: ${behind
        .slice(0, 3)
        .map(({ fault }) => fault)
        .join('; ')}.`,
      do: `Run \`npm install\`, and keep the ${lock.file} it writes.`,
      file: 'package.json',
      line: lineOfKey(text, first.name),
      fatal: true,
    },
  ]
}

/** Whether npm takes every dependency's version from yarn.lock: it does from Yarn 1's (npm 11, Arborist's checkYarnLock). */
async function npmReads(packaged: Packaged, { dependencies }: NodeManifest): Promise<boolean> {
  const text = (await packaged.read('yarn.lock')) ?? ''
  const isLocked = ([name, range]: [string, string]) => text.includes(`${name}@${range}`)
  return text.includes('# yarn lockfile v1') && Object.entries(dependencies).every(isLocked)
}

/** Dependencies that are folders or archives on this machine. */
async function localDependencies(packaged: Packaged, manifest: NodeManifest): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const [name, range] of Object.entries({ ...manifest.optionalDependencies, ...manifest.dependencies })) {
    const place = { file: 'package.json', line: lineOfKey(manifest.text, name) }
    const local =
      /^(?:file:|link:|portal:)(.*)$/.exec(range)?.[1] ?? (/^(?:\.\.?\/|~\/|\/)/.test(range) ? range : undefined)
    if (range.startsWith('workspace:')) {
      differences.push({
        name: 'file-outside',
        what: `A peer can't install ${name}: npm doesn't know \`workspace:\`.`,
        why: 'It is a dependency on another package of your workspace, and a chaincode package holds only one folder.',
        do: 'Publish it and depend on its version, or bundle the chaincode into one file before packaging.',
        ...place,
        fatal: true,
      })
    } else if (local !== undefined) {
      const inside = path.posix.normalize(local.replaceAll('\\', '/'))
      const isInside = !inside.startsWith('..') && !inside.startsWith('/') && !inside.startsWith('~')
      const isThere = [...packaged.files.keys()].some((file) => file === inside || file.startsWith(`${inside}/`))
      if (isInside && isThere) continue
      differences.push({
        name: isInside ? 'file-left-out' : 'file-outside',
        what: `A peer can't install ${name}: ${local} is not in the package.`,
        why: isInside
          ? 'The folder it names is left out of the package.'
          : 'It is outside the folder, and a package holds only the folder.',
        do: 'Publish it and depend on its version, or put it into the folder.',
        ...place,
        fatal: true,
      })
    } else {
      const sibling = await linkedSibling(packaged, name)
      if (sibling !== undefined) differences.push({ ...sibling, ...place })
    }
  }
  return differences
}

/** A declared dependency that is a link to a folder elsewhere, made by a workspace or `npm link`. */
async function linkedSibling({ project, root }: Packaged, name: string): Promise<Difference | undefined> {
  const folder = await findModule(project.folder, name)
  if (folder === undefined || folder.split(path.sep).includes('node_modules') || folder.startsWith(root + path.sep)) {
    return undefined
  }
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const isPrivate = /"private"\s*:\s*true/.test(text)
  return {
    name: 'file-outside',
    what: `A peer wouldn't use the ${name} that is used here.`,
    why: `Here it is a link to ${folder}. A peer fetches it from the registry${isPrivate ? ", where it can't be: it is private" : ', in whatever state it is there'}.`,
    do: 'Publish it, or bundle the chaincode into one file before packaging.',
    fatal: isPrivate,
  }
}

async function engineDifferences(packaged: Packaged, { engines, text }: NodeManifest): Promise<Difference[]> {
  if (engines === undefined || validRange(engines) === null) return []
  if (intersects(`${peerRuntimes.node}.x`, engines)) return []
  const strict = /^\s*engine-strict\s*=\s*true/m.test((await packaged.read('.npmrc')) ?? '')
  return [
    {
      name: 'runtime-version',
      what: `A peer runs the chaincode with Node ${peerRuntimes.node}, and package.json asks for ${engines}.`,
      why: strict
        ? 'That is the Node of fabric-nodeenv:2.5. With engine-strict in .npmrc, npm refuses to install.'
        : 'That is the Node of fabric-nodeenv:2.5. npm only warns; a missing feature fails when it is used.',
      do: 'Widen `engines`, or have the peers run an image with that Node (chaincode.node.runtime in core.yaml).',
      file: 'package.json',
      line: lineOfKey(text, 'engines'),
      fatal: strict,
    },
  ]
}
