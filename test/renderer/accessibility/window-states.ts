import type { Page } from 'playwright-core'

/** A state of the window to look at: a scene, and what its author did in it. */
export interface WindowState {
  name: string
  scene: string
  /** Leads there from the scene's first picture, and waits until it is there. */
  show: (page: Page) => Promise<unknown>
}

const screenNames = ['Run', 'Call', 'State', 'Logs', 'Blocks', 'Events', 'Identities', 'Connect', 'Replay'] as const
type ScreenName = (typeof screenNames)[number]
type Step = (page: Page) => Promise<unknown>

const button =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole('button', { name }).first().click()
const text =
  (words: string | RegExp): Step =>
  (page) =>
    page.getByText(words).first().waitFor()
const key =
  (name: string): Step =>
  (page) =>
    page.keyboard.press(name)
const fill =
  (label: string | RegExp, value: string): Step =>
  (page) =>
    page.getByLabel(label).first().fill(value)
const alert: Step = (page) => page.getByRole('alert').first().waitFor()
const dialog: Step = (page) => page.getByRole('dialog').waitFor()

function goTo(screen: ScreenName): Step {
  return async (page) => {
    const item = page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('button', { name: new RegExp(`^${screen}`) })
    await item.click()
    await page.mouse.move(0, 0)
  }
}

function at(screen: ScreenName, name: string, ...steps: Step[]): WindowState {
  return on('ready', `${screen}: ${name}`, goTo(screen), ...steps)
}

function on(scene: string, name: string, ...steps: Step[]): WindowState {
  return {
    name,
    scene,
    show: async (page) => {
      for (const step of steps) await step(page)
    },
  }
}

/** Open the palette, type, and take what comes first. */
function command(words: string): Step {
  return async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command' }).fill(words)
    await page.getByRole('option', { selected: true }).filter({ hasText: words }).waitFor()
    await page.keyboard.press('Enter')
    // For a moment there are two dialogs.
    await page.getByRole('combobox', { name: 'Command' }).waitFor({ state: 'detached' })
  }
}

const recent = (fn: string): Step => button(new RegExp(`^\\S+( \\S+)? ${fn}`))
const tab =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole('tab', { name }).click()
const option =
  (index: number): Step =>
  (page) =>
    page.getByRole('listbox').getByRole('option').nth(index).click()
const send: Step = (page) => page.getByRole('button', { name: /^(Submit|Evaluate)/ }).press('Control+Enter')

const everyScreen = (scene: string): WindowState[] =>
  screenNames.map((screen) => on(scene, `${screen}: ${scene}`, goTo(screen)))

const calls: WindowState[] = [
  at('Call', 'answered', recent('TransferAsset')),
  at('Call', 'read and write set', recent('TransferAsset'), tab(/Read/)),
  at('Call', 'events of a call', recent('TransferAsset'), tab('Events')),
  at('Call', 'output of a call', recent('TransferAsset'), tab('Output')),
  at('Call', 'refused by the chaincode', recent('ReadAsset')),
  on('thrown', 'Call: refused, with the line that threw', goTo('Call'), recent('ReadAsset'), text('Thrown at')),
  at('Call', 'in conflict', recent('UpdateAsset')),
  at('Call', 'function with every kind of field', button(/^CreateAsset/)),
  at('Call', 'mistakes in the form', button(/^CreateAsset/), send, text('Enter a whole number.')),
  at('Call', 'free form', button('other…'), button('Add argument'), button('Transient data')),
  at('Call', 'arguments as JSON', button('other…'), button('Edit as JSON')),
  at('Call', 'under way', button(/^SlowAsset/), send, text('Submitting SlowAsset')),
  at(
    'Call',
    'failed',
    button(/^DeleteAsset/),
    (page) => page.getByRole('textbox', { name: 'id' }).fill('a'),
    send,
    (page) => page.getByRole('alert').waitFor(),
  ),
]

