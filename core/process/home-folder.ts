import { homedir } from 'node:os'

/** The user's home folder, where tools keep what is theirs; the root of the disk for a user without a home, as in a container. */
export function homeFolder(): string {
  try {
    return homedir() || '/'
  } catch {
    // Neither HOME nor an entry in /etc/passwd.
    return '/'
  }
}
