import test from 'ava'
import fc from 'fast-check'
import { excerptsOf } from '../../../../src/stages/plan/describe/excerpts.ts'
import { diffText, type TextDiff } from '../../../../src/stages/plan/describe/text-diff.ts'

const ALL = { length: 1_000, lines: 1_000 }

function unified({ hunks }: TextDiff): readonly string[] {
  return hunks.flatMap(({ before, after, lines }) => [
    `@@ -${before.join()} +${after.join()} @@`,
    ...lines.map(({ sign, text }) => sign + text),
  ])
}

const numbered = (count: number, change: (line: number) => string | undefined = () => undefined) =>
  Array.from({ length: count }, (_, index) => `${change(index + 1) ?? `line ${index + 1}`}\n`).join('')

test('a changed line is shown with three lines of context on each side', (t) => {
  const after = numbered(100, (line) => (line === 50 ? 'changed' : undefined))
  const diff = diffText(numbered(100), after, ALL)
  t.deepEqual(unified(diff), [
    '@@ -47,7 +47,7 @@',
    ' line 47',
    ' line 48',
    ' line 49',
    '-line 50',
    '+changed',
    ' line 51',
    ' line 52',
    ' line 53',
  ])
  t.deepEqual([diff.added, diff.removed, diff.omitted], [1, 1, 0])
})

test('changes far from each other are hunks of their own', (t) => {
  const diff = diffText(
    numbered(100),
    numbered(100, (line) => (line === 1 || line === 100 ? 'changed' : undefined)),
    ALL,
  )
  t.deepEqual(
    diff.hunks.map(({ before }) => before),
    [
      [1, 4],
      [97, 4],
    ],
  )
})

test('a missing line break at the end is a difference', (t) => {
  t.deepEqual(unified(diffText('a\nb\n', 'a\nb', ALL)), [
    '@@ -1,2 +1,2 @@',
    ' a',
    '-b',
    '+b',
    '\\No newline at the end',
  ])
})

test('a long line is shown by what changed in it, wherever that is', (t) => {
  const json = (replicas: number, image: string) =>
    JSON.stringify({ filler: 'x '.repeat(400), replicas, more: 'y '.repeat(400), image })
  const diff = diffText(json(2, 'nginx:1.28'), json(3, 'nginx:1.29'), { length: 72, lines: 100 })
  const lines = diff.hunks.flatMap(({ lines }) => lines.map(({ sign, text }) => sign + text))
  t.is(lines.length, 4)
  t.true(lines.every((line) => line.length <= 73))
  t.regex(lines[0] ?? '', /^-….*"replicas":2,.*…$/)
  t.regex(lines[1] ?? '', /^\+….*"replicas":3,.*…$/)
  t.regex(lines[2] ?? '', /^-….*nginx:1\.28"}$/)
  t.regex(lines[3] ?? '', /^\+….*nginx:1\.29"}$/)
})

test('an excerpt splits no character', (t) => {
  const { excerpts } = excerptsOf(`${'😀'.repeat(40)}a${'😀'.repeat(40)}`, `${'😀'.repeat(80)}`, 40)
  for (const { before, after } of excerpts) t.false(/\ufffd/.test(before + after), before + after)
})

test('texts that share nothing are compared within bounds', (t) => {
  const many = 400_000
  const started = process.cpuUsage()
  const diff = diffText('a\n'.repeat(many), 'b\n'.repeat(many), { length: 72, lines: 20 })
  const { user } = process.cpuUsage(started)
  t.deepEqual([diff.added, diff.removed, diff.omitted], [many, many, 2 * many - 20])
  const [hunk] = diff.hunks
  t.is(hunk?.lines.filter(({ sign }) => sign === '-').length, 10)
  t.is(hunk?.lines.filter(({ sign }) => sign === '+').length, 10)
  t.true(user < 5_000_000, `${user} µs`)
})

test('a long unlike part between like ends counts without them', (t) => {
  const before = `${numbered(10)}${'a\n'.repeat(600)}${numbered(10)}`
  const after = `${numbered(10)}${'b\n'.repeat(500)}${numbered(10)}`
  const diff = diffText(before, after, { length: 72, lines: 4 })
  t.deepEqual([diff.added, diff.removed], [500, 600])
  t.deepEqual(diff.hunks[0]?.before, [11, 600])
})

const texts = fc
  .array(fc.constantFrom('', 'a', 'b', 'c', '\r', '😀'), { maxLength: 30 })
  .map((lines) => lines.join('\n'))

test('a difference turns one text into the other', (t) => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const { hunks } = diffText(before, after, ALL)
      const areOpen = !before.endsWith('\n') && !after.endsWith('\n')
      const ended = (text: string) => (areOpen && text !== '' ? `${text}\n` : text)
      t.is(patched(ended(before), hunks), ended(after))
    }),
  )
})

/** Applies hunks as `patch` does. */
function patched(text: string, hunks: TextDiff['hunks']): string {
  const lines = text.split(/(?<=\n)/)
  for (const hunk of hunks.toReversed()) {
    const isWithoutBreak = (index: number) => hunk.lines[index + 1]?.sign === '\\'
    const next = hunk.lines.flatMap(({ sign, text }, index) =>
      sign === ' ' || sign === '+' ? [isWithoutBreak(index) ? text : `${text}\n`] : [],
    )
    const [start, count] = hunk.before
    lines.splice(count === 0 ? start : start - 1, count, ...next)
  }
  return lines.join('')
}
