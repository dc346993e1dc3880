import test from 'ava'
import { countMarks } from '../../src/model/count-marks.ts'

const marks: Readonly<Record<string, number>> = {
  '': 0,
  word: 0,
  'a\n': 1,
  '[1,1,{}]': 4,
  'a: b': 1,
  'a:b': 0,
  'a:\n- b': 3,
  '- - ? c': 3,
  'a-b?c:': 0,
  '--- \n': 2,
  'http://a:80, b': 1,
}

for (const [text, count] of Object.entries(marks))
  test(`${JSON.stringify(text)} has ${count}`, (t) => {
    t.is(countMarks(text), count)
  })
