/**
 * Electron's program in a package, as far as the command line needs it: runs the packaged main with the arguments that
 * the program was started with. Node starts it (`--import`), and it gives main/ an `electron` that has no screen. It
 * differs from Electron where those differ from Node: the arguments, the path of the program, process.exit.
 */
import { register } from 'node:module'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const program = process.env.SLIPWAY_TEST_PROGRAM ?? ''
Object.defineProperty(process.versions, 'electron', { value: '45.0.0' })
process.argv = [program, ...process.argv.slice(2)]
process.execPath = program
process.resourcesPath = join(program, '../resources')
if (process.getuid !== undefined) process.getuid = () => 1000

const end = process.exit.bind(process)
// Electron's takes the code it is given, and otherwise 0.
process.exit = (code) => end(code ?? 0)

globalThis.slipwayElectron = {
  app: {
    isPackaged: true,
    disableHardwareAcceleration() {},
    setActivationPolicy() {},
    setPath() {},
    on() {},
    whenReady: () => Promise.resolve(),
    exit: (code) => end(code),
    quit: () => end(0),
    // Another one is running: what it is handed goes to a file.
    requestSingleInstanceLock(data) {
      writeFileSync(process.env.SLIPWAY_TEST_HANDED ?? '', JSON.stringify(data))
      return false
    },
  },
}
const names = ['app', 'dialog', 'protocol', 'BrowserWindow', 'Menu', 'shell', 'screen', 'nativeTheme']
const source = names.map((name) => `export const ${name} = globalThis.slipwayElectron.${name}`).join('\n')
const electron = `data:text/javascript,${encodeURIComponent(source)}`
const hooks = `export const resolve = (name, context, next) =>
  name === 'electron' ? { url: ${JSON.stringify(electron)}, shortCircuit: true } : next(name, context)`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
