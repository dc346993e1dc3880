import test from 'ava'
import { Narrator } from '../../../src/cli/demo/narrator.ts'
import type { Io } from '../../../src/cli/present/io.ts'
import type { LogLine } from '../../../src/sandbox/reeve-process.ts'

function told(...lines: readonly Partial<LogLine>[]): string {
  let text = ''
  const out = { write: (more: string) => (text += more) }
  const log: LogLine[] = []
  const narrator = new Narrator(log, { out, colour: false } as unknown as Io)
  log.push(...(lines as LogLine[]))
  narrator.tell()
  return text
}

test('a problem is wrapped, and what is to be copied stays as it is', (t) => {
  const remedy = `grant the rights:\n  ${'x'.repeat(90)}`
  const text = told({
    msg: 'fault in the installation',
    file: 'eu/globex/report.yaml',
    line: 18,
    problem: 'a field that the kind does not have: spec.schedle; did you mean schedule?',
    remedy,
  } as Partial<LogLine>)
  t.is(
    text,
    `   ! eu/globex/report.yaml:18: a field that the kind does not have:
     spec.schedle; did you mean schedule?
     grant the rights:
       ${'x'.repeat(90)}
`,
  )
})

test('moves and force pushes are told', (t) => {
  const history = 'history rewritten: the commit does not follow the one before'
  t.is(
    told({ msg: history }, {
      msg: 'moved',
      object: 'ConfigMap acme/a',
      reason: 'commit',
      from: 'beta',
    } as Partial<LogLine>),
    `   ! ${history}\n   ~ ConfigMap acme/a moved from beta\n`,
  )
})
