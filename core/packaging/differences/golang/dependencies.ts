import path from 'node:path'
import { coerce, gt } from 'semver'
import type { Difference } from '../../../contract/difference.ts'
import type { GoMod } from './go-mod.ts'
import type { Packaged } from '../packaged.ts'
import { peerRuntimes } from '../runtime-versions.ts'

/** What go.mod and the vendor folder mean for a peer's `go build`. */
export async function dependencyDifferences(packaged: Packaged, mod: GoMod): Promise<Difference[]> {
  const modules = await packaged.read('vendor/modules.txt')
  return [
    ...(modules === undefined ? replaceDifferences(packaged, mod) : vendorDifferences(mod, modules)),
    ...versionDifferences(mod),
  ]
}

function replaceDifferences(packaged: Packaged, { replaces }: GoMod): Difference[] {
  return replaces
    .filter(({ isFolder }) => isFolder)
    .flatMap(({ module, target, line }): Difference[] => {
      const inside = path.posix.normalize(target.replaceAll('\\', '/')).replace(/\/$/, '')
      const isOutside = inside.startsWith('..') || path.isAbsolute(target)
      if (!isOutside && packaged.files.has(inside === '.' ? 'go.mod' : `${inside}/go.mod`)) return []
      return [
        {
          name: isOutside ? 'file-outside' : 'file-left-out',
          what: `A peer can't build the chaincode: ${target} is not in the package.`,
          why: `go.mod replaces ${module} with that folder, which is ${isOutside ? 'outside the module' : 'hidden or left out'}.`,
          do: 'Run `go mod vendor` and package the vendor folder, or require a published version.',
          file: packaged.shown('go.mod'),
          line,
          fatal: true,
        },
      ]
    })
}

/** As go itself compares the two (cmd/go, checkVendorConsistency). */
function vendorDifferences({ requires, go }: GoMod, modules: string): Difference[] {
  // Before Go 1.14 the go command did not compare them.
  if (go === undefined || gt('1.14.0', coerce(go.version) ?? '1.0.0')) return []
  const vendored = new Map([...modules.matchAll(/^# (\S+) (v\S+)/gm)].map(([, module, version]) => [module, version]))
  const stale = requires.find(({ module, version }) => vendored.get(module) !== version)
  if (stale === undefined) return []
  return [
    {
      name: 'lock-file-stale',
      what: "A peer can't build the chaincode: its vendor folder doesn't match go.mod.",
      why: `go.mod requires ${stale.module} ${stale.version}, vendor/modules.txt has ${vendored.get(stale.module) ?? 'none'}.`,
      do: 'Run `go mod vendor`.',
      file: 'go.mod',
      line: stale.line,
      fatal: true,
    },
  ]
}

function versionDifferences({ go }: GoMod): Difference[] {
  const required = go === undefined ? null : coerce(go.version)
  if (go === undefined || required === null || !gt(required, peerRuntimes.go)) return []
  return [
    {
      name: 'runtime-version',
      what: `A peer builds with Go ${peerRuntimes.go}, and go.mod asks for ${go.version}.`,
      why: 'That is the Go of fabric-ccenv:2.5. It downloads the newer one for each build, and fails if it reaches no module proxy.',
      do: `Lower it with \`go mod edit -go=${peerRuntimes.go}\`, unless the code needs the newer Go.`,
      file: 'go.mod',
      line: go.line,
      fatal: false,
    },
  ]
}
