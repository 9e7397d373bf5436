import type { Folder } from '../../project/folder.ts'

/** How far Gradle's settings are looked for above a project. */
const MOST_LEVELS = 4

/**
 * The folder of the build that a Gradle project belongs to, relative to the project and with a slash at its end: ``, or
 * `../` if that has the settings, which Gradle finds by itself.
 */
export async function gradleRoot(folder: Pick<Folder, 'read'>): Promise<string> {
  for (let at = '', level = 0; level <= MOST_LEVELS; at += '../', level++) {
    for (const name of ['settings.gradle', 'settings.gradle.kts']) {
      // A folder above may be closed to this user, and then to Gradle too.
      if ((await folder.read(`${at}${name}`).catch(() => undefined)) !== undefined) return at
    }
  }
  return ''
}
