import type { WebSocket } from 'ws'
import { bridge, type Wire } from './bridge.ts'
import type { Host } from './host.ts'

/** A page that doesn't read must not fill the memory: it is disconnected, and connects again. */
const MAX_UNREAD = 64 * 1024 * 1024
const UNSUPPORTED_DATA = 1003

/** Connect a door to the host until its socket closes. */
export function serveSocket(host: Host, ws: WebSocket): void {
  const bridged = bridge(host, socketWire(ws))
  ws.on('error', () => ws.terminate())
  ws.on('close', () => bridged.close())
}

function socketWire(ws: WebSocket): Wire {
  return {
    post(message) {
      if (ws.readyState !== ws.OPEN) return
      if (ws.bufferedAmount > MAX_UNREAD) return ws.terminate()
      ws.send(JSON.stringify(message))
    },
    onMessage(listener) {
      const onData = (data: { toString(): string }, isBinary: boolean) => {
        if (isBinary) return ws.close(UNSUPPORTED_DATA)
        let message: unknown
        try {
          message = JSON.parse(data.toString())
        } catch {
          // Not one of our pages: ignore whatever else it sends.
          return ws.close(UNSUPPORTED_DATA)
        }
        listener(message)
      }
      ws.on('message', onData)
      return () => ws.off('message', onData)
    },
  }
}
