import type { DebugProtocol } from './debugger.ts'

/** What is to be debugged, as far as an editor's configuration needs it. */
export interface Debuggable {
  /** Of the chaincode. */
  name: string
  protocol: DebugProtocol
  /** Of 127.0.0.1. */
  port: number
  /** See DebuggerState.root. */
  root?: string | undefined
  /** The chaincode's folder, relative to the one that the editor has open; absent: it is that one. */
  below?: string | undefined
}

/** Where Fabric's images have a Node chaincode (core/chaincode/platforms/node/platform.go v2.x). */
export const NODE_SOURCES = '/usr/local/src'
/** Where Go's compiler finds a chaincode's module (core/chaincode/platforms/golang/platform.go v2.x). */
export const GOLANG_SOURCES = '/chaincode/input/src'

export type Editor = 'vscode' | 'jetbrains'

export function isEditor(text: string): text is Editor {
  return text === 'vscode' || text === 'jetbrains'
}

/** What a configuration is called in an editor: by it a later one finds the earlier one. */
export function configurationName(name: string): string {
  return `Slipway: ${name}`
}

/**
 * One entry of `configurations` in VS Code's launch.json (the js-debug, Java and Go extensions). All attach, and to the
 * same port after each save: js-debug does so by itself with `restart`, the others on the next F5.
 */
export function vscodeConfiguration({ name, protocol, port, root, below }: Debuggable): Record<string, unknown> {
  const named = { name: configurationName(name) }
  switch (protocol) {
    case 'inspector':
      return {
        ...named,
        type: 'node',
        request: 'attach',
        address: '127.0.0.1',
        port,
        restart: true,
        ...(root === undefined ? {} : { localRoot: within('${workspaceFolder}', below), remoteRoot: root }),
        skipFiles: ['<node_internals>/**', '**/node_modules/**'],
      }
    case 'jdwp':
      return { ...named, type: 'java', request: 'attach', hostName: '127.0.0.1', port }
    case 'delve':
      // For remote ones the extension's older adapter is the default, which stops what it can't see into.
      return {
        ...named,
        type: 'go',
        request: 'attach',
        mode: 'remote',
        debugAdapter: 'dlv-dap',
        host: '127.0.0.1',
        port,
        ...(root === undefined ? {} : { substitutePath: [substitution(root, below)] }),
      }
  }
}

/** A run configuration of JetBrains' editors, as they keep it in `.run/NAME.run.xml`. */
export function jetbrainsConfiguration({ name, protocol, port, root, below }: Debuggable): string {
  const title = attribute(configurationName(name))
  const lines = {
    inspector: [
      `<configuration default="false" name="${title}" type="ChromiumRemoteDebugType" factoryName="Chromium Remote" host="127.0.0.1" port="${port}" restartOnDisconnect="true">`,
      ...(root === undefined ? [] : [`  ${jetbrainsMapping({ root, below })}`]),
    ],
    jdwp: [
      `<configuration default="false" name="${title}" type="Remote">`,
      '  <option name="USE_SOCKET_TRANSPORT" value="true" />',
      '  <option name="SERVER_MODE" value="false" />',
      '  <option name="HOST" value="127.0.0.1" />',
      `  <option name="PORT" value="${port}" />`,
      '  <option name="AUTO_RESTART" value="true" />',
    ],
    delve: [
      `<configuration default="false" name="${title}" type="GoRemoteDebugConfigurationType" factoryName="Go Remote" port="${port}">`,
      '  <option name="disconnectOption" value="LEAVE" />',
      '  <disconnect value="LEAVE" />',
    ],
  }[protocol]
  const body = [...lines, '  <method v="2" />', '</configuration>'].map((line) => `  ${line}`)
  return ['<component name="ProjectRunConfigurationManager">', ...body, '</component>', ''].join('\n')
}

/** Where a container has the sources, in a run configuration of Node's. */
export function jetbrainsMapping({ root, below }: { root: string; below?: string | undefined }): string {
  return `<mapping url="file://${root}" local-file="${attribute(within('$PROJECT_DIR$', below))}" />`
}

/** The whole module, as far as the editor has it open: a package beside the chaincode has breakpoints too. */
function substitution(root: string, below = ''): { from: string; to: string } {
  const [inside, outside] = [root.split('/'), below.split('/').filter(Boolean)]
  while (outside.length > 0 && inside.at(-1) === outside.at(-1) && inside.join('/') !== GOLANG_SOURCES) {
    inside.pop()
    outside.pop()
  }
  return { from: within('${workspaceFolder}', outside.join('/')), to: inside.join('/') }
}

function within(folder: string, below = ''): string {
  return below === '' ? folder : `${folder}/${below}`
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
