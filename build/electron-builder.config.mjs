/** What electron-builder makes of `dist/`: `npm run dist`. Its options: https://www.electron.build/configuration */
import { realElectronFor } from './electron-dist.mjs'
import { launcherScripts } from './linux-scripts.mjs'
import { requireSmall } from './own-size.mjs'
import { packagedDist } from './packaged-dist.mjs'

/** Only a workflow knows where the repository is. Other builds name a host that never exists, and have no updates. */
const repository = process.env['GITHUB_REPOSITORY']
const owner = repository?.split('/')[0]
const homepage = repository === undefined ? 'https://slipway.invalid' : `https://github.com/${repository}`
const author =
  owner === undefined
    ? { name: 'Slipway', email: 'slipway@slipway.invalid' }
    : { name: owner, email: `${owner}@users.noreply.github.com` }

/**
 * Without a certificate, a macOS app is signed by nobody, as Apple's processors demand at least, and can't be hardened:
 * the hardened runtime loads only code of the same team, and nobody has none.
 */
const hasCertificate = Boolean(process.env['CSC_LINK'] ?? process.env['CSC_NAME'])

/**
 * Of classic-level's native code, only what the target runs. A system's `files` made of exclusions alone would mean
 * everything else, so they begin with a file.
 * @param {string} target as prebuildify names it
 */
const nativeCodeFor = (target) => [
  'package.json',
  `!**/node_modules/classic-level/prebuilds/!(${target}){,/**}`,
  '!**/node_modules/classic-level/prebuilds/*/*.musl.node',
]

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'dev.slipway.app',
  productName: 'Slipway',
  copyright: 'Licensed under the Apache License 2.0',
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  directories: { output: 'release', buildResources: 'build/icons' },
  extraMetadata: { homepage, author },
  publish: repository === undefined ? null : { provider: 'github', owner, repo: repository.split('/')[1] },

  // classic-level brings its native code for every platform, so there is nothing to compile.
  npmRebuild: false,
  electronDist: realElectronFor,
  // Slipway speaks English; Chromium's other languages are 40 MB.
  electronLanguages: ['en-US'],

  // Native code can't be loaded from an asar. Everything else stays inside, where its integrity is checked.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  files: [
    ...packagedDist(),
    // Of the modules that dist/ imports, what runs.
    '!**/node_modules/napi-macros{,/**}',
    '!**/node_modules/classic-level/{deps,binding.gyp,binding.cc}{,/**}',
    '!**/node_modules/*/{test,benchmark,example,examples}{,/**}',
    '!**/node_modules/**/*.{c,cc,h,gyp,gypi,ts,cts,mts,map,md,yml,yaml}',
    '!**/node_modules/node-gyp-build/{bin,build-test,optional}.js',
  ],
  extraResources: [
    { from: 'examples', to: 'examples', filter: ['**/*', '!**/{node_modules,dist,.slipway}{,/**}'] },
    { from: 'LICENSE', to: 'LICENSE' },
    // The command line's launchers.
    { from: 'build/bin', to: 'bin' },
  ],

  /**
   * What can't be turned off later: the fuses are bytes of Electron's program, and signed with it.
   *
   * runAsNode is off. With ELECTRON_RUN_AS_NODE, any program could have a signed Slipway run any script, past the asar's
   * integrity and the other fuses. Editors leave it on for their command line; ours starts the program itself with
   * `--cli`, which runs the same code without a window (resources/bin/slipway). Chaincode runs on the author's own Node.
   */
  electronFuses: {
    runAsNode: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    // The page comes from app://slipway; file: URLs are shown nowhere.
    grantFileProtocolExtraPrivileges: false,
    // No snapshot of our own is brought.
    loadBrowserProcessSpecificV8Snapshot: false,
  },
  afterPack: requireSmall,

  linux: {
    target: ['AppImage', 'deb', 'rpm', 'tar.gz'],
    executableName: 'slipway',
    category: 'Development',
    synopsis: 'Runs Hyperledger Fabric chaincode the moment you save it',
    icon: 'build/icons/png',
    syncDesktopName: true,
    // Paths: by default a desktop would hand over URLs.
    executableArgs: ['%F'],
    files: nativeCodeFor('linux-${arch}'),
    desktop: { entry: { Keywords: 'Hyperledger;Fabric;chaincode;', StartupNotify: 'true' } },
  },
  deb: { ...launcherScripts(), packageCategory: 'devel' },
  rpm: { ...launcherScripts(), packageCategory: 'Development/Tools' },

  mac: {
    target: [
      { target: 'dmg', arch: ['x64', 'arm64'] },
      { target: 'zip', arch: ['x64', 'arm64'] },
    ],
    category: 'public.app-category.developer-tools',
    icon: 'build/icons/icon.icns',
    files: nativeCodeFor('darwin-x64+arm64'),
    ...(hasCertificate ? { hardenedRuntime: true } : { hardenedRuntime: false, identity: '-' }),
    gatekeeperAssess: false,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
  },
  dmg: { title: '${productName} ${version}' },

  win: {
    // classic-level has no native code for Windows on ARM, which runs x64.
    target: [
      { target: 'nsis', arch: ['x64'] },
      { target: 'zip', arch: ['x64'] },
    ],
    icon: 'build/icons/icon.ico',
    files: nativeCodeFor('win32-${arch}'),
  },
  // For this user alone, so nobody is asked for an administrator.
  nsis: {
    oneClick: true,
    perMachine: false,
    packElevateHelper: false,
    license: 'LICENSE',
    deleteAppDataOnUninstall: false,
  },
}