const lists: WindowState[] = [
  at('State', 'a key', option(14)),
  at('State', 'a composite key', option(1)),
  at('State', 'a collection', button('assetDetails')),
  at('State', 'nothing found', fill(/^Key/, 'zzz'), text('No keys')),
  at('Logs', 'found', (page) => page.getByRole('searchbox').fill('asset'), key('Enter')),
  at('Logs', 'nothing left', button(/^chaincode/), button(/^build/), button(/^peer/), text(/No lines|hidden/i)),
  at(
    'Logs',
    'a line in full, and its call',
    (page) =>
      page
        .getByRole('log', { name: 'Log' })
        .getByText(/transferring asset/)
        .last()
        // Where the text begins: its middle may be the place that it names.
        .click({ position: { x: 20, y: 8 } }),
    text('Open the call'),
  ),
  at('Blocks', 'a block', option(1)),
  at('Blocks', 'a block with three transactions', option(3)),
  at('Blocks', 'the state as it was', option(1), button('State here'), text('As it was after')),
  at('Blocks', 'about to rewind', option(3), button('Rewind to here'), dialog),
  at('Blocks', 'rewound', option(3), button('Rewind to here'), dialog, button(/^Rewind$/), text('What it had')),
  at('Blocks', 'what changed', option(3), button('Compare'), dialog, text('1,205 keys differ')),
  at('Blocks', 'checkpoints and branches', button('Checkpoints'), dialog, text('before the sale')),
  at('Blocks', 'when they are cut', button(/^Cut /), (page) => page.getByRole('menu').waitFor()),
  at('Events', 'an event', option(0)),
  at('Events', 'nothing found', fill('Name of the event', 'zzz'), text('No such events')),
  at('Identities', 'one that is refused', button(/^mallory/)),
  at('Identities', 'about to be removed', button(/^alice/), button('Remove')),
  at('Connect', 'Go', tab('Go')),
  at('Connect', 'peer command', tab('peer command')),
  at('Connect', 'files written', button('Write'), text(/files, private keys/)),
  at('Identities', 'import', (page) => page.getByRole('radio', { name: 'Import' }).click()),
]

const layers: WindowState[] = [
  at('Run', 'palette', key('Control+k'), dialog),
  at('Run', 'palette, nothing found', key('Control+k'), dialog, (page) =>
    page.getByRole('combobox', { name: 'Command' }).fill('zzzz'),
  ),
  at('Run', 'chaincode menu', button(/^Chaincode /), (page) => page.getByRole('menu').waitFor()),
  at('Run', 'Docker', (page) => page.locator('.docker-trigger').click(), dialog),
  at('Run', 'folder dialog', command('Open a chaincode folder'), dialog),
  at('Run', 'package dialog', command('Package asset-transfer'), dialog),
  at('Run', 'differences', command('What a real peer does differently'), dialog),
  at('Run', 'failed action', command('Switch to net mode'), (page) => page.getByRole('alert').first().waitFor()),
  at('Call', 'failed action', command('Switch to net mode'), (page) => page.getByRole('alert').first().waitFor()),
  on('net', 'package created', command('Package asset-transfer'), dialog, button(/^Package$/), text('created')),
  on('net', 'shell', command('Open a shell'), dialog, (page) => page.locator('.xterm-screen').waitFor()),
  on('many', 'chaincode menu of three', button(/^Chaincode /), (page) => page.getByRole('menu').waitFor()),
  on('many', 'logs of three', goTo('Logs')),
  on('debugging-paused', 'call while paused', goTo('Call'), button(/^InitLedger/), text(/is paused in the debugger/)),
  on('differing', 'results that differ', goTo('Call'), button(/^InitLedger/), send, alert),
  on('unreadable', 'folder dialog, unreadable', command('Open a chaincode folder'), dialog),
  on('trust', 'a folder to trust', dialog),
  on('reviewing', 'a folder to review', button('Review and allow…'), dialog),
]

