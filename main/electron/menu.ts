import { Menu, shell, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions extends InstalledActions {
  openFolder: () => void
  openSample: () => void
}

export interface InstalledActions {
  installCommand: () => void
  checkForUpdates: () => void
  turnUpdates: (on: boolean) => void
  updatesAreOn: boolean
}

/** The application's menu, with what people look for there; everything else is in the window's palette. */
export function setMenu(actions: MenuActions): void {
  const { openFolder, openSample, installCommand } = actions
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open Chaincode Folder…', accelerator: 'CmdOrCtrl+O', click: openFolder },
        { label: 'Try the Sample', click: openSample },
        { type: 'separator' },
        { label: 'Install the slipway Command', click: installCommand },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        {
          label: 'Hyperledger Fabric Documentation',
          click: () => void shell.openExternal('https://hyperledger-fabric.readthedocs.io/'),
        },
        { type: 'separator' },
        { label: 'Check for Updates…', click: actions.checkForUpdates },
        {
          label: 'Check for Updates at Start',
          type: 'checkbox',
          checked: actions.updatesAreOn,
          click: ({ checked }) => actions.turnUpdates(checked),
        },
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
