import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import { lateReads } from './build/late-reads.mjs'

// Who may import what is build/dependency-rules.mjs.

export default ts.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      'node_modules/',
      'examples/',
      'test/fixtures/',
      'test/conformance/clients/recorded/',
      '**/.slipway/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // `void` says that whoever runs it handles its own failure.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['error', { max: 400 }],
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      // `!= null` asks for both kinds of nothing at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': ['error', { destructuring: 'all' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "PropertyDefinition[accessibility='private'], MethodDefinition[accessibility='private'][kind!='constructor']",
          message: 'Use #private.',
        },
      ],

      // Numbers, booleans and unions of them read well in a template; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: false },
      ],
      // `() => emit(…)` as a one-line callback is the house style.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An interface and a type of the same shape say different things: a tagged union can only be a type.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // An async function without await keeps an interface's promise, errors included.
      '@typescript-eslint/require-await': 'off',
      // `Outcome<T>` and the like name T once, at the caller.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An index signature says that any key may be asked for; a Record says the keys are known.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Our interfaces are made of closures: what is taken out of one does not look at `this`.
      '@typescript-eslint/unbound-method': 'off',
      // `return void end()` leaves early in one line.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // The first of several errors is kept as `unknown` and thrown at the end.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowRethrowing: true }],
      // A listener that has nothing to do is a value like any other.
      '@typescript-eslint/no-empty-function': 'off',
      // Text that is known to be absent where it is empty: `||` means it.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    // TypeScript checks names itself.
    files: ['**/*.ts', '**/*.svelte', '**/*.svelte.ts'],
    rules: { 'no-undef': 'off' },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
  },

  {
    files: ['**/*.svelte'],
    plugins: { slipway: { rules: { 'late-reads': lateReads } } },
    rules: {
      'slipway/late-reads': 'error',
      // What a component imports or is given is `any` to this parser; svelte-check knows the types and checks them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `let { … } = $props()`: whether one of them is bound is the runes' matter.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
    },
  },

  {
    files: ['core/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['core/**/*.ts', 'main/**/*.ts', 'renderer/**/*.ts'],
    rules: {
      // A switch over the cases of a union is one decision, however many they are.
      complexity: ['error', { max: 15, variant: 'modified' }],
      'max-lines': ['error', { max: 260 }],
      'max-lines-per-function': ['error', { max: 80, IIFEs: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Parsed JSON and a page's own values are `any` to a test; a wrong guess about them fails it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // It is handed the author's own shim, whose modules have no types of ours.
    files: ['core/container/process/warm-child.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },
)
