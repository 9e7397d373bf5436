import type { Difference } from '../../../contract/difference.ts'
import { goMetadataFile } from '../../../platforms/golang/metadata-file.ts'
import { dependencyDifferences } from './dependencies.ts'
import { parseGoMod } from './go-mod.ts'
import { sourceDifferences } from './sources.ts'
import { workspaceDifferences } from './workspace.ts'
import type { Packaged } from '../packaged.ts'

/**
 * A peer runs `go build -mod=vendor` if there is a vendor folder, else `-mod=readonly`, linked statically, in
 * fabric-ccenv; only the program then runs in fabric-baseos.
 */
export async function golangDifferences(packaged: Packaged): Promise<Difference[]> {
  const text = await packaged.read('go.mod')
  if (text === undefined) return []
  const mod = parseGoMod(text)
  return [
    ...(await dependencyDifferences(packaged, mod)),
    ...(await workspaceDifferences(packaged, mod)),
    ...(await sourceDifferences(packaged)),
    ...(await metadataDifferences(packaged)),
  ]
}

async function metadataDifferences({ project }: Packaged): Promise<Difference[]> {
  const file = await goMetadataFile(project)
  if (file === undefined) return []
  return [
    {
      name: 'file-left-out',
      what: `A peer doesn't read ${file}.`,
      why: "Go's contract API looks for it beside the program. A peer builds the program elsewhere, and its container holds nothing else.",
      do: 'Describe the contract in its source: its Info, GetEvaluateTransactions and struct tags. Then delete the file.',
      file,
      fatal: false,
    },
  ]
}
