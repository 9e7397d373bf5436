/** An option of tsconfig.json that TypeScript refuses. */
interface RefusedOption {
  /** `moduleResolution=node10` */
  option: string
  /** As TypeScript puts it. */
  message: string
  fix: string
}

/** What to do about options that TypeScript 6 deprecates and 7 has removed, and about what stands for each. */
const FIXES: [option: RegExp, fix: string][] = [
  [
    /^moduleResolution=/,
    'Set `"module": "node16"` and `"moduleResolution": "node16"` in tsconfig.json, or stay with TypeScript 5: `npm install --save-dev typescript@5`.',
  ],
  [/^module=/, 'Set `"module": "node16"` and `"moduleResolution": "node16"` in tsconfig.json.'],
  [/^target=/, 'Set `"target": "es2022"` in tsconfig.json: every Node that Fabric uses runs that.'],
  [/^baseUrl/, 'Remove `baseUrl` from tsconfig.json, and begin each folder in `paths` with `./`.'],
]

/** Errors about tsconfig.json itself; a compiler that begins with one has read no source yet. */
const ABOUT_OPTION = /\berror (TS5\d\d\d|TS18003): (.*)/
/** The output of `--pretty` has escapes inside the words. */
// eslint-disable-next-line no-control-regex -- the escape itself is what is looked for
const ESCAPES = /\u001b\[[\d;]*m/g

/** The options that these lines of a TypeScript compiler refuse, with what to do about each. */
export function refusedOptions(lines: readonly string[]): RefusedOption[] {
  return lines.flatMap((line) => {
    const [, code = '', message = ''] = ABOUT_OPTION.exec(line.replace(ESCAPES, '')) ?? []
    if (code === '') return []
    if (code === 'TS5011') return [{ option: 'rootDir', message, fix: rootDirFix(message) }]
    const option = /[Oo]ption '([^']+)'/.exec(message)?.[1]
    if (option === undefined) return []
    const known = FIXES.find(([pattern]) => pattern.test(option))?.[1]
    return [{ option, message, fix: known ?? `Remove or correct \`${option.replace(/=.*/, '')}\` in tsconfig.json.` }]
  })
}

/** Up to TypeScript 5 the root was the folder above all sources; now it is that of tsconfig.json. */
function rootDirFix(message: string): string {
  const folder = /is '([^']+)'/.exec(message)?.[1] ?? './src'
  return `Set \`"rootDir": "${folder}"\` in tsconfig.json: without it the output of ${folder} goes into a folder of that name.`
}
