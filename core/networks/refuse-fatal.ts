import { PeerError } from '../contract/error.ts'
import type { PackageResult } from '../contract/package.ts'

/** @throws PeerError PACKAGE_INVALID for a package that wouldn't work on a peer: it isn't sent to one */
export function refuseFatal({ differences, file }: Pick<PackageResult, 'differences' | 'file'>): void {
  const fatal = differences.find((each) => each.fatal)
  if (fatal === undefined) return
  const { what, why, do: advice } = fatal
  throw new PeerError('PACKAGE_INVALID', { file: fatal.file ?? file, reason: `${what} ${why}`, do: advice })
}
