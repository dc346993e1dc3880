import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { commandsIn, reeveArguments, wrongIn } from './command-lines.ts'
import { allDocuments, codeSpans, type Document, fencesIn, ROOT, userDocuments } from './documents.ts'

const SHELLS = new Set(['sh', 'console'])

function commandsOf(document: Document) {
  return fencesIn(document)
    .filter(({ language }) => SHELLS.has(language))
    .flatMap(({ language, text }) => commandsIn(language, text))
}

for (const document of await userDocuments()) {
  test(`the program takes the commands in ${document.path}`, async (t) => {
    for (const words of commandsOf(document)) {
      const args = reeveArguments(words)
      if (args !== undefined) t.deepEqual(await wrongIn(args), [], words.join(' '))
    }
    for (const words of codeSpans(document).flatMap((span) => commandsIn('sh', span))) {
      const args = reeveArguments(words)
      if (args === undefined || args.length === 0) continue
      const wrong = (await wrongIn(args)).filter((message) => !message.includes('is missing: '))
      t.deepEqual(wrong, [], words.join(' '))
    }
    t.pass()
  })
}

test('a wrong command, option or argument in a document is found', async (t) => {
  t.deepEqual(await wrongIn(['plan', 'main', '--explain', '--repo', 'https://git.example.com/a.git']), [])
  t.regex((await wrongIn(['plann'])).join(), /unknown command/)
  t.regex((await wrongIn(['plan', '--explian'])).join(), /did you mean --explain/)
  t.regex((await wrongIn(['crds', 'more'])).join(), /unexpected argument/)
  t.deepEqual(
    commandsIn('console', '$ A=1 reeve plan \\\n  --explain | jq .summary # why\nNo differences.'),
    [
      ['reeve', 'plan', '--explain'],
      ['jq', '.summary'],
    ],
  )
})

test('every npm script that a document names is there', async (t) => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  for (const document of await allDocuments()) {
    const lines = [...commandsOf(document), ...codeSpans(document).map((span) => span.split(' '))]
    for (const [npm, run, ...words] of lines) {
      if (npm !== 'npm' || run !== 'run') continue
      const script = words.find((word) => !word.startsWith('-'))
      t.true(script !== undefined && Object.hasOwn(scripts, script), `${document.path}: ${script}`)
    }
  }
})
