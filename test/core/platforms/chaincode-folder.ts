import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { Difference } from '../../../core/contract/difference.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { packageProject, type PackagingFacts } from '../../../core/packaging/package-project.ts'
import type { CodePackage } from '../../../core/project/project.ts'
import { tempFolder } from '../../support/temp.ts'

/** A chaincode folder of these files, by path. */
export async function chaincodeFolder(files: Record<string, string | Buffer>): Promise<string> {
  const folder = join(await tempFolder('package'), 'chaincode')
  await mkdir(folder)
  await writeFiles(folder, files)
  return folder
}

export async function writeFiles(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

/** Package the chaincode of a folder, as its net mode would. */
export async function packageOf(
  folder: string,
  facts: PackagingFacts = {},
  signal?: AbortSignal,
): Promise<CodePackage> {
  const { projects } = await readProjects(folder)
  const [project] = projects
  if (project === undefined) throw new RangeError(`no chaincode in ${folder}`)
  return packageProject(project, signal ?? new AbortController().signal, facts)
}

export interface TarredFile {
  header: Header
  text: string
}

/** What is in a code.tar.gz, in its order, as a reader of tars sees it. */
export async function filesOf(code: Buffer): Promise<TarredFile[]> {
  const reader = extract()
  reader.end(gunzipSync(code))
  const files: TarredFile[] = []
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    files.push({ header: entry.header, text: Buffer.concat(chunks).toString() })
  }
  return files
}

export async function namesOf(code: Buffer): Promise<string[]> {
  return (await filesOf(code)).map(({ header }) => header.name)
}

/** Differences in short: `dev-dependency-used index.js:1 fatal`. */
export async function differencesOf(folder: string, facts: PackagingFacts = {}): Promise<string[]> {
  return (await packageOf(folder, facts)).differences.map(inShort).sort()
}

function inShort({ name, file, line, fatal }: Difference): string {
  const place = [file, line].filter((part) => part !== undefined).join(':')
  return [name, ...(place === '' ? [] : [place]), ...(fatal ? ['fatal'] : [])].join(' ')
}
