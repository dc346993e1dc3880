import test from 'ava'
import { annotationsOf } from '../../../src/stages/review/comment/annotations.ts'
import { review } from './sample-reviews.ts'

const fault = (file: string | undefined, message: string, remedy = 'do this:\n  a command') => ({
  code: 'x',
  message,
  remedy,
  ...(file !== undefined && { file, line: 3 }),
})

test('faults with a place are notes in their files, once for all clusters', (t) => {
  const faults = [fault('a.yaml', 'ask @root'), fault(undefined, 'nowhere')]
  t.deepEqual(annotationsOf([review({ faults }), review({ cluster: 'us', faults })]), [
    { file: 'a.yaml', line: 3, text: 'ask `@root` → do this:' },
  ])
})

test('notes are bounded in number', (t) => {
  const faults = Array.from({ length: 200 }, (_, index) => fault(`${index}.yaml`, 'x', ''))
  t.is(annotationsOf([review({ faults })]).length, 50)
})
