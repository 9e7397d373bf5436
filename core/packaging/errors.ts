import { PeerError } from '../contract/error.ts'

/** PACKAGE_INVALID: what of a folder cannot go into a package. `file` relative to the packaged root. */
export function invalid(file: string, reason: string, cause?: unknown): PeerError {
  return new PeerError('PACKAGE_INVALID', { file, reason }, cause === undefined ? {} : { cause })
}

/** What an error of the file system means for the package. */
export function unreadable(file: string, error: unknown): PeerError {
  if (error instanceof PeerError) return PeerError.from(error)
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return invalid(file, 'Permission denied: it cannot be read.', error)
  if (code === 'ENOENT') return invalid(file, 'It went away while it was being packaged.', error)
  return invalid(file, message, error)
}
