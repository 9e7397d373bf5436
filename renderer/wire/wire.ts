/** A pipe to the host. It may close and reopen on its own; messages posted while it is closed are lost. */
export interface Wire {
  post(message: unknown): void
  /** Returns a function that stops listening, as do the two below. */
  onMessage(listener: (message: unknown) => void): () => void
  /** Called each time it opens, and soon if it is already open. */
  onOpen(opened: () => void): () => void
  onClose(closed: () => void): () => void
}

/** What the window's preload script exposes. */
export interface WindowPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): unknown
}

/** The wire of the app's own window, open as long as the window. */
export function windowWire(port: WindowPort): Wire {
  const listeners = new Set<(message: unknown) => void>()
  port.onMessage((message) => {
    for (const listener of listeners) listener(message)
  })
  return {
    post: (message) => port.post(message),
    onMessage: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onOpen(opened) {
      let listening = true
      queueMicrotask(() => {
        if (listening) opened()
      })
      return () => {
        listening = false
      }
    },
    onClose: () => () => undefined,
  }
}

/** The parts of a browser's WebSocket that are used here. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

const OPEN = 1
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 4_000

/** A wire over WebSockets. When one closes, another is opened: soon at first, then every few seconds. */
export function socketWire(open: () => Socket): Wire & { close(): void } {
  const listeners = new Set<(message: unknown) => void>()
  const opens = new Set<() => void>()
  const closes = new Set<() => void>()
  let socket: Socket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_PAUSE
  let ended = false

  function connect(): void {
    const mine = open()
    socket = mine
    mine.addEventListener('open', () => {
      pause = FIRST_PAUSE
      for (const opened of opens) opened()
    })
    mine.addEventListener('message', (event) => {
      if (typeof event.data !== 'string') return
      const message: unknown = JSON.parse(event.data)
      for (const listener of listeners) listener(message)
    })
    mine.addEventListener('close', () => {
      if (socket !== mine) return
      socket = undefined
      for (const closed of closes) closed()
      if (ended) return
      timer = setTimeout(connect, pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE)
    })
  }

  connect()
  return {
    post(message) {
      if (socket?.readyState === OPEN) socket.send(JSON.stringify(message))
    },
    onMessage: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onOpen(opened) {
      opens.add(opened)
      if (socket?.readyState === OPEN) queueMicrotask(opened)
      return () => opens.delete(opened)
    },
    onClose: (closed) => {
      closes.add(closed)
      return () => closes.delete(closed)
    },
    close() {
      ended = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}
