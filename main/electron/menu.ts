import { Menu, shell, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  openFolder: () => void
  openSample: () => void
}

/** The application's menu, with what people look for there; everything else is in the window's palette. */
export function setMenu({ openFolder, openSample }: MenuActions): void {
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open Chaincode Folder…', accelerator: 'CmdOrCtrl+O', click: openFolder },
        { label: 'Try the Sample', click: openSample },
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
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
