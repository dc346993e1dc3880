import test from 'ava'
import { showProgress } from '../../../src/adapters/go-program/build-progress.ts'

function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, written, write: (text: string) => written.push(text) }
}

test('a log gets the line once', (t) => {
  const log = stream(false)
  showProgress('building', log)()
  t.deepEqual(log.written, ['building\n'])
})

test('a terminal gets the line with the time that has passed, written over itself', (t) => {
  const terminal = stream(true)
  showProgress('building', terminal)()
  t.deepEqual(terminal.written, ['\r\u001b[Kbuilding 0:00', '\r\u001b[Kbuilding 0:00', '\n'])
})