const to =
  (label: string, name: string): Step =>
  (page) =>
    page.getByLabel(label, { exact: true }).selectOption(name)
const thereToo: Step[] = [goTo('Call'), recent('TransferAsset'), button('Run on…')]
const item =
  (name: string): Step =>
  (page) =>
    page.getByRole('menuitem', { name }).click()

const networks: WindowState[] = [
  on('networks', 'Call: a target', goTo('Call'), to('To', 'test'), text('1,205 blocks')),
  on('networks', 'Call: a target that is gone', goTo('Call'), to('To', 'gone'), alert),
  on('networks', 'Call: networks to run on', ...thereToo, (page) => page.getByRole('menu').waitFor()),
  on('networks', 'Call: compared', ...thereToo, item('test'), (page) =>
    page.getByTestId('network-verdict').filter({ hasText: 'differs' }).waitFor(),
  ),
  on('networks', 'Call: read-only', ...thereToo, item('shared'), alert),
  on('networks', 'Blocks: of a network', goTo('Blocks'), to('Whose chain', 'test'), option(1), text('Signed by')),
  on('networks', 'Blocks: of one that is gone', goTo('Blocks'), to('Whose chain', 'gone'), alert),
  on('networks', 'Events: of a network', goTo('Events'), to('Whose chain', 'test'), option(0)),
  on('networks', 'deploy dialog', command('Deploy asset-transfer'), dialog, text('1,205 blocks')),
  on('networks', 'deploy dialog, gone', command('Deploy asset-transfer'), dialog, to('Network', 'gone'), alert),
  on('deployed', 'deployed, for others to go on', command('Deploy asset-transfer'), dialog, text('Org2MSP has yet')),
]

/** What changed for client applications, and for a replay. */
const changed: WindowState[] = [
  on('moved', 'Run: moved addresses', goTo('Run'), text('moved')),
  on('moved', 'Connect: moved addresses', goTo('Connect'), text('next free port')),
  on('outdated', 'Connect: outdated exports', goTo('Connect'), text('Export them again')),
  on(
    'pins-here-and-elsewhere',
    'Replay: some pins elsewhere',
    goTo('Replay'),
    text('2 pinned calls on another channel'),
  ),
  on('pins-elsewhere', 'Replay: all pins elsewhere', goTo('Replay'), text('The pinned calls are on another channel')),
]

/** The scenes that change only the Run page, as they open. */
const runScenes = [
  ...['building', 'failed', 'waiting', 'crashed', 'reviewing', 'dev-differences'],
  ...['debugging', 'debugging-paused', 'debugging-unknown', 'debugging-net', 'debugging-net-service'],
  ...['takeover', 'organisations', 'organisations-net'],
  ...['organisations-attached', 'organisations-attached-server'],
  ...['net', 'net-switching', 'net-saved', 'net-exited', 'net-crashed', 'net-oom', 'net-oom-again', 'net-paused'],
  ...['net-lost', 'net-differences', 'served', 'served-waiting', 'net-docker_absent', 'net-docker_permission'],
]

/** Every screen, dialog and state that the preview's scenes lead to, in groups. */
export const windowStates: Record<string, WindowState[]> = {
  'every screen': everyScreen('ready'),
  'every screen, empty': everyScreen('empty'),
  'every screen, loading': everyScreen('loading'),
  'every screen, unreadable': everyScreen('unreadable'),
  'every screen, overflowing': everyScreen('overflow'),
  calls,
  lists,
  'dialogs and menus': layers,
  'real networks': networks,
  'addresses and pins': changed,
  'the Run page': runScenes.map((scene) => on(scene, `Run: ${scene}`, goTo('Run'))),
  'without a chaincode': [
    on('welcome', 'welcome'),
    on('no-peer', 'welcome, not opened'),
    on('connecting', 'connecting', (page) => page.waitForTimeout(700)),
  ],
}
