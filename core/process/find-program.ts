import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/**
 * The full path of a program, found on the PATH as a shell would; undefined if it isn't there. `kinds`: the extensions
 * that count on Windows; by default those that start without a shell.
 */
export async function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  kinds = /^\.(exe|com)$/i,
): Promise<string | undefined> {
  const windows = process.platform === 'win32'
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '')
  const extensions = windows ? (env.PATHEXT ?? '.EXE').split(';').filter((extension) => kinds.test(extension)) : ['']
  for (const folder of folders) {
    for (const extension of extensions) {
      const path = join(folder, name + extension)
      if (await isExecutable(path)) return path
    }
  }
  return undefined
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
