import type { Difference } from '../contract/difference.ts'
import { customDifferences } from './differences/custom-commands.ts'
import { golangDifferences } from './differences/golang/differences.ts'
import { javaDifferences } from './differences/java/differences.ts'
import { nodeDifferences } from './differences/node/differences.ts'
import type { Packaged } from './differences/packaged.ts'

const differencesOf = {
  golang: golangDifferences,
  node: nodeDifferences,
  java: javaDifferences,
  other: (): Difference[] => [],
}

/**
 * How a real peer's build and run of this package would differ from what happens here, the fatal differences first.
 * Whatever can't be read or understood is passed over: a false alarm is worse than none.
 */
export async function findDifferences(packaged: Packaged): Promise<Difference[]> {
  const differences = [
    ...customDifferences(packaged.project),
    ...(await differencesOf[packaged.project.language](packaged)),
  ]
  const rank = ({ fatal }: Difference) => (fatal ? 0 : 1)
  return differences.sort((a, b) => rank(a) - rank(b))
}
