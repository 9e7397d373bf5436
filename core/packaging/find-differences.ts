import type { Difference } from '../contract/state.ts'
import { customDifferences } from './differences/custom-commands.ts'
import { golangDifferences } from './differences/golang/differences.ts'
import { javaDifferences } from './differences/java/differences.ts'
import { nodeDifferences } from './differences/node/differences.ts'
import type { Packaged } from './differences/packaged.ts'

const of = { golang: golangDifferences, node: nodeDifferences, java: javaDifferences }

/**
 * How a real peer's own build and run of this package would differ from what happens here, the fatal ones first. What
 * cannot be read or understood tells nothing: a false alarm is worse than none.
 */
export async function findDifferences(packaged: Packaged): Promise<Difference[]> {
  const found = [...customDifferences(packaged.project), ...(await of[packaged.project.language](packaged))]
  const rank = ({ fatal }: Difference) => (fatal ? 0 : 1)
  return found.sort((a, b) => rank(a) - rank(b))
}
