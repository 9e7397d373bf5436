import { homedir } from 'node:os'
import { parse } from 'node:path'

/** The user's home folder; the root of the disk for a user without one, as in a container. */
export function homeFolder(): string {
  try {
    return homedir() || rootFolder()
  } catch {
    // Neither HOME nor an entry in /etc/passwd.
    return rootFolder()
  }
}

function rootFolder(): string {
  return parse(process.cwd()).root
}
