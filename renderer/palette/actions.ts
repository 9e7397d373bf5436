import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import { debugsIn } from '../../core/contract/debugger.ts'
import { dockerCommands } from '../container/docker-commands.ts'
import { copyText } from '../parts/copy.ts'
import { isMac, isUsed } from '../parts/keys.ts'
import { isAttached } from '../parts/status.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import { chooseFolder } from '../view/choose-folder.ts'
import { screenTitles } from '../view/screen-titles.ts'
import { type Theme, type WindowView, screens } from '../view/window-view.svelte.ts'

/** Something an author can do from the palette or by a key. */
export interface Action {
  id: string
  title: string
  group: 'Screens' | 'Chaincode' | 'Open' | 'Window'
  /** Shown beside the title. */
  keys?: string | undefined
  /** What else it is found by. */
  names?: string[]
  /** Runs the action while no field and no button is in use. */
  key?: string | undefined
  run: () => void
}

const themeTitles: Record<Theme, string> = {
  system: 'Theme: follow the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
}

/** All actions available now. */
export function actions(peer: PeerView, win: WindowView): Action[] {
  return [...chaincodeActions(peer, win), ...screenActions(win), ...openActions(peer, win), ...themeActions(win)]
}

function screenActions(win: WindowView): Action[] {
  if (win.chaincode === undefined) return []
  return screens.map((screen, index) => ({
    id: `screen-${screen}`,
    title: `Go to ${screenTitles[screen]}`,
    group: 'Screens',
    names: [screenTitles[screen]],
    keys: String(index + 1),
    key: String(index + 1),
    run: () => win.show(screen),
  }))
}

function chaincodeActions(peer: PeerView, win: WindowView): Action[] {
  const cc = win.chaincode
  if (cc === undefined) return []
  const name = cc.name
  const act = (id: string, title: string, run: () => Promise<unknown>, key?: string): Action => ({
    id,
    title,
    group: 'Chaincode',
    key,
    keys: key?.toUpperCase(),
    run: () => void win.attempt(id, run),
  })
  const bySlipway = !isAttached(cc)
  const stopped = cc.registration.state === 'none' && cc.launch?.outcome !== 'running'
  const others = win.chaincodes.filter((other) => other.name !== name)
  return [
    ...(bySlipway ? [act('restart', `Restart ${name}`, () => peer.call('restart', { name }), 'r')] : []),
    ...(bySlipway && stopped ? [act('launch', `Start ${name}`, () => peer.call('launch', { name }))] : []),
    ...(stopped ? [] : [act('stop', `Stop ${name}`, () => peer.call('stop', { name }))]),
    ...debuggerActions(peer, win, cc),
    ...modeActions(win, cc),
    ...(cc.mode === 'net'
      ? []
      : [
          bySlipway
            ? act('startedBy', `Start ${name} myself`, () => peer.call('setStartedBy', { name, startedBy: 'you' }))
            : act('startedBy', `Let Slipway start ${name}`, () =>
                peer.call('setStartedBy', { name, startedBy: 'slipway' }),
              ),
        ]),
    ...containerActions(win, cc),
    { id: 'package', title: `Package ${name} for a real peer…`, group: 'Chaincode', run: () => (win.packaging = name) },
    ...(cc.networks === undefined || cc.networks.length === 0 ? [] : [deployAction(win, name)]),
    act('clearLogs', 'Clear logs', () => peer.call('clearLogs', {})),
    act('closeChaincode', `Close ${name}`, () => peer.call('closeChaincode', { name })),
    ...others.map((other): Action => ({
      id: `choose-${other.name}`,
      title: `Switch to ${other.name}`,
      group: 'Chaincode',
      run: () => win.choose(other.name),
    })),
  ]
}

function deployAction(win: WindowView, name: string): Action {
  return {
    id: 'deploy',
    title: `Deploy ${name} to a network…`,
    group: 'Chaincode',
    run: () => (win.deploying = name),
  }
}

