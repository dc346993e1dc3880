import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'

/** A file to encrypt, and how. */
export interface PlainFile {
  readonly format: 'yaml' | 'json'
  /** One with JSON. */
  readonly documents: readonly JsonObject[]
  /** Fields of the creation rule. */
  readonly rule: JsonObject
}

/** Strings that one or another YAML takes for something else. */
const deceptive = fc.constantFrom(
  ...[
    '',
    ' ',
    '~',
    'null',
    'yes',
    'y',
    'N',
    'off',
    'True',
    '0644',
    '0o14',
    '0x1F',
    '1_000',
    '1e3',
    '.5',
    '+1',
  ],
  ...[
    '1:30',
    '2001-12-14',
    '2001-12-14T21:59:43Z',
    '.inf',
    '.nan',
    '<<',
    '=',
    '-',
    '- a',
    '? a',
    'a: b',
    '#a',
  ],
  ...['a #b', '---', '...', '%a', '@a', '`a', '!a', '&a', '*a', '|', '>', "'", '"', '\\', 'ENC[', '{}', '[]'],
  ...[
    'one\ntwo',
    'one\n',
    '\n',
    ' one\n  two\n\n',
    'a\tb',
    '\ta',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\0',
  ],
)
/** SOPS writes them as they are, and Reeve's reader refuses them, since kubectl sees line ends there. */
const lineEnds = /[\u0085\u2028\u2029]/g
/** SOPS writes them in a way that it can't read itself. */
const misindented = /^\s.*\n/s
const text = fc
  .oneof(
    deceptive,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
  )
  .map((string) => string.toWellFormed().replaceAll(lineEnds, ''))
  .filter((string) => !misindented.test(string))

const number = fc.oneof(
  fc.constantFrom(0, -1, 0.1, 100, 1e6, 1e21, 1e22, 1.5e300, 5e-324, 1e-7, 123_456_789.5),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isKept),
)

/** Written without an exponent or a fraction it is an integer, and SOPS takes none beyond 64 bits. */
function isKept(value: number): boolean {
  return !Number.isInteger(value) || Math.abs(value) < 2 ** 63 || Math.abs(value) >= 1e21
}

const key = fc
  .oneof(
    fc.constantFrom('data', 'name', 'a_unencrypted', 'a_secret', 'true', '2.5', 'yes', '', 'a:b', 'é'),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  .filter((name) => !/^(?:sops|<<|__proto__|constructor|\d+)$/.test(name))

const { value, object } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
}))

const document = fc
  .tuple(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), object)
  .map(([top, data]) => ({ ...top, data }))

const rules = fc.constantFrom<JsonObject>(
  {},
  { unencrypted_suffix: 'e' },
  { encrypted_suffix: '_secret' },
  { encrypted_regex: '^(data|true)$' },
  { unencrypted_regex: '^[a-dé]' },
)

/** Files that SOPS accepts. */
export const arbitraryFile: fc.Arbitrary<PlainFile> = fc
  .record({
    format: fc.constantFrom('yaml', 'json'),
    documents: fc.array(document, { minLength: 1, maxLength: 3 }),
    rule: fc.tuple(rules, fc.boolean()).map(([rule, only]) => ({ ...rule, mac_only_encrypted: only })),
  })
  .map((file) => (file.format === 'json' ? { ...file, documents: file.documents.slice(0, 1) } : file))
