/** Writes `dist/index.d.ts`: the types of `import … from 'slipway'`, in one file that imports nothing. */
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from './freshness.mjs'

const ENTRY = 'main/npm/index.ts'
const TARGET = join(root, 'dist/index.d.ts')

/** A consumer may name an older `lib`, without AsyncDisposable. */
const NEEDED_LIBRARY = '/// <reference lib="esnext.disposable" />\n'

/** @throws what the compiler or the roll-up reports */
export function writeDeclarations() {
  mkdirSync(join(root, 'dist'), { recursive: true })
  // Below node_modules, where the types that ours mention are found.
  const drafts = mkdtempSync(join(root, 'dist/.types-'))
  try {
    emitReachable(drafts)
    rollUp(drafts)
  } finally {
    rmSync(drafts, { recursive: true, force: true })
  }
}

/**
 * The compiler's declarations of the entry and of the files that its declarations mention. Those of all files it
 * compiles would be ten times as many, and some infer types that can't be written down.
 * @param {string} into
 */
function emitReachable(into) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [ENTRY] }, ts.sys, root)
  const emitting = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: into }
  const program = ts.createProgram([join(root, ENTRY)], { ...options, ...emitting })
  const waiting = [join(root, ENTRY)]
  const emitted = new Set()
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (emitted.has(file)) continue
    emitted.add(file)
    const folder = dirname(file)
    const { diagnostics } = program.emit(
      program.getSourceFile(file),
      (path, text) => {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
        const mentioned = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
        waiting.push(...mentioned.filter((name) => name.startsWith('.')).map((name) => join(folder, name)))
      },
      undefined,
      true,
    )
    const [first] = diagnostics
    if (first !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`)
  }
}

/** @param {string} drafts */
function rollUp(drafts) {
  const entry = join(drafts, ENTRY.replace(/\.ts$/, '.d.ts'))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom'],
    module: 'preserve',
    moduleResolution: 'bundler',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  }
  const extractor = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      dtsRollup: { enabled: true, untrimmedFilePath: TARGET },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  })
  /** @type {string[]} */
  const errors = []
  Extractor.invoke(extractor, {
    localBuild: true,
    // Most of its messages are about conventions of doc comments that aren't ours, and stdout belongs to npm.
    messageCallback(message) {
      if (message.category === 'Compiler') errors.push(message.text)
      message.handled = true
    },
  })
  const text = readFileSync(TARGET, 'utf8')
  if (/^import |\bimport\(/m.test(text)) errors.push('A type of another package is in it.')
  if (errors.length > 0) throw new Error(`dist/index.d.ts can't be rolled up: ${errors.join('\n')}`)
  writeFileSync(TARGET, NEEDED_LIBRARY + text)
}