/** For what Slipway starts and can start so. */
function debuggerActions(peer: PeerView, win: WindowView, cc: ChaincodeState): Action[] {
  const { name, mode, underDebugger } = cc
  if (isAttached(cc) || !debugsIn(mode, cc)) return []
  const set = () => peer.call('setDebugger', { name, on: !underDebugger })
  return [
    {
      id: 'setDebugger',
      title: `Start ${name} ${underDebugger ? 'without its' : 'under its'} debugger`,
      group: 'Chaincode',
      run: () => void win.attempt('setDebugger', set),
    },
  ]
}

function modeActions(win: WindowView, cc: ChaincodeState): Action[] {
  const other = cc.mode === 'dev' ? 'net' : 'dev'
  const next = win.modes.next(cc)
  const [title, mode] =
    next === undefined ? ([`Switch to ${other} mode`, other] as const) : ([`Stay in ${cc.mode} mode`, cc.mode] as const)
  return [{ id: 'mode', title, group: 'Chaincode', run: () => void win.modes.switchTo(cc, mode) }]
}

/** Actions on the container it runs in. */
function containerActions(win: WindowView, { name, container }: ChaincodeState): Action[] {
  if (container === undefined) return []
  const shell: Action = {
    id: 'shell',
    title: `Open a shell in the container of ${name}`,
    group: 'Chaincode',
    keys: 'Ctrl `',
    run: () => (win.shellOf = name),
  }
  const copies = dockerCommands.map(({ name: command, title }): Action => ({
    id: `docker-${command}`,
    title: `Copy docker command: ${title.toLowerCase()}`,
    group: 'Chaincode',
    run: () => void copyText(container.commands[command]),
  }))
  return container.state === 'running' ? [shell, ...copies] : copies
}

function openActions(peer: PeerView, win: WindowView): Action[] {
  const adding: Action[] =
    win.chaincode === undefined
      ? []
      : [
          {
            id: 'add',
            title: 'Add another chaincode to this channel…',
            group: 'Open',
            run: () => chooseFolder(peer, win, 'add'),
          },
        ]
  return [
    ...adding,
    { id: 'open', title: 'Open a chaincode folder…', group: 'Open', run: () => chooseFolder(peer, win, 'open') },
    {
      id: 'sample',
      title: 'Try the sample',
      group: 'Open',
      run: () => void win.attempt('sample', () => peer.call('openSample', {})),
    },
    {
      id: 'tools',
      title: 'Check the tools on this machine again',
      group: 'Open',
      run: () => void win.attempt('tools', () => peer.call('checkTools', {})),
    },
    {
      id: 'fidelity',
      title: 'What a real peer does differently',
      group: 'Window',
      run: () => (win.fidelity = 'all'),
    },
  ]
}

function themeActions(win: WindowView): Action[] {
  return (['system', 'light', 'dark'] as const)
    .filter((theme) => theme !== win.theme)
    .map((theme) => ({
      id: `theme-${theme}`,
      title: themeTitles[theme],
      group: 'Window',
      run: () => win.setTheme(theme),
    }))
}

/** The action of a key press: the palette from anywhere, the others only outside dialogs, fields and buttons. */
export function actionOfKey(event: KeyboardEvent, peer: PeerView, win: WindowView): Pick<Action, 'run'> | undefined {
  const withModifier = isMac ? event.metaKey : event.ctrlKey
  if (withModifier && event.key.toLowerCase() === 'k') {
    return { run: () => (win.paletteOpen = !win.paletteOpen) }
  }
  if (win.paletteOpen || win.dialogOpen) return undefined
  if (event.ctrlKey && event.code === 'Backquote') return actions(peer, win).find((action) => action.id === 'shell')
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  if (event.key === 'Escape' && win.failure !== undefined) return { run: () => (win.failure = undefined) }
  if (isUsed(event.target)) return undefined
  return actions(peer, win).find((action) => action.key === event.key.toLowerCase())
}
