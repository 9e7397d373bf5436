/** The preload script as Electron runs it: CommonJS, before the page, at the top of the window only. */
export function preloadScript(source: string): string {
  return `{
    if (window === window.top) {
      const listeners = new Map()
      const heard = (channel) => listeners.get(channel) ?? listeners.set(channel, new Set()).get(channel)
      globalThis.__deliver = (channel, message) => { for (const listener of heard(channel)) listener({}, message) }
      const electron = {
        contextBridge: {
          exposeInMainWorld: (key, api) => Object.defineProperty(window, key, { value: Object.freeze(api) }),
        },
        ipcRenderer: {
          send: (channel, message) => void window.__send(channel, structuredClone(message)),
          on: (channel, listener) => void heard(channel).add(listener),
          off: (channel, listener) => void heard(channel).delete(listener),
        },
      }
      const require = (name) => {
        if (name === 'electron') return electron
        throw new Error('a sandboxed preload cannot require ' + name)
      }
      ;(function (require, module, exports) { ${source}\n })(require, { exports: {} }, {})
    }
  }`
}
