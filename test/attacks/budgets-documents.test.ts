import test from 'ava'
import { isContained } from './is-contained.ts'

const BEGIN = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: '
const TOO_MANY = /^attack\/config\.\w+:1: a document of more values than Reeve reads: /
const TOO_DEEP = /^attack\/config\.\w+:\d+: YAML that Reeve does not support: nested deeper than 256 levels /

/** By what they are: the text of a file, and what is said of it. */
const FILES: Readonly<Record<string, readonly [string, RegExp]>> = {
  'a list of two million numbers': [`${BEGIN}[${'1,'.repeat(2e6)}1]\n`, TOO_MANY],
  'a list of a million empty mappings': [`${BEGIN}[${'{},'.repeat(1.3e6)}1]\n`, TOO_MANY],
  'a list of two million lines': [`${BEGIN}\n${'-\n'.repeat(2e6)}`, TOO_MANY],
  'two million brackets': [`${BEGIN}${'['.repeat(2e6)}${']'.repeat(2e6)}\n`, TOO_MANY],
  'half a million mappings in one another, as JSON': [
    `{"apiVersion": "v1", "data": ${'{"a":'.repeat(4.9e5)}1${'}'.repeat(4.9e5)}}\n`,
    TOO_DEEP,
  ],
  'half a million values': [`${BEGIN}[${'{a,b,c},'.repeat(1.2e5)}1]\n`, /no faults\.\n$/],
  'a line of four million characters': [`${BEGIN}{key: "${'x'.repeat(4e6)}"}\n`, /no faults\.\n$/],
  'four million spaces': [`${BEGIN}{key: "${' '.repeat(4e6)}"}\n`, /no faults\.\n$/],
  'a million empty documents': ['---\n'.repeat(1e6), /no faults\.\n$/],
  'a name of four million characters': [
    BEGIN.replace('config', 'x'.repeat(4e6)),
    /not a name that Kubernetes/,
  ],
}

for (const [what, [text, says]] of Object.entries(FILES))
  test.serial(what, async (t) => {
    const file = text.startsWith('{') ? 'attack/config.json' : 'attack/config.yaml'
    const { stdout } = await isContained(t, { [file]: text })
    t.regex(stdout, says)
  })

test.serial('five files of 3 MB with brackets that are not indented', async (t) => {
  const lines = Array.from({ length: 160_000 }, (_, index) => `\n  line-${index}: "text"`).join('')
  const brackets = Array.from({ length: 60 }, (_, index) => `\n  list-${index}: [\na,\nb\n]`).join('')
  const files = Array.from({ length: 5 }, (_, index) => [
    `attack/config-${index}.yaml`,
    `${BEGIN}${lines}${brackets}\n`,
  ])
  const { stdout } = await isContained(t, Object.fromEntries(files))
  t.regex(stdout, /not indented enough/)
})
