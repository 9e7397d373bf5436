/** An inspector's own answers are far shorter. */
const MOST_HEADER = 64 * 1024

/**
 * Passes on what follows the upgrade of an HTTP/1.1 connection; requests and answers before it are passed over. `begins` is
 * called at the upgrade.
 */
export function afterUpgrade(upgraded: (chunk: Buffer) => void, begins?: () => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0)
  let body = 0
  let isUpgraded = false
  return (chunk) => {
    let rest = chunk
    while (rest.length > 0) {
      if (isUpgraded) return upgraded(rest)
      const skipped = Math.min(body, rest.length)
      body -= skipped
      rest = rest.subarray(skipped)
      if (rest.length === 0) return
      header = Buffer.concat([header, rest])
      const end = header.indexOf('\r\n\r\n')
      // Whoever sends more than that isn't an inspector: nothing is to be learned from it.
      if (end < 0) return void (header.length > MOST_HEADER && (header = header.subarray(0, MOST_HEADER)))
      const text = header.subarray(0, end).toString('latin1')
      rest = header.subarray(end + 4)
      header = Buffer.alloc(0)
      isUpgraded = text.startsWith('HTTP/1.1 101') || /^upgrade: *websocket/im.test(text)
      if (isUpgraded) begins?.()
      body = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0)
    }
  }
}
